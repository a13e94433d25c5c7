import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { judge, type Kept, type Terms } from "../../../bench/policies/judge.ts";
import { readSchedulerConfig, policyOf } from "../../../scheduler/config.ts";
import type { Decision, PlannedMove } from "../../../scheduler/domain/decision.ts";
import type { MoveRecord } from "../../../scheduler/journal/journal.ts";

const START = Date.UTC(2026, 0, 5);
const HOUR = 3_600_000;
const TERMS: Terms = {
  horizonSeconds: 86_400,
  marks: policyOf(readSchedulerConfig({})).marks,
  movesPerCall: 8,
  stillFromMs: null,
};

describe("the judge of moves", () => {
  it("finds no fault with tasks that move once", () => {
    const { landed, repeats, faults } = judge(
      journal([aMove(1, "web", "a", "b"), aMove(2, "db", "a", "b")]),
      TERMS,
    );
    assert.deepEqual([landed, repeats, faults], [2, [], []]);
  });

  it("calls it flapping when a task goes back, whatever stands at whatever", () => {
    const moves = [aMove(1, "web", "a", "b"), aMove(3, "web", "b", "a", { fromBefore: 0.95 })];
    const { repeats, faults } = judge(journal(moves), TERMS);
    assert.equal(repeats[0]?.cause, null);
    assert.match(faults[0] ?? "", /^web\.1 moved twice within 2 h without a cause: .* a to b .* b to a/);
  });

  it("calls it flapping when a task moves on from a node that is as full as was foreseen", () => {
    const moves = [aMove(1, "web", "a", "b"), aMove(3, "web", "b", "c", { fromBefore: 0.6 })];
    assert.equal(judge(journal(moves), TERMS).faults.length, 1);
  });

  it("knows a task by where it landed: any copy there may be it, and what Swarm placed elsewhere since is not", () => {
    const moves = [aMove(1, "web", "a", "b"), aMove(3, "web", "b", "c", { slot: 2, fromBefore: 0.6 })];
    assert.equal(judge(journal(moves), TERMS).faults.length, 1);
    const elsewhere = [aMove(1, "web", "a", "b"), aMove(3, "web", "d", "c", { fromBefore: 0.6 })];
    assert.deepEqual(judge(journal(elsewhere), TERMS).repeats, []);
  });

  it("takes an overload that was not foreseen for a cause, and names it", () => {
    const moves = [
      aMove(1, "web", "a", "b", { toAfter: 0.6 }),
      aMove(3, "web", "b", "c", { fromBefore: 0.9 }),
    ];
    const { repeats, faults } = judge(journal(moves), TERMS);
    assert.deepEqual(faults, []);
    assert.equal(repeats[0]?.cause, "b stands at 90 % cpu, foreseen were 60 %");
  });

  it("takes no overload for a cause that was foreseen, nor evening out at any time", () => {
    const full = [
      aMove(1, "web", "a", "b", { toAfter: 0.85 }),
      aMove(3, "web", "b", "c", { fromBefore: 0.9 }),
    ];
    assert.equal(judge(journal(full), TERMS).faults.length, 1);
    const even = [aMove(1, "web", "a", "b"), aMove(3, "web", "b", "c", { goal: "even", fromBefore: 0.9 })];
    assert.equal(judge(journal(even), TERMS).faults.length, 1);
  });

  it("takes drains and regrets for causes, and a target that has come back", () => {
    for (const goal of ["drain", "regret"]) {
      const moves = [aMove(1, "web", "a", "b"), aMove(3, "web", "b", "a", { goal })];
      assert.equal(judge(journal(moves), TERMS).repeats[0]?.cause, goal);
    }
    const moves = [aMove(1, "web", "a", "b"), aMove(3, "web", "b", "c", { goal: "even" })];
    const { repeats } = judge(journal(moves, { away: "c" }), TERMS);
    assert.equal(repeats[0]?.cause, "c could not be had and is back");
    assert.equal(judge(journal(moves, { away: "d" }), TERMS).faults.length, 1);
  });

  it("lets a task move again after the horizon", () => {
    const moves = [aMove(1, "web", "a", "b"), aMove(26, "web", "b", "a")];
    const { repeats } = judge(journal(moves, { pursues: ["even load a"] }), TERMS);
    assert.deepEqual(repeats, []);
  });

  it("counts a day's moves against what came up, and moves that did not land not at all", () => {
    const many = Array.from({ length: 9 }, (_, at) => aMove(1 + at / 10, `s${at}`, "a", "b"));
    assert.match(
      judge(journal(many), TERMS).faults[0] ?? "",
      /^2026-01-05: 9 moves for load where 1 call\(s\) came up$/,
    );
    const undone = many.map((made) => ({ ...made, record: { ...made.record, outcome: "undone" as const } }));
    assert.deepEqual(judge(journal(undone), TERMS).faults, []);
  });

  it("finds fault with moves when nothing changes any more, once the horizon is over", () => {
    const moves = [aMove(1, "web", "a", "b"), aMove(20, "db", "a", "b"), aMove(26, "mail", "a", "b")];
    const { movesWhenStill, faults } = judge(journal(moves, { pursues: ["even load a"] }), {
      ...TERMS,
      stillFromMs: START,
    });
    assert.equal(movesWhenStill, 1);
    assert.match(faults.at(-1) ?? "", /nothing changed any more/);
  });
});

interface Made {
  readonly record: MoveRecord;
  readonly decision: Decision;
}

interface Sketch {
  readonly goal?: string;
  readonly slot?: number;
  readonly fromBefore?: number;
  readonly toAfter?: number;
}

/** A move that landed so many hours after the start, and the decision that planned it. */
function aMove(hours: number, service: string, from: string, to: string, sketch: Sketch = {}): Made {
  const { goal = "overload", slot = 1, fromBefore = 0.85, toAfter = 0.6 } = sketch;
  const atMs = START + hours * HOUR;
  const at = new Date(atMs).toISOString();
  const id = `d${atMs}`;
  const peaks = (cpu: number) => ({ cpu, memory: 0.3 });
  const what = { service, serviceId: service, fromName: from, toName: to };
  const planned: PlannedMove = {
    ...what,
    ...{
      taskId: `${service}${slot}`,
      slot,
      from,
      to,
      load: { cpuCores: 1, memoryBytes: 1 },
      order: "start-first",
    },
    ...{ reason: "so it was planned", goal, batch: 0, gain: 1, price: 0.1, unlocks: [] },
    evidence: {
      ...{ at, fromBefore: peaks(fromBefore), fromAfter: peaks(0.5) },
      ...{ toBefore: peaks(0.4), toAfter: peaks(toAfter) },
    },
  };
  return {
    record: {
      ...what,
      ...{
        moveId: `m${atMs}${service}`,
        decisionId: id,
        at,
        fromId: from,
        toId: to,
        outcome: "landed",
        detail: "",
      },
      ...{ seconds: 10, startSeconds: 1, collateral: 0, loadBefore: null },
    },
    decision: aDecision(id, at, [planned]),
  };
}

function aDecision(id: string, at: string, moves: readonly PlannedMove[]): Decision {
  return {
    ...{ id, at, mode: "act", outcome: "plan", cause: "overload", reason: "", inputs: [], imbalance: 0 },
    ...{ imbalanceAfter: 0, nodes: [], moves, goals: [], curve: [], pursues: [], advice: [], refusals: [] },
  };
}

/** One thing comes up at the start, and each decision goes on with it. */
function journal(
  made: readonly Made[],
  {
    pursues = ["overload cpu a"],
    away = "",
  }: { readonly pursues?: readonly string[]; readonly away?: string } = {},
): Kept {
  const nodes = ["a", "b", "c", "d"].map((id) => ({
    ...{ id, hostname: id, state: id === away ? "down" : "ready", load: null, loadAfter: null, notes: [] },
  }));
  const first = aDecision("first", new Date(START).toISOString(), []);
  const meanwhile = aDecision("meanwhile", new Date(START + 2 * HOUR).toISOString(), []);
  return {
    entries: [
      { decision: { ...first, pursues } },
      ...made.map(({ decision }) => ({ decision: { ...decision, pursues } })),
      { decision: { ...meanwhile, pursues, nodes } },
    ].toSorted((a, b) => Date.parse(a.decision.at) - Date.parse(b.decision.at)),
    moves: made.map(({ record }) => record),
  };
}
