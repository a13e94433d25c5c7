import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { stepOf } from "../../../../scheduler/decide/ordered.ts";
import {
  NO_PROGRESS,
  type MovesOrder,
  type MovesProgress,
  type OrderedMove,
} from "../../../../scheduler/domain/order.ts";
import { NOTHING } from "../../../../scheduler/domain/resources.ts";
import { aTask, NOW } from "../../../support/swarm-builder.ts";

function moveOf(taskId: string, batch = 0): OrderedMove {
  const service = taskId.split(".")[0] ?? "";
  const where = { from: "n1", to: "n2", fromName: "n1", toName: "n2" };
  return {
    serviceId: service,
    service,
    taskId,
    slot: 1,
    ...where,
    load: NOTHING,
    order: "start-first",
    reason: "",
    batch,
  };
}

function anOrder(moves: readonly OrderedMove[], progress: Partial<MovesProgress> = {}): MovesOrder {
  return {
    kind: "moves",
    id: "m1",
    operation: "o1",
    act: "apply",
    by: "ann",
    decision: "d1",
    moves,
    until: new Date(NOW + 1000).toISOString(),
    reason: "",
    at: new Date(NOW - 1000).toISOString(),
    progress: { ...NO_PROGRESS, ...progress },
  };
}

const landed = (taskId: string) => ({ taskId, outcome: "landed", detail: "" }) as const;
const failed = (taskId: string) => ({ taskId, outcome: "failed", detail: "no image" }) as const;
const STANDING = { tasks: [aTask("a.1"), aTask("b.1"), aTask("c.1")] };
const MOVES = [moveOf("a.1"), moveOf("b.1"), moveOf("c.1", 1)];
const idsOf = (moves: readonly OrderedMove[]) => moves.map(({ taskId }) => taskId);

describe("ordered moves", () => {
  it("begin with their first batch, and go on with the next when it has landed", () => {
    assert.deepEqual(idsOf(stepOf(anOrder(MOVES), STANDING, NOW).next), ["a.1", "b.1"]);
    const results = [landed("a.1")];
    assert.deepEqual(idsOf(stepOf(anOrder(MOVES, { results }), STANDING, NOW).next), ["b.1"]);
    const both = [landed("a.1"), landed("b.1")];
    assert.deepEqual(idsOf(stepOf(anOrder(MOVES, { results: both }), STANDING, NOW).next), ["c.1"]);
    const all = [...both, landed("c.1")];
    assert.deepEqual(stepOf(anOrder(MOVES, { results: all }), STANDING, NOW), { results: all, next: [] });
  });

  it("of a later batch are given up when one before them failed, those beside it are not", () => {
    const step = stepOf(anOrder(MOVES, { results: [failed("a.1")] }), STANDING, NOW);
    assert.deepEqual(idsOf(step.next), ["b.1"]);
    assert.deepEqual(
      step.results.map(({ taskId, outcome }) => [taskId, outcome]),
      [
        ["a.1", "failed"],
        ["c.1", "not_begun"],
      ],
    );
  });

  it("that a scheduler made and could not tell of any more are found where they landed", () => {
    const tasks = [aTask("a.9", { slot: 1, nodeId: "n2" }), aTask("b.1"), aTask("c.1")];
    const step = stepOf(anOrder(MOVES), { tasks }, NOW);
    assert.deepEqual(idsOf(step.next), ["b.1"]);
    assert.equal(step.results[0]?.outcome, "landed");
  });

  it("of a task that is gone are given up, with the reason", () => {
    const tasks = [aTask("b.1"), aTask("c.1")];
    const { results } = stepOf(anOrder(MOVES), { tasks }, NOW);
    assert.equal(results[0]?.outcome, "not_begun");
    assert.match(results[0].detail, /no longer runs on n1/);
  });

  it("are given up when their time is over, with what stood in the way", () => {
    const order = anOrder(MOVES, { obstacle: "breaker: open" });
    const { results, next } = stepOf(order, STANDING, NOW + 1000);
    assert.deepEqual(next, []);
    assert.deepEqual(new Set(results.map(({ detail }) => detail)), new Set(["breaker: open"]));
  });
});
