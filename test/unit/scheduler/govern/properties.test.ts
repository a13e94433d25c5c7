import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Move } from "../../../../scheduler/domain/decision.ts";
import { admit, type Situation } from "../../../../scheduler/govern/admit.ts";
import type { Budgets } from "../../../../scheduler/govern/budget.ts";
import { calendarOf } from "../../../../scheduler/govern/calendar.ts";
import type { PastMove } from "../../../../scheduler/govern/history.ts";
import { DEFAULT_LIMITS, type Limits } from "../../../../scheduler/govern/limits.ts";
import { deepFreeze } from "../../../support/deep-freeze.ts";
import { aNode, NOW } from "../../../support/swarm-builder.ts";
import { anyHistory, anyOutcome, anyPast, anyPlan, HOUR, planned } from "./past.ts";

const anyBudgets: fc.Arbitrary<Budgets> = fc.record({
  perRound: fc.integer({ min: 1, max: 4 }),
  perHour: fc.integer({ min: 1, max: 8 }),
  perNodePerHour: fc.integer({ min: 1, max: 4 }),
  perServicePerHour: fc.integer({ min: 1, max: 3 }),
});

/** Limits whose breaker opens late enough for the others to matter. */
const anyLimits: fc.Arbitrary<Limits> = fc
  .record({
    budgets: anyBudgets,
    most: fc.integer({ min: 1, max: 6 }),
    failures: fc.integer({ min: 1, max: 40 }),
  })
  .map(({ budgets, most, failures }) => ({
    ...DEFAULT_LIMITS,
    budgets,
    pace: { most, memory: 100 },
    breaker: { ...DEFAULT_LIMITS.breaker, failures },
  }));

const anySituation: fc.Arbitrary<Situation> = fc
  .record({
    history: anyHistory,
    limits: anyLimits,
    readySinceMs: fc.dictionary(
      fc.constantFrom("n1", "n2", "n3"),
      fc.integer({ min: 0, max: 2 * 3600 }).map((seconds) => NOW - seconds * 1000),
    ),
    down: fc.integer({ min: 0, max: 2 }),
    reset: fc.option(fc.integer({ min: 0, max: 3 * 3600 }).map((seconds) => NOW - seconds * 1000)),
  })
  .map(({ down, reset, ...rest }) => ({
    ...rest,
    calendar: calendarOf([], []),
    breakerResetAtMs: reset,
    nodes: [1, 2, 3, 4, 5, 6].map((id) => aNode(`n${id}`, { state: id <= down ? "down" : "ready" })),
    nowMs: NOW,
  }));

describe("whatever the situation, admit", () => {
  it("answers every move once, in the order of the plan, the same way each time, and changes nothing", () => {
    fc.assert(
      fc.property(anyPlan, anySituation, (plan, situation) => {
        const frozen = deepFreeze({ ...situation, calendar: calendarOf([], []) });
        const answer = admit(deepFreeze(plan), frozen);
        assert.deepEqual(
          answer.admitted,
          plan.filter((move) => answer.admitted.includes(move)),
        );
        const others = plan.filter((move) => !answer.admitted.includes(move));
        assert.deepEqual(
          answer.refusals.map(({ task }) => task),
          others.map(({ taskId }) => taskId),
        );
        assert.deepEqual(admit(plan, { ...frozen, history: frozen.history.toReversed() }), answer);
      }),
    );
  });

  it("never admits a move alone for one failure more", () => {
    fc.assert(
      fc.property(anySituation, anyPast, (situation, more) => {
        const worse = {
          ...situation,
          history: [...situation.history, { ...more, outcome: "failed" as const }],
        };
        const move = planned(more.serviceId, more.from, more.to);
        const [before, after] = [admit([move], situation), admit([move], worse)];
        assert.ok(after.admitted.length <= before.admitted.length);
      }),
    );
  });

  it("admits no more moves for one failure more, when they share no service and no node", () => {
    const apart = [planned("a", "n1", "n2"), planned("b", "n3", "n4"), planned("c", "n5", "n6")];
    fc.assert(
      fc.property(fc.shuffledSubarray(apart), anySituation, anyPast, (plan, situation, more) => {
        const worse = {
          ...situation,
          history: [...situation.history, { ...more, outcome: "undone" as const }],
        };
        assert.ok(admit(plan, worse).admitted.length <= admit(plan, situation).admitted.length);
      }),
    );
  });
});

/** A round: so long after the last, this was planned, and so its moves ended. */
interface Round {
  readonly afterSeconds: number;
  readonly plan: readonly Move[];
  readonly outcomes: readonly PastMove["outcome"][];
  /** How long its moves took. */
  readonly seconds: number;
}

const anyRounds: fc.Arbitrary<readonly Round[]> = fc.array(
  fc.record({
    afterSeconds: fc.integer({ min: 0, max: 1500 }),
    plan: anyPlan,
    outcomes: fc.array(fc.oneof({ weight: 4, arbitrary: fc.constant("landed" as const) }, anyOutcome), {
      minLength: 5,
      maxLength: 5,
    }),
    seconds: fc.integer({ min: 0, max: 300 }),
  }),
  { maxLength: 40 },
);

interface Begun {
  readonly move: Move;
  readonly atMs: number;
  readonly round: number;
}

/** Lives through the rounds; each begins when the one before it has ended. Moves that gave way are left out. */
function live(rounds: readonly Round[], limits: Limits): readonly Begun[] {
  const history: PastMove[] = [];
  const begun: Begun[] = [];
  let nowMs = NOW;
  for (const [round, { afterSeconds, plan, outcomes, seconds }] of rounds.entries()) {
    nowMs += afterSeconds * 1000;
    const { admitted, state } = admit(plan, {
      history,
      limits,
      calendar: calendarOf([], []),
      breakerResetAtMs: null,
      nodes: [],
      readySinceMs: {},
      nowMs,
    });
    const atOnce =
      state.breaker.state === "closed" ? state.atOnce : state.breaker.state === "half-open" ? 1 : 0;
    assert.ok(admitted.length <= atOnce);
    for (const [index, move] of admitted.entries()) {
      const outcome = outcomes[index] ?? "landed";
      if (outcome !== "gave_way") begun.push({ move, atMs: nowMs, round });
      history.push({ atMs: nowMs + seconds * 1000, ...move, outcome, collateral: 0 });
    }
    nowMs += seconds * 1000;
  }
  return begun;
}

describe("whatever the rounds, the governor", () => {
  it("keeps to every budget in every hour, and to the pace and the breaker in every round", () => {
    fc.assert(
      fc.property(anyRounds, anyLimits, (rounds, limits) => {
        const begun = live(rounds, limits);
        const { perRound, perHour, perNodePerHour, perServicePerHour } = limits.budgets;
        for (const { move, atMs, round } of begun) {
          const hour = begun.filter((other) => other.atMs > atMs - HOUR && other.atMs <= atMs);
          const counted = (counts: (begun: Begun) => boolean) => hour.filter(counts).length;
          assert.ok(counted((other) => other.round === round) <= perRound);
          assert.ok(hour.length <= perHour);
          assert.ok(counted((other) => other.move.from === move.from) <= perNodePerHour);
          assert.ok(counted((other) => other.move.to === move.to) <= perNodePerHour);
          assert.ok(counted((other) => other.move.serviceId === move.serviceId) <= perServicePerHour);
        }
      }),
    );
  });
});
