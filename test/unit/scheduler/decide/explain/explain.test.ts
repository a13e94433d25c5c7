import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decide } from "../../../../../scheduler/decide/decide.ts";
import { explain, type Explanation, type Subject } from "../../../../../scheduler/decide/explain/explain.ts";
import { MENDED_RULES } from "../../../../../scheduler/decide/explain/mends.ts";
import { REFUSERS } from "../../../../../scheduler/decide/refusers.ts";
import type { Snapshot } from "../../../../../scheduler/domain/snapshot.ts";
import { aNode, aPolicy, aSwarm, NOW, stands } from "../../../../support/swarm-builder.ts";

const NODES = [aNode("n1"), aNode("n2", { labels: { zone: "b" } }), aNode("n3", { availability: "pause" })];
/** Too much for n1; one of them may not leave it, the other may. */
const CROWDED = aSwarm(
  NODES,
  stands("pinned", [{ on: "n1", cpu: 1.8 }], { constraints: ["node.labels.zone==a"] }),
  stands("free", [{ on: "n1", cpu: 1.9 }]),
);

function explained(snapshot: Snapshot, subject: Subject | null): Explanation {
  const policy = aPolicy();
  return explain(snapshot, policy, decide(snapshot, policy, NOW), subject);
}

describe("why", () => {
  it("a service moves is told with the planned move", () => {
    const { answer, moves } = explained(CROWDED, { kind: "service", id: "free" });
    assert.match(answer, /^free moves from n1 to n2: n1 stands at 93 % cpu/);
    assert.deepEqual(
      moves.map(({ taskId, to }) => [taskId, to]),
      [["free.1", "n2"]],
    );
  });
  it("a node loses or gains a task is told of either end", () => {
    for (const id of ["n1", "n2"])
      assert.equal(explained(CROWDED, { kind: "node", id }).moves[0]?.taskId, "free.1");
  });
});

describe("why not", () => {
  it("names the rule that binds, the nearest alternative and what would unlock it", () => {
    const { answer, moves, alternatives } = explained(CROWDED, { kind: "task", id: "pinned.1" });
    assert.deepEqual(moves, []);
    assert.match(answer, /^pinned does not move: constraints: the constraint node\.labels\.zone==a/);
    const [nearest] = alternatives;
    assert.deepEqual([nearest?.task, nearest?.to], ["pinned.1", "n2"]);
    assert.match(nearest?.unlock ?? "", /take the constraint off the service/);
    assert.ok((nearest?.gain ?? 0) > 0, "it would be worth it");
  });
  it("names every rule, not only the first", () => {
    const { alternatives } = explained(CROWDED, { kind: "task", id: "pinned.1" });
    const paused = alternatives.find(({ to }) => to === "n3");
    assert.deepEqual(
      paused?.refusals.map(({ filter }) => filter),
      ["node-state", "constraints"],
    );
  });
  it("says that nothing is won, where nothing is in the way", () => {
    const level = aSwarm(NODES, stands("web", [{ on: "n1", cpu: 1 }]));
    const { answer } = explained(level, { kind: "service", id: "web" });
    assert.match(answer, /^web may move, and nothing is won by it: .* would gain is -0\.1\d\d/);
  });
  it("anything at all moves is the decision's own reason", () => {
    const level = aSwarm(NODES, stands("web", [{ on: "n1", cpu: 1 }]));
    const { answer, alternatives } = explained(level, null);
    assert.deepEqual([answer, alternatives], ["no node is above its high mark", []]);
  });
});

describe("the mends", () => {
  it("are known of every rule that refuses, and of no other", () => {
    assert.deepEqual(MENDED_RULES.toSorted(), [...REFUSERS].sort());
  });
});
