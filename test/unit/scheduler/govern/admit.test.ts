import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { admit, GOVERNORS, type Situation } from "../../../../scheduler/govern/admit.ts";
import { calendarOf } from "../../../../scheduler/govern/calendar.ts";
import { DEFAULT_LIMITS } from "../../../../scheduler/govern/limits.ts";
import { aNode, NOW } from "../../../support/swarm-builder.ts";
import { HOUR, MINUTE, past, pastOf, planned } from "./past.ts";

const CLOSED = calendarOf([{ cron: "0 22 * * *", durationSeconds: 3600, timezone: "UTC" }], []);

/** A swarm in which nothing stands in the way of four moves at once. */
function situation(over: Partial<Situation> = {}): Situation {
  return {
    // Long enough ago for every budget, into a node that no test moves to.
    history: pastOf("LLLLLLLLLL").map((move) => ({ ...move, atMs: move.atMs - 2 * HOUR, to: "n9" })),
    limits: { ...DEFAULT_LIMITS, budgets: { ...DEFAULT_LIMITS.budgets, perRound: 4 } },
    calendar: calendarOf([], []),
    breakerResetAtMs: null,
    nodes: [aNode("n1"), aNode("n2"), aNode("n3")],
    readySinceMs: { n2: NOW - 24 * HOUR, n3: NOW - 24 * HOUR },
    nowMs: NOW,
    ...over,
  };
}

const [A, B, C] = [planned("a", "n1", "n2"), planned("b", "n1", "n2"), planned("c", "n1", "n3")];
const OUTAGE = [aNode("n1"), aNode("n2", { state: "down" })];

describe("admit", () => {
  it("lets a plan through that nothing stands against, and tells how things stand", () => {
    assert.deepEqual(admit([A, B, C], situation()), {
      admitted: [A, B, C],
      refusals: [],
      state: {
        opening: { open: true, detail: "no maintenance windows are set", changesAtMs: null },
        outage: null,
        breaker: {
          state: "closed",
          sinceMs: null,
          untilMs: null,
          consecutive: 0,
          detail: "closed: 0 of 3 failures in a row that would open it",
        },
        atOnce: 4,
        movesWithinHour: 0,
      },
    });
  });

  const standstills = [
    { filter: "window", over: { calendar: CLOSED } },
    { filter: "outage", over: { nodes: OUTAGE } },
    { filter: "breaker", over: { history: pastOf("FFF") } },
  ];
  for (const { filter, over } of standstills) {
    it(`lets nothing through for the sake of ${filter}`, () => {
      const { admitted, refusals } = admit([A, B], situation(over));
      assert.deepEqual(admitted, []);
      assert.deepEqual(
        refusals.map((refusal) => [refusal.filter, refusal.service, refusal.task, refusal.node]),
        [
          [filter, "a-name", "a.1", null],
          [filter, "b-name", "b.1", null],
        ],
      );
    });
  }

  const partly = [
    {
      name: "one move tries a breaker that is half-open",
      over: { history: pastOf("FFF").map((move) => ({ ...move, atMs: move.atMs - HOUR })) },
      admitted: [A],
      refusals: [
        ["breaker", null, "half-open: 3 moves in a row were undone or failed; one move may be tried"],
        ["breaker", null, "half-open: 3 moves in a row were undone or failed; one move may be tried"],
      ],
    },
    {
      name: "one move goes into a newcomer, and another elsewhere",
      over: { readySinceMs: { n2: NOW - MINUTE, n3: NOW - 24 * HOUR } },
      admitted: [A, C],
      refusals: [["arrival", "N2", "N2 is filled gradually: 1 move(s) into it at once"]],
    },
    {
      name: "a service that had its share does not stand in the way of others",
      over: {
        history: [1, 2, 3].map((times) =>
          past({ serviceId: "a", atMs: NOW - times * 10 * MINUTE, to: "n9" }),
        ),
      },
      admitted: [B, C],
      refusals: [
        [
          "budget",
          null,
          "3 move(s) of a-name within the hour; the limit is 3, until 2026-01-15T12:30:00.000Z",
        ],
      ],
    },
    {
      name: "as many as the pace allows run at once",
      over: { history: [] },
      admitted: [A],
      refusals: [
        ["pace", null, "1 move(s) run at once at the present pace"],
        ["pace", null, "1 move(s) run at once at the present pace"],
      ],
    },
  ];
  for (const { name, over, admitted, refusals } of partly) {
    it(name, () => {
      const answer = admit([A, B, C], situation(over));
      assert.deepEqual(answer.admitted, admitted);
      assert.deepEqual(
        answer.refusals.map(({ filter, node, detail }) => [filter, node, detail]),
        refusals,
      );
    });
  }

  it("names every rule in the order in which it asks", () => {
    const worst = {
      calendar: CLOSED,
      nodes: OUTAGE,
      history: pastOf("FFF"),
      readySinceMs: { n2: NOW },
      limits: { ...DEFAULT_LIMITS, budgets: { ...DEFAULT_LIMITS.budgets, perRound: 1 } },
    };
    const mends: readonly Partial<Situation>[] = [
      {},
      { calendar: calendarOf([], []) },
      { nodes: [] },
      { history: [past({ serviceId: "b", to: "n9", collateral: 2 })] },
      { readySinceMs: situation().readySinceMs },
      { limits: situation().limits },
      { history: [] },
    ];
    const second = mends.map((_, index) => {
      const mended = Object.assign({}, worst, ...mends.slice(0, index + 1)) as Partial<Situation>;
      return admit([A, B], situation(mended)).refusals.at(-1)?.filter;
    });
    assert.deepEqual(second, [...GOVERNORS]);
  });
});

describe("a service of which a move made Swarm restart other tasks", () => {
  it("is not moved any more, and the refusal says what to do; others are", () => {
    const history = [...situation().history, past({ serviceId: "a", to: "n9", collateral: 2 })];
    const { admitted, refusals } = admit([A, B], situation({ history }));
    assert.deepEqual(admitted, [B]);
    assert.match(refusals[0]?.detail ?? "", /restart 2 other task\(s\) of it; deploy it anew/);
  });
});

describe("the default limits", () => {
  it("take one lost node of three for no mass outage, and two for one", () => {
    const lost = (count: number) =>
      ["n1", "n2", "n3"].map((id, index) => aNode(id, { state: index < count ? "down" : "ready" }));
    const outages = [1, 2].map((count) => admit([], situation({ nodes: lost(count) })).state.outage !== null);
    assert.deepEqual(outages, [false, true]);
  });
});
