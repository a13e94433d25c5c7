import { createHash } from "node:crypto";
import type Docker from "dockerode";
import * as z from "zod";
import { answered } from "../../common/docker-call.ts";
import { ORDER_LABEL } from "../domain/order.ts";
import { jsonBy } from "../order-progress.ts";
import type { KeptReply, NewRequest, RequestBook } from "../ports.ts";
import { createConfig, relabelConfig, removeConfig } from "./config-objects.ts";

const KIND = "request";
const REPLY_LABEL = "ballast.reply";

const REPLY: z.ZodType<KeptReply, string> = jsonBy((text) => text).pipe(
  z.object({ status: z.number(), body: z.string().nullable() }),
);
const CONFIGS = z.array(z.object({ Spec: z.looseObject({ Name: z.string() }) }));
const REQUEST = z.object({
  Labels: z.object({ [REPLY_LABEL]: REPLY.optional() }),
  Data: jsonBy((text) => Buffer.from(text, "base64").toString("utf8")).pipe(z.object({ print: z.string() })),
});

/** Requests as config objects of the swarm, beside the orders: one name, one request. */
export function createRequestBook(docker: Docker): RequestBook {
  async function standing(name: string): Promise<z.output<typeof REQUEST> | null> {
    const told = await answered(docker, (abortSignal) =>
      docker.listConfigs({ abortSignal, filters: { name: [name] } }),
    );
    // The filter takes beginnings of names too.
    const found = CONFIGS.parse(told).find(({ Spec }) => Spec.Name === name);
    return found === undefined ? null : REQUEST.parse(found.Spec);
  }
  async function claim(request: NewRequest, isRepeated: boolean): ReturnType<RequestBook["claim"]> {
    const name = nameOf(request);
    const { by, print, at, until } = request;
    const content = { kind: KIND, by, print, reason: "", at, until };
    const id = await createConfig(docker, { name, labels: { [ORDER_LABEL]: KIND }, content });
    if (id !== null) return { fresh: true, id };
    const found = await standing(name);
    if (found !== null)
      return { fresh: false, print: found.Data.print, reply: found.Labels[REPLY_LABEL] ?? null };
    if (isRepeated) throw new Error(`the config object ${name} is there and is not listed`);
    // It was forgotten in between.
    return claim(request, true);
  }
  return {
    claim: (request) => claim(request, false),
    async settle(id, reply) {
      await relabelConfig(docker, id, (labels) => ({ ...labels, [REPLY_LABEL]: JSON.stringify(reply) }));
    },
    release: (id) => removeConfig(docker, id),
  };
}

/** Names of config objects are short and of few characters: keys are neither. */
function nameOf({ by, key }: NewRequest): string {
  const digest = createHash("sha256").update(`${by}\0${key}`).digest("hex");
  return `ballast.request.${digest.slice(0, 32)}`;
}
