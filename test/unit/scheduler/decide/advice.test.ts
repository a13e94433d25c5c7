import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { adviceOn } from "../../../../scheduler/decide/advice.ts";
import { contextOf } from "../../../../scheduler/decide/candidates.ts";
import { viewOf } from "../../../../scheduler/decide/view.ts";
import type { Service } from "../../../../scheduler/domain/service.ts";
import type { Snapshot } from "../../../../scheduler/domain/snapshot.ts";
import { aNode, aPolicy, aSwarm, GIB, NOW, stands } from "../../../support/swarm-builder.ts";

const NODES = [aNode("n1"), aNode("n2"), aNode("n3")];
const STAYS = { labels: { "ballast.move": "never" } };

function advice(snapshot: Snapshot): readonly string[] {
  return adviceOn(viewOf(snapshot), contextOf(snapshot, aPolicy(), NOW));
}

/** n1 is at 88 % by four tasks that stay. */
function crowded(over: Partial<Service> = {}): Snapshot {
  return aSwarm(
    NODES,
    ...[1, 2, 3, 4].map((n) => stands(`s${n}`, [{ on: "n1", cpu: 0.875 }], { ...STAYS, ...over })),
  );
}

describe("the advice", () => {
  it("is none where no node stays above its high mark", () => {
    assert.deepEqual(advice(aSwarm(NODES, stands("web", [{ on: "n1", cpu: 3 }]))), []);
  });
  it("is to add a node where the whole swarm is above the target", () => {
    const full = aSwarm(NODES, ...NODES.map(({ id }, n) => stands(`s${id}`, [{ on: id, cpu: 3.5 - n }])));
    assert.deepEqual(advice(full), [
      "n1 stays at 88 % cpu, and the whole swarm at 63 %: add a node, or cpu to the nodes there are",
    ]);
  });
  it("is to split a service whose one task is too much for any node like it", () => {
    assert.deepEqual(advice(aSwarm(NODES, stands("big", [{ on: "n1", cpu: 3.5 }]))), [
      "n1 stays at 88 % cpu: one task of big takes 88 % of the node; split the service into more replicas, or give it a larger node",
    ]);
  });
  it("is to reserve what is used, so that Swarm keeps room for it", () => {
    assert.match(
      advice(crowded()).join(),
      /one task of s1 takes 22 % of the node and reserves none; a reservation would/,
    );
  });
  it("is to look at the refusals where that is done", () => {
    const reserved = { reservations: { cpuCores: 0.5, memoryBytes: 0 } };
    assert.match(advice(crowded(reserved)).join(), /takes 22 % of the node; see the refusals for the rule/);
  });
  it("is to look elsewhere where tasks are not what burdens the node", () => {
    const swarm = aSwarm(NODES, stands("web", [{ on: "n1", cpu: 0.25 }]));
    const [used, remainder] = [3.5, 3.25].map((cpuCores) => ({ cpuCores, memoryBytes: 0 }));
    const capacity = { cpuCores: 4, memoryBytes: 16 * GIB };
    assert.ok(used !== undefined && remainder !== undefined);
    const nodeUsage = { ...swarm.nodeUsage, n1: { capacity, used, remainder } };
    assert.deepEqual(advice({ ...swarm, nodeUsage }), [
      "n1 stays at 88 % cpu, most of it not of tasks: look at what else runs on it",
    ]);
  });
  it("is about a few nodes at the most, the worst first", () => {
    const nodes = Array.from({ length: 20 }, (_, n) => aNode(`n${n}`));
    const hot = nodes.slice(0, 8).map(({ id }, n) => stands(`s${n}`, [{ on: id, cpu: 3.25 + n / 16 }]));
    const told = advice(aSwarm(nodes, ...hot));
    assert.equal(told.length, 5);
    assert.match(told[0] ?? "", /^n7 /);
  });
});
