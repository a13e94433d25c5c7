import cron from "node-cron";
import * as z from "zod";
import type { Recurrence } from "./recurrence.ts";
import { zoneOffset } from "./zone.ts";

const LEAST_SECONDS = 60;
const MOST_SECONDS = 366 * 86_400;
const EXAMPLE = "0 22 * * 1-5 for 6h in Europe/Berlin";

/** Durations as the other settings write them. It is handed in, since the governor imports nothing that is not pure. */
type DurationType = z.ZodType<number, string | number>;

/**
 * Maintenance windows or blackouts: texts such as `0 22 * * 1-5 for 6h in Europe/Berlin`, as a list or as one text with
 * semicolons between; empty text is none. Each is a cron expression of five fields, a duration of a minute to 366 days
 * and a time zone.
 */
export function recurrences(duration: DurationType): z.ZodType<readonly Recurrence[], string | string[]> {
  return z.union([z.string(), z.array(z.string())]).transform((given, context) => {
    const texts = typeof given === "string" ? given.split(";").filter((part) => part.trim() !== "") : given;
    return texts.map((text): Recurrence => {
      const parsed = parse(text, duration);
      if (typeof parsed !== "string") return parsed;
      const message = `${JSON.stringify(text.trim())} is no span of time: ${parsed}; write one such as ${EXAMPLE}`;
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    });
  });
}

/** The recurrence, or what is wrong with the text. */
function parse(text: string, duration: DurationType): Recurrence | string {
  const match = /^(.*\S)\s+for\s+(\S+)\s+in\s+(\S+)$/.exec(text.trim());
  if (match === null) return "it is not made of a cron expression, `for` a duration and `in` a time zone";
  const [, expression = "", length = "", timezone = ""] = match;
  const quoted = JSON.stringify(expression);
  if (expression.split(/\s+/).length !== 5) return `${quoted} is no cron expression of five fields`;
  if (!cron.validate(expression)) return `${quoted} is no valid cron expression`;
  const seconds = duration.safeParse(length);
  if (!seconds.success || seconds.data < LEAST_SECONDS || seconds.data > MOST_SECONDS)
    return `${JSON.stringify(length)} is no duration of 1m to 366d`;
  if (!isZone(timezone)) return `${JSON.stringify(timezone)} is no time zone`;
  return { cron: expression, durationSeconds: seconds.data, timezone };
}

function isZone(timezone: string): boolean {
  try {
    zoneOffset(timezone);
    return true;
  } catch {
    return false;
  }
}
