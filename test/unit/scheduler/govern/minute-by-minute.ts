import fc from "fast-check";
import type { Recurrence } from "../../../../scheduler/govern/recurrence.ts";
import { MINUTE } from "./past.ts";

const DAYS = 1440;
const QUARTER = 15;

/** A span of minutes in a zone around a change of its clocks, with what the clocks show at each. */
export interface Stretch {
  readonly timezone: string;
  readonly fromMs: number;
  /** What the clocks show at each minute, read as if it were UTC. */
  readonly shown: readonly number[];
}

/** Four days before a moment, since spans last up to three, to two after it. */
function stretch(timezone: string, around: string): Stretch {
  const fromMs = Date.parse(around) - 4 * DAYS * MINUTE;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: timezone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  // No clock is put forward or back but at a quarter of an hour, and to ask for each minute is slow.
  const shown = Array.from({ length: (6 * DAYS) / QUARTER }, (_, quarter) => {
    const parts = format.formatToParts(fromMs + quarter * QUARTER * MINUTE);
    const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
    const at = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"));
    return Array.from({ length: QUARTER }, (_, minute) => at + minute * MINUTE);
  }).flat();
  return { timezone, fromMs, shown };
}

/** Clocks that go forward and back, at two in the morning, at midnight, by half an hour, and not at all. */
export const STRETCHES: readonly Stretch[] = [
  stretch("Europe/Berlin", "2026-03-29"),
  stretch("Europe/Berlin", "2026-10-25"),
  stretch("America/New_York", "2026-03-08"),
  stretch("America/New_York", "2026-11-01"),
  stretch("Australia/Lord_Howe", "2026-10-04"),
  stretch("Africa/Cairo", "2026-04-24"),
  stretch("Africa/Cairo", "2026-10-30"),
  stretch("UTC", "2026-03-29"),
  stretch("Asia/Kathmandu", "2026-01-01"),
];

/** A recurrence, and its fields as numbers. */
export interface Spelled extends Omit<Recurrence, "timezone"> {
  readonly fields: readonly (readonly number[])[];
}

function field(least: number, most: number, everyWeight: number): fc.Arbitrary<readonly number[] | "*"> {
  return fc.oneof(
    { weight: everyWeight, arbitrary: fc.constant("*" as const) },
    {
      weight: 2,
      arbitrary: fc.uniqueArray(fc.integer({ min: least, max: most }), { minLength: 1, maxLength: 3 }),
    },
  );
}

/** Times early in the day, where clocks change; spans of a minute to three days. */
export const anySpelled: fc.Arbitrary<Spelled> = fc
  .record({
    minute: field(0, 59, 1),
    hour: fc.oneof(field(0, 4, 1), field(0, 23, 1)),
    day: field(1, 31, 8),
    month: field(1, 12, 8),
    weekday: field(0, 6, 2),
    minutes: fc.oneof(fc.integer({ min: 1, max: 180 }), fc.integer({ min: 1, max: 3 * DAYS })),
  })
  .map(({ minute, hour, day, month, weekday, minutes }) => {
    const given = [minute, hour, day, month, weekday];
    const bounds = [
      [0, 59],
      [0, 23],
      [1, 31],
      [1, 12],
      [0, 6],
    ] as const;
    return {
      cron: given.map(String).join(" "),
      durationSeconds: minutes * 60,
      fields: bounds.map(([least, most], index) => {
        const values = given[index];
        const all = Array.from({ length: most - least + 1 }, (_, step) => least + step);
        return values === undefined || values === "*" ? all : values;
      }),
    };
  })
  // No February has a 30th, which node-cron refuses.
  .filter(({ cron }) => !/ (?:30|31)(?:,(?:30|31))* (?:2|4|6|9|11)(?:,(?:2|4|6|9|11))* /.test(cron));

/** Whether the span is on, minute by minute, by looking at the clock each minute. */
export function onByMinute({ fields, durationSeconds }: Spelled, { shown }: Stretch): readonly boolean[] {
  const starts = (at: number) => {
    const date = new Date(at);
    const parts = [
      date.getUTCMinutes(),
      date.getUTCHours(),
      date.getUTCDate(),
      date.getUTCMonth() + 1,
      date.getUTCDay(),
    ];
    return parts.every((part, index) => fields[index]?.includes(part));
  };
  let left = 0;
  return shown.map((at, index) => {
    const before = shown[index - 1] ?? at - MINUTE;
    // Clocks that jump forward pass the minutes between at once.
    const passed = Math.max(1, (at - before) / MINUTE);
    const minutes = Array.from({ length: passed }, (_, step) => at - step * MINUTE);
    left = minutes.some(starts) ? durationSeconds / 60 : left - 1;
    return left > 0;
  });
}
