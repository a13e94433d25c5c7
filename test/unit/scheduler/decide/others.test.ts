import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Policy } from "../../../../scheduler/domain/policy.ts";
import type { Resources } from "../../../../scheduler/domain/resources.ts";
import type { Snapshot } from "../../../../scheduler/domain/snapshot.ts";
import { decide } from "../../../../scheduler/decide/decide.ts";
import { deepFreeze } from "../../../support/deep-freeze.ts";
import { aNode, aPolicy, aSwarm, NOW, stands } from "../../../support/swarm-builder.ts";

const MARKS: Policy["marks"] = {
  ...aPolicy().marks,
  network: { high: 0.8, target: 0.6, quantile: 1 },
};

/** Two copies of web on n1 and none elsewhere, by what each sends; a node's capacity of 0 is none. */
function swarmOf(sends: number, capacities: Readonly<Record<string, number>>): Snapshot {
  const ids = Object.keys(capacities);
  const swarm = aSwarm(
    ids.map((id) => aNode(id)),
    stands("web", [{ on: "n1" }]),
    stands("api", [{ on: "n1" }]),
  );
  const withNetwork = (resources: Resources, network: number): Resources => ({
    ...resources,
    others: { network },
  });
  const nodeUsage = Object.entries(swarm.nodeUsage).map(([id, usage]) => {
    const used = id === "n1" ? 2 * sends : 0;
    return [
      id,
      {
        capacity: withNetwork(usage.capacity, capacities[id] ?? 0),
        used: withNetwork(usage.used, used),
        remainder: withNetwork(usage.remainder, 0),
      },
    ];
  });
  const taskUsage = Object.entries(swarm.taskUsage).map(([id, use]) => [id, withNetwork(use, sends)]);
  return deepFreeze({
    ...swarm,
    others: ["network"],
    nodeUsage: Object.fromEntries(nodeUsage) as Snapshot["nodeUsage"],
    taskUsage: Object.fromEntries(taskUsage) as Snapshot["taskUsage"],
  });
}

const decided = (snapshot: Snapshot) => decide(snapshot, aPolicy({ marks: MARKS }), NOW);

describe("a resource that the policy adds", () => {
  it("calls for a move like any other, and tells so", () => {
    const decision = decided(swarmOf(45, { n1: 100, n2: 100 }));
    assert.equal(decision.outcome, "plan");
    const [move, ...more] = decision.moves;
    assert.deepEqual([move?.goal, move?.toName, more.length], ["overload", "n2", 0]);
    assert.match(move?.reason ?? "", /n1 stands at 90 % network/);
    assert.deepEqual(move?.load.others, { network: 45 });
    assert.equal(move.evidence.fromAfter?.["network"], 0.45);
    const [n1] = decision.nodes;
    assert.deepEqual(n1?.load?.["network"], { used: 90, capacity: 100, ratio: 0.9, peak: 0.9 });
    assert.equal(n1.loadAfter?.["network"]?.ratio, 0.45);
  });

  it("is kept off nodes that have too little of it, or none", () => {
    for (const [capacity, words] of [
      [50, /it would bring n2 to 90 % network, above 60 %/],
      [0, /n2 has no network, of which it uses some/],
    ] as const) {
      const decision = decided(swarmOf(45, { n1: 100, n2: capacity }));
      assert.equal(decision.outcome, "stuck");
      const refusals = decision.refusals.filter(({ filter }) => filter === "headroom");
      assert.match(refusals[0]?.detail ?? "", words);
    }
  });

  it("asks nothing of a node that has none of it", () => {
    assert.equal(decided(swarmOf(45, { n1: 0, n2: 0 })).outcome, "level");
  });

  it("holds back where a node has some and its use is not known", () => {
    const snapshot = swarmOf(45, { n1: 100, n2: 100 });
    const { n2, ...rest } = snapshot.nodeUsage;
    assert.ok(n2 !== undefined);
    const decision = decided({
      ...snapshot,
      nodeUsage: { ...rest, n2: { ...n2, unknown: ["network"] } },
    });
    assert.notEqual(decision.outcome, "plan");
    assert.match(decision.nodes[1]?.notes.join() ?? "", /its use of network is not measured/);
  });

  it("is never too much where the policy has no marks for it", () => {
    assert.equal(decide(swarmOf(45, { n1: 100, n2: 100 }), aPolicy(), NOW).outcome, "level");
  });
});
