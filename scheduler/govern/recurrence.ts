import cron from "node-cron";
import { daysBetween, momentsOf, zoneOffset } from "./zone.ts";

const DAY_MS = 86_400_000;
/** How far ahead it is looked: a little more than a year, for what happens once a year. */
export const HORIZON_MS = 400 * DAY_MS;

/** A span of time that comes again and again. */
export interface Recurrence {
  /**
   * When it starts: five fields as node-cron has them. Days of the month and of the week must both match, where
   * crontab lets one of them do.
   */
  readonly cron: string;
  /** Elapsed time, whatever clocks do meanwhile. */
  readonly durationSeconds: number;
  /** Whose clocks the expression goes by: `Europe/Berlin`, `UTC`. */
  readonly timezone: string;
}

/** A recurrence that can be asked. All times are milliseconds since 1970. */
export interface Recurring {
  readonly recurrence: Recurrence;
  /** When what is on at a moment ends, not included; the next may follow at once. Null when it is off. */
  endAt(ms: number): number | null;
  /** The first start after a moment at which it is off; null when there is none within 400 days. */
  startAfter(ms: number): number | null;
}

/**
 * node-cron 4 tells the next start from now on and whether a moment is one, but no earlier one from a given moment. So
 * it reads the expression and judges the days, with all its rules for last days and weekdays; the hours are laid on the
 * zone's clock here.
 * @throws Error for an expression or a time zone that is not valid.
 */
export function recurring(recurrence: Recurrence): Recurring {
  const offset = zoneOffset(recurrence.timezone);
  const { minute, hour } = cron.parse(recurrence.cron);
  const times = hour
    .flatMap((each) => minute.map((every) => (each * 60 + every) * 60_000))
    .toSorted((a, b) => a - b);
  const days = recurrence.cron.trim().split(/\s+/).slice(2);
  const isOn = midnightMatcher(`0 0 ${days.join(" ")}`);
  const durationMs = recurrence.durationSeconds * 1000;
  const runsOn = remembered((day) => (isOn(day) ? runsOf(momentsOf(day, times, offset), durationMs) : []));
  return {
    recurrence,
    endAt(ms) {
      const { first, last } = daysBetween(ms - durationMs, ms);
      for (let day = last; day >= first; day -= DAY_MS) {
        const run = runsOn(day).findLast(({ start }) => start <= ms);
        if (run !== undefined) return run.end > ms ? run.end : null;
      }
      return null;
    },
    startAfter(ms) {
      const { first, last } = daysBetween(ms, ms + HORIZON_MS);
      for (let day = first; day <= last; day += DAY_MS) {
        const run = runsOn(day).find(({ start }) => start > ms);
        if (run !== undefined) return run.start;
      }
      return null;
    },
  };
}

/** Time without a break, its end not included. */
interface Run {
  readonly start: number;
  readonly end: number;
}

/** What starts before the one before it is over prolongs it: a span that starts each minute is one run a day. */
function runsOf(starts: readonly number[], durationMs: number): readonly Run[] {
  const runs: Run[] = [];
  for (const start of starts) {
    const last = runs.at(-1);
    const end = start + durationMs;
    if (last !== undefined && start <= last.end) runs[runs.length - 1] = { start: last.start, end };
    else runs.push({ start, end });
  }
  return runs;
}

/** The same answers, without reading a zone's clock and a calendar again each round; more than two years are forgotten. */
function remembered(answer: (day: number) => readonly Run[]): (day: number) => readonly Run[] {
  const known = new Map<number, readonly Run[]>();
  return (day) => {
    const runs = known.get(day) ?? answer(day);
    if (known.size >= 1000) known.clear();
    known.set(day, runs);
    return runs;
  };
}

/** Whether a midnight in UTC matches. The task is never started, and gone from node-cron's list at once. */
function midnightMatcher(expression: string): (day: number) => boolean {
  const task = cron.createTask(expression, () => undefined, { timezone: "UTC" });
  void task.destroy();
  return (day) => task.match(new Date(day));
}
