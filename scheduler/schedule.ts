import cron from "node-cron";
import * as z from "zod";
import { duration } from "../common/config/types.ts";

/** When the loop looks without being asked. */
export type Schedule =
  | { readonly kind: "period"; readonly seconds: number }
  | { readonly kind: "cron"; readonly expression: string };

/** Timers count in 32 bits: they would fire all the time for a longer one. */
const LONGEST_SECONDS = 24 * 24 * 3600;

/** A period such as `1m`, 24 days at the most, or a cron expression of five or six fields such as `0 3 * * *`. */
export function schedule(): z.ZodType<Schedule, string> {
  return z.string().transform((text, context): Schedule => {
    const period = duration().safeParse(text);
    if (period.success && period.data > 0 && period.data <= LONGEST_SECONDS)
      return { kind: "period", seconds: period.data };
    if (!period.success && cron.validate(text)) return { kind: "cron", expression: text };
    const problem = `${JSON.stringify(text)} is no schedule; write a period such as 1m, 24d at the most, or a cron expression such as */5 * * * *`;
    context.addIssue({ code: "custom", message: problem });
    return z.NEVER;
  });
}

/** Calls `onTick` by the schedule until the returned function is called. */
export function startSchedule(when: Schedule, onTick: () => void): () => void {
  switch (when.kind) {
    case "period": {
      const timer = setInterval(onTick, when.seconds * 1000);
      return () => {
        clearInterval(timer);
      };
    }
    case "cron": {
      const task = cron.schedule(when.expression, onTick);
      return () => void task.stop();
    }
  }
}
