import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decide } from "../../../../scheduler/decide/decide.ts";
import { pursuitsOf } from "../../../../scheduler/decide/pursuits.ts";
import { viewOf } from "../../../../scheduler/decide/view.ts";
import type { Policy } from "../../../../scheduler/domain/policy.ts";
import type { Snapshot } from "../../../../scheduler/domain/snapshot.ts";
import { aNode, aPolicy, aSwarm, NOW, stands, without } from "../../../support/swarm-builder.ts";

/** Of four cores. */
function using(...cores: readonly number[]): Snapshot {
  const nodes = cores.map((_, index) => aNode(`n${index + 1}`));
  const standings = cores.map((cpu, index) => stands(`s${index + 1}`, [{ on: `n${index + 1}`, cpu }]));
  return aSwarm(nodes, ...standings);
}

function after(snapshot: Snapshot, pursues: readonly string[]): Snapshot {
  return { ...snapshot, memory: { ...snapshot.memory, pursues } };
}

function pursued(snapshot: Snapshot, over: Partial<Policy> = {}): readonly string[] {
  return pursuitsOf(viewOf(snapshot), aPolicy(over));
}

describe("what a decision is after", () => {
  it("is to relieve each node above its high mark, resource by resource", () => {
    assert.deepEqual(pursued(using(3.5, 3, 1)), ["overload cpu n1"]);
  });
  it("goes on until the target mark, where an earlier one began it", () => {
    assert.deepEqual(pursued(after(using(3, 3, 1), ["overload cpu n1"])), ["overload cpu n1"]);
    assert.deepEqual(pursued(after(using(2.25, 3, 1), ["overload cpu n1"])), []);
  });
  it("is to even out a node that stands apart by more than the band, above or below", () => {
    const even = { goals: ["even"], evenBand: 0.2 } as const;
    assert.deepEqual(pursued(using(2, 1, 1), even), []);
    assert.deepEqual(pursued(using(3, 1, 1.5), even), ["even load n1", "even load n2"]);
  });
  it("goes on until a third of the band, where an earlier one began it", () => {
    const even = { goals: ["even"], evenBand: 0.3 } as const;
    const begun = ["even load n1"];
    assert.deepEqual(pursued(after(using(2, 1, 1), begun), even), begun);
    assert.deepEqual(pursued(after(using(1.25, 1, 1), begun), even), []);
  });
  it("is nothing that the policy does not strive for", () => {
    assert.deepEqual(pursued(using(3.5, 0, 0), { goals: ["apart"] }), []);
    assert.deepEqual(pursued(using(3.5, 0, 0), { goals: ["overload"] }), ["overload cpu n1"]);
  });
  it("is nothing on a node that is away or of which too little is known", () => {
    const hot = using(3.5, 0);
    assert.deepEqual(pursued({ ...hot, taskUsage: without(hot.taskUsage, "s1.1") }), []);
    const nodes = [aNode("n1", { state: "down" }), aNode("n2")];
    assert.deepEqual(pursued({ ...hot, nodes }), []);
  });
});

describe("a decision that goes on with an earlier one", () => {
  const half = aSwarm(
    ["n1", "n2", "n3"].map((id) => aNode(id)),
    ...["a", "b", "c", "d"].map((id) => stands(id, [{ on: "n1", cpu: 0.75 }])),
  );

  it("relieves a node that is below its high mark by now, down to its target", () => {
    assert.equal(decide(half, aPolicy(), NOW).outcome, "level");
    const { moves, nodes } = decide(after(half, ["overload cpu n1"]), aPolicy(), NOW);
    assert.equal(moves.length, 1);
    assert.equal(nodes[0]?.loadAfter?.cpu.ratio, 0.5625);
  });
  it("keeps what the last one was after while nothing can be trusted", () => {
    const blind = { ...after(half, ["overload cpu n9"]), inputs: [] };
    assert.deepEqual(decide(blind, aPolicy(), NOW).pursues, ["overload cpu n9"]);
  });
});
