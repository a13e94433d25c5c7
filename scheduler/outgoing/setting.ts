import * as z from "zod";
import { httpUrl, text } from "../../common/config/types.ts";
import { EVENT_TYPES, isEventType, type EventType } from "../events/event.ts";
import type { Webhook } from "./webhook.ts";

const LINE = /^(\S+) +(\S+) +(\S+)(?: +(\S+))?$/;
const NAME = /^[a-z][a-z0-9_-]{0,39}$/;
/** A destination of that name is there without being named. */
const GRAFANA = "grafana";
/** Shorter ones are guessed. */
const LEAST_LENGTH = 16;
/** Decisions come each minute; who wants them says so. */
const USUAL_TYPES: readonly EventType[] = EVENT_TYPES.filter((type) => type !== "decision");

/** Where events are sent: nowhere, unless it is said. */
export const OUTGOING = z.strictObject({
  grafana: z
    .strictObject({
      url: httpUrl().optional(),
      token: text("a token of a Grafana service account").optional(),
    })
    .superRefine(({ url, token }, context) => {
      if ((url === undefined) === (token === undefined)) return;
      const [lacking, there] = url === undefined ? ["url", "token"] : ["token", "url"];
      const message = `is not set, but ${there} is; set both or neither`;
      context.addIssue({ code: "custom", path: [lacking], message });
    })
    .prefault({}),
  webhooks: webhooks().prefault(""),
});

export type OutgoingConfig = z.output<typeof OUTGOING>;

/**
 * Webhooks as a setting: a line for each, `NAME URL SECRET [TYPES]`, or apart by semicolons. Lines that begin with # are
 * comments. Of faults neither address nor secret is told.
 */
export function webhooks(): z.ZodType<readonly Webhook[], string> {
  return z.string().transform((value, context): readonly Webhook[] => {
    const refuse = (message: string): void => {
      context.addIssue({ code: "custom", message });
    };
    const read = value
      .split(/[\n;]/)
      .map((line) => line.trim())
      .flatMap((line, at) => {
        if (line === "" || line.startsWith("#")) return [];
        const result = webhookIn(line);
        if (typeof result !== "string") return [result];
        refuse(`line ${at + 1}: ${result}`);
        return [];
      });
    const names = read.map(({ name }) => name);
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    if (twice !== undefined) refuse(`${JSON.stringify(twice)} is named twice; name each once`);
    return read;
  });
}

function webhookIn(line: string): Webhook | string {
  const [, name, address, secret, types] = LINE.exec(line) ?? [];
  if (name === undefined || address === undefined || secret === undefined)
    return "is not NAME URL SECRET [TYPES], three words or four";
  if (!NAME.test(name) || name === GRAFANA)
    return `${JSON.stringify(name)} is no name; write small letters, digits, - and _, and not ${GRAFANA}`;
  const url = httpUrl().safeParse(address);
  if (!url.success)
    return `the address of ${JSON.stringify(name)} is none; write one such as https://host/hook`;
  if (secret.length < LEAST_LENGTH)
    return `the secret of ${JSON.stringify(name)} has ${secret.length} characters; write ${LEAST_LENGTH} or more`;
  const words = types?.split(",") ?? USUAL_TYPES;
  const stranger = words.find((word) => !isEventType(word));
  if (stranger !== undefined)
    return `${JSON.stringify(stranger)} is no type of event; write some of ${EVENT_TYPES.join(",")}`;
  // As it is written: a slash at its end may matter to who listens there.
  return { name, url: address, secret, types: words.filter(isEventType) };
}
