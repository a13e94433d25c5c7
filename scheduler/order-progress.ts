import * as z from "zod";
import { ORDERED_OUTCOMES, type MovesProgress } from "./domain/order.ts";

const PROGRESS = z.object({
  results: z.array(z.object({ taskId: z.string(), outcome: z.enum(ORDERED_OUTCOMES), detail: z.string() })),
  obstacle: z.string().nullable(),
  ended: z.object({ how: z.enum(["done", "failed", "cancelled"]), at: z.iso.datetime() }).nullable(),
});

/** The JSON that `read` makes of a text. */
export function jsonBy(read: (text: string) => string): z.ZodType<unknown, string> {
  return z.string().transform((text, context): unknown => {
    try {
      return JSON.parse(read(text));
    } catch {
      context.addIssue("is nothing of Ballast's; remove this config object");
      return z.NEVER;
    }
  });
}

/** What has become of ordered moves, out of the label that tells it. */
export const MOVES_PROGRESS: z.ZodType<MovesProgress, string> = jsonBy((text) => text).pipe(PROGRESS);
