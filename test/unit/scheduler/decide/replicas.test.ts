import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decide } from "../../../../scheduler/decide/decide.ts";
import type { Decision } from "../../../../scheduler/domain/decision.ts";
import type { Service } from "../../../../scheduler/domain/service.ts";
import { aNode, aPolicy, aSwarm, NOW, stands } from "../../../support/swarm-builder.ts";

/** What a copy of `web` uses, and what does not move from n1. */
const CORES = { copy: 0.5, pinned: 2.6 };

/** n1 is hot by what does not move; `web` has a copy on each node named, and they had better be apart. */
function decideFor(on: readonly string[], over: Partial<Service> = {}, cores = CORES): Decision {
  const nodes = [aNode("n1"), aNode("n2"), aNode("n3")];
  const web = stands(
    "web",
    on.map((node) => ({ on: node, cpu: cores.copy })),
    over,
  );
  const pinned = stands("pinned", [{ on: "n1", cpu: cores.pinned }], { labels: { "ballast.move": "never" } });
  return decide(aSwarm(nodes, web, pinned), aPolicy({ goals: ["overload", "apart"] }), NOW);
}

function path({ moves }: Decision): readonly string[] {
  return moves.map(({ taskId, from, to }) => `${taskId} ${from}>${to}`);
}

function refusals({ refusals }: Decision): readonly string[] {
  return refusals.filter(({ service }) => service === "web").map(({ filter, node }) => `${filter} ${node}`);
}

describe("a service of several replicas", () => {
  it("with two on one node gives them away, each to a node without", () => {
    const decision = decideFor(["n1", "n1"]);
    assert.deepEqual(path(decision), ["web.1 n1>n2", "web.2 n1>n3"]);
  });
  it("is written to once at a time: each of its moves waits for the one before", () => {
    const batches = decideFor(["n1", "n1", "n1"]).moves.map(({ batch }) => batch);
    assert.ok(batches.length > 1);
    assert.deepEqual(batches, [...batches.keys()]);
  });
  it("moves to the node without a copy", () => {
    const decision = decideFor(["n1", "n1", "n2"], {}, { copy: 0.875, pinned: 1.5 });
    assert.deepEqual(path(decision), ["web.1 n1>n3"]);
    assert.deepEqual(refusals(decision), []);
  });
  it("must fit with its heaviest copy there, since Swarm picks which of them goes", () => {
    const nodes = [aNode("n1"), aNode("n2"), aNode("n3")];
    const web = stands("web", [
      { on: "n1", cpu: 0.1, gib: 4 },
      { on: "n1", cpu: 2, gib: 1 },
      { on: "n3", cpu: 2.2, gib: 1 },
    ]);
    const pinned = { labels: { "ballast.move": "never" } };
    const tight = [
      stands("a", [{ on: "n1", cpu: 1.5 }], pinned),
      stands("b", [{ on: "n2", cpu: 1 }], pinned),
    ];
    const decision = decide(aSwarm(nodes, web, ...tight), aPolicy(), NOW);
    // 1 + 0.1 cores would fit on n2, 1 + 2 would not.
    assert.equal(decision.outcome, "stuck");
    assert.match(decision.refusals.map(({ detail }) => detail).join(), /bring n2 to 75 % cpu, above 60 %/);
    const roomy = decide(aSwarm(nodes, web, ...tight.slice(0, 1)), aPolicy(), NOW);
    assert.deepEqual(path(roomy), ["web.2 n1>n2"]);
  });
  it("is not stacked", () => {
    const decision = decideFor(["n1", "n1", "n2", "n2", "n3", "n3"]);
    assert.equal(decision.outcome, "stuck");
    assert.equal(decision.cause, "apart");
    assert.deepEqual(refusals(decision), ["apart n2", "apart n3", "apart n2", "apart n3"]);
  });
  it("is left alone where Swarm might choose another node than the plan", () => {
    const decision = decideFor(["n1", "n1", "n2", "n3"]);
    assert.equal(decision.outcome, "stuck");
    assert.equal(decision.cause, "steerable");
    assert.match(decision.reason, /Swarm might choose n[23] instead/);
  });
  it("is left alone when Swarm spreads it by a preference", () => {
    const decision = decideFor(["n1", "n1"], { spreadOver: ["node.labels.zone"] });
    assert.equal(decision.cause, "steerable");
  });
  it("is left alone while one of its copies is missing", () => {
    assert.equal(decideFor(["n1", "n1"], { replicas: 3 }).cause, "replicas-running");
  });
  it("keeps to its limit per node", () => {
    const decision = decideFor(["n1", "n1", "n1", "n2"], { maxReplicasPerNode: 1 });
    assert.deepEqual(path(decision), ["web.1 n1>n3"]);
  });
});
