import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { calendarOf, openingAt } from "../../../../scheduler/govern/calendar.ts";
import type { Recurrence } from "../../../../scheduler/govern/recurrence.ts";
import { anySpelled, onByMinute, STRETCHES } from "./minute-by-minute.ts";
import { MINUTE } from "./past.ts";
import { runs } from "../../../support/runs.ts";

const H = 3600;

function nightly(over: Partial<Recurrence> = {}): Recurrence {
  return { cron: "0 22 * * 1-5", durationSeconds: 6 * H, timezone: "UTC", ...over };
}

const at = (text: string) => Date.parse(text);

interface Case {
  readonly name: string;
  readonly windows?: readonly Recurrence[];
  readonly blackouts?: readonly Recurrence[];
  readonly now: string;
  readonly open: boolean;
  readonly changes: string | null;
}

const berlin = (cron: string, hours: number) =>
  nightly({ cron, durationSeconds: hours * H, timezone: "Europe/Berlin" });

describe("a calendar", () => {
  // 2026-01-15 is a Thursday.
  const cases: readonly Case[] = [
    { name: "that is empty is always open", now: "2026-01-15T12:00Z", open: true, changes: null },
    {
      name: "is closed outside its window",
      windows: [nightly()],
      now: "2026-01-15T21:59:59.999Z",
      open: false,
      changes: "2026-01-15T22:00Z",
    },
    {
      name: "opens with its window",
      windows: [nightly()],
      now: "2026-01-15T22:00Z",
      open: true,
      changes: "2026-01-16T04:00Z",
    },
    {
      name: "is open past midnight, after the last day of the expression too",
      windows: [nightly()],
      now: "2026-01-17T03:59:59.999Z",
      open: true,
      changes: "2026-01-17T04:00Z",
    },
    {
      name: "is closed over the weekend",
      windows: [nightly()],
      now: "2026-01-17T04:00Z",
      open: false,
      changes: "2026-01-19T22:00Z",
    },
    {
      name: "is open in any of its windows, as long as one follows another",
      windows: [nightly(), nightly({ cron: "0 3 * * *", durationSeconds: 2 * H })],
      now: "2026-01-15T23:00Z",
      open: true,
      changes: "2026-01-16T05:00Z",
    },
    {
      name: "without windows is open until a blackout",
      blackouts: [nightly()],
      now: "2026-01-15T12:00Z",
      open: true,
      changes: "2026-01-15T22:00Z",
    },
    {
      name: "is closed in a blackout",
      blackouts: [nightly()],
      now: "2026-01-15T22:00Z",
      open: false,
      changes: "2026-01-16T04:00Z",
    },
    {
      name: "is closed in a blackout within a window",
      windows: [nightly()],
      blackouts: [nightly({ cron: "0 23 15 1 *", durationSeconds: H })],
      now: "2026-01-15T23:30Z",
      open: false,
      changes: "2026-01-16T00:00Z",
    },
    {
      name: "passes over a window that a blackout covers",
      windows: [nightly()],
      blackouts: [nightly({ cron: "0 0 15 1 *", durationSeconds: 48 * H })],
      now: "2026-01-15T12:00Z",
      open: false,
      changes: "2026-01-17T00:00Z",
    },
    {
      name: "is never open when every window is within a blackout",
      windows: [nightly()],
      blackouts: [nightly({ cron: "0 21 * * *", durationSeconds: 8 * H })],
      now: "2026-01-15T12:00Z",
      open: false,
      changes: null,
    },
    {
      name: "sees no end of spans that follow one another for ever",
      windows: [nightly({ cron: "*/10 * * * *", durationSeconds: 600 })],
      now: "2026-01-15T12:00Z",
      open: true,
      changes: null,
    },
    {
      name: "knows a span of once a year",
      blackouts: [nightly({ cron: "0 0 20 12 *", durationSeconds: 17 * 24 * H })],
      now: "2026-01-15T12:00Z",
      open: true,
      changes: "2026-12-20T00:00Z",
    },
    {
      name: "knows that it is within one that began last year",
      blackouts: [nightly({ cron: "0 0 20 12 *", durationSeconds: 17 * 24 * H })],
      now: "2026-01-05T12:00Z",
      open: false,
      changes: "2026-01-06T00:00Z",
    },
    {
      name: "sees no further than a little more than a year",
      windows: [nightly({ cron: "0 0 29 2 *" })],
      now: "2026-01-15T12:00Z",
      open: false,
      changes: null,
    },
    {
      name: "knows the last Sunday of a month",
      windows: [nightly({ cron: "0 2 * * 0L" })],
      now: "2026-01-15T12:00Z",
      open: false,
      changes: "2026-01-25T02:00Z",
    },
    {
      name: "wants both the day of the month and that of the week",
      windows: [nightly({ cron: "0 0 13 * 5" })],
      now: "2026-01-15T12:00Z",
      open: false,
      changes: "2026-02-13T00:00Z",
    },
    {
      name: "goes by the clocks of its zone in winter",
      windows: [berlin("0 22 * * *", 1)],
      now: "2026-01-15T12:00Z",
      open: false,
      changes: "2026-01-15T21:00Z",
    },
    {
      name: "and in summer",
      windows: [berlin("0 22 * * *", 1)],
      now: "2026-07-15T12:00Z",
      open: false,
      changes: "2026-07-15T20:00Z",
    },
    {
      name: "counts a time that clocks leave out as the moment of the change",
      blackouts: [berlin("30 2 * * *", 3)],
      now: "2026-03-29T00:59Z",
      open: true,
      changes: "2026-03-29T01:00Z",
    },
    {
      name: "keeps to the elapsed time after it",
      blackouts: [berlin("30 2 * * *", 3)],
      now: "2026-03-29T01:00Z",
      open: false,
      changes: "2026-03-29T04:00Z",
    },
    {
      name: "starts at a time that clocks show twice for the first time",
      blackouts: [berlin("30 2 * * *", 0.5)],
      now: "2026-10-25T00:00Z",
      open: true,
      changes: "2026-10-25T00:30Z",
    },
    {
      name: "and for the second",
      blackouts: [berlin("30 2 * * *", 0.5)],
      now: "2026-10-25T01:00Z",
      open: true,
      changes: "2026-10-25T01:30Z",
    },
    {
      name: "takes the hour to which clocks go back for no other",
      blackouts: [berlin("0 3 * * *", 0.5)],
      now: "2026-10-25T00:59Z",
      open: true,
      changes: "2026-10-25T02:00Z",
    },
    {
      name: "takes spans that follow one another all day for one",
      blackouts: [nightly({ cron: "* * 15 1 *", durationSeconds: 60 })],
      now: "2026-01-15T12:00Z",
      open: false,
      changes: "2026-01-16T00:00Z",
    },
  ];
  for (const { name, windows = [], blackouts = [], now, open, changes } of cases) {
    it(name, () => {
      const opening = openingAt(calendarOf(windows, blackouts), at(now));
      const changesAt = opening.changesAtMs === null ? null : new Date(opening.changesAtMs).toISOString();
      const expected = changes === null ? null : new Date(changes).toISOString();
      assert.deepEqual([opening.open, changesAt], [open, expected]);
    });
  }

  it("says why it is as it is, and until when", () => {
    const calendar = calendarOf([nightly()], [berlin("0 4 * * *", 1)]);
    const details = ["2026-01-15T12:00Z", "2026-01-15T23:00Z", "2026-01-16T03:30Z"].map(
      (now) => openingAt(calendar, at(now)).detail,
    );
    assert.deepEqual(details, [
      "outside every maintenance window; opens at 2026-01-15T22:00:00.000Z",
      'in the maintenance window "0 22 * * 1-5" in UTC; open until 2026-01-16T03:00:00.000Z',
      'in the blackout "0 4 * * *" in Europe/Berlin; opens at 2026-01-16T22:00:00.000Z',
    ]);
    assert.equal(openingAt(calendarOf([], []), 0).detail, "no maintenance windows are set");
  });
});

describe("a calendar beside a clock that is looked at each minute", () => {
  const anySpans = fc.array(anySpelled, { maxLength: 2 });
  // The longest span may have begun before the stretch.
  const firstKnown = 3 * 1440;

  for (const stretch of STRETCHES) {
    const { timezone, fromMs, shown } = stretch;
    it(`agrees in ${timezone} around ${new Date(fromMs + 4 * 1440 * MINUTE).toISOString().slice(0, 10)}`, () => {
      fc.assert(
        fc.property(anySpans, anySpans, fc.nat(1439), (windows, blackouts, odd) => {
          const inZone = (spans: typeof windows) => spans.map((span) => ({ ...span, timezone }));
          const calendar = calendarOf(inZone(windows), inZone(blackouts));
          const [inside, forbidden] = [windows, blackouts].map((spans) =>
            spans.map((span) => onByMinute(span, stretch)),
          );
          const open = shown.map(
            (_, minute) =>
              (inside?.length === 0 || inside?.some((on) => on[minute] === true)) === true &&
              forbidden?.some((on) => on[minute] === true) === false,
          );
          const edges = open.flatMap((is, minute) => (is === open[minute - 1] ? [] : [minute]));
          const asked = [
            ...edges.slice(-20).flatMap((edge) => [edge - 1, edge]),
            odd + 3 * 1440,
            odd + 4 * 1440,
          ];
          for (const minute of asked.filter((each) => each >= firstKnown)) {
            const opening = openingAt(calendar, fromMs + minute * MINUTE);
            const next = edges.find((edge) => edge > minute);
            assert.equal(opening.open, open[minute], `minute ${minute}`);
            if (next === undefined)
              assert.ok((opening.changesAtMs ?? Infinity) >= fromMs + shown.length * MINUTE);
            else assert.equal(opening.changesAtMs, fromMs + next * MINUTE, `change after minute ${minute}`);
          }
        }),
        runs(15),
      );
    });
  }
});
