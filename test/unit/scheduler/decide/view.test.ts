import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { afterMove, copiesOn, viewOf, type NodeView } from "../../../../scheduler/decide/view.ts";
import type { Move } from "../../../../scheduler/domain/decision.ts";
import { NO_HISTORY } from "../../../../scheduler/domain/history.ts";
import type { Snapshot } from "../../../../scheduler/domain/snapshot.ts";
import { deepFreeze } from "../../../support/deep-freeze.ts";
import { aNode, aSwarm, GIB, NOW, stands, without } from "../../../support/swarm-builder.ts";

const NODES = [aNode("n1"), aNode("n2")];

function nodeOf(snapshot: Snapshot, id = "n1"): NodeView {
  const node = viewOf(snapshot).nodes.get(id);
  assert.ok(node !== undefined);
  return node;
}

/** n1 as measured: so much in use, so much of it beside tasks. */
function measuring(snapshot: Snapshot, usedCores: number, besideCores: number): Snapshot {
  const n1 = {
    capacity: { cpuCores: 4, memoryBytes: 16 * GIB },
    used: { cpuCores: usedCores, memoryBytes: 0 },
    remainder: { cpuCores: besideCores, memoryBytes: 0 },
  };
  return { ...snapshot, nodeUsage: { ...snapshot.nodeUsage, n1 } };
}

/** What a service's tasks used at two moments of the past. */
function remembering(snapshot: Snapshot, serviceId: string, cpuCores: readonly [number, number]): Snapshot {
  const series = { cpuCores: Float32Array.from(cpuCores), memoryBytes: Float32Array.from([GIB, GIB]) };
  return {
    ...snapshot,
    history: { ...NO_HISTORY, stepSeconds: 300, points: 2, services: { [serviceId]: series } },
  };
}

describe("the load a decision counts with", () => {
  const swarm = aSwarm(
    NODES,
    stands("web", [{ on: "n1", cpu: 1, gib: 1 }]),
    stands("db", [{ on: "n1", cpu: 2 }]),
  );

  it("is that of the tasks there, plus what the node uses beside them", () => {
    assert.deepEqual(nodeOf(swarm).used, { cpuCores: 3, memoryBytes: GIB });
    assert.equal(nodeOf(measuring(swarm, 3.5, 0.5)).used?.cpuCores, 3.5);
  });
  it("does not lag: what the node's own average still holds of tasks that left is not counted", () => {
    assert.equal(nodeOf(measuring(swarm, 3.9, 0.5)).used?.cpuCores, 3.5);
    assert.equal(nodeOf(measuring(swarm, 2.9, 0)).used?.cpuCores, 3);
  });
  it("takes a task too young to be measured for as heavy as its service's others are on average", () => {
    const old = [1, 2].map((cpu) => ({ on: "n2", cpu }));
    const copies = [...old, { on: "n1", cpu: 0, stateSinceMs: NOW - 1000 }];
    const grown = aSwarm(NODES, stands("web", copies), stands("db", [{ on: "n1", cpu: 2 }]));
    const node = nodeOf({ ...grown, taskUsage: without(grown.taskUsage, "web.3") });
    assert.equal(node.used?.cpuCores, 3.5);
    assert.deepEqual(node.unsettled, []);
  });
  it("or, where none of them was measured, as heavy as the service is last known to have been", () => {
    const web = stands("web", [{ on: "n1", cpu: 1, gib: 1, stateSinceMs: NOW - 1000 }]);
    const young = aSwarm(NODES, web, stands("db", [{ on: "n1", cpu: 2 }]));
    const unmeasured = { ...young, taskUsage: without(young.taskUsage, "web.1") };
    const node = nodeOf(remembering(unmeasured, "web", [0.25, 0.75]));
    assert.deepEqual(node.used, { cpuCores: 2.75, memoryBytes: GIB });
    assert.deepEqual(node.unsettled, []);
  });
  it("is of now, whatever the past was; the past stands beside it", () => {
    const { used, profile } = nodeOf(remembering(swarm, "web", [0.25, 0.75]));
    assert.equal(used?.cpuCores, 3);
    assert.deepEqual(profile && [...profile], [3, 2.25, 2.75, GIB, GIB, GIB]);
  });
  it("is not known of a node that was not measured", () => {
    const node = nodeOf({ ...swarm, nodeUsage: without(swarm.nodeUsage, "n1") });
    assert.equal(node.used, null);
    assert.equal(node.capacity, null);
    assert.deepEqual(node.unsettled, ["its agent is not measured"]);
  });
});

describe("a node", () => {
  it("is settled when all there is measured", () => {
    assert.deepEqual(nodeOf(aSwarm(NODES, stands("web", [{ on: "n1" }]))).unsettled, []);
  });
  it("stays settled when a task leaves it", () => {
    const left = { on: "n1", state: "shutdown", desired: "shutdown", stateSinceMs: NOW - 1000 };
    const swarm = aSwarm(NODES, stands("web", [{ on: "n1", cpu: 1 }]), stands("db", [left]));
    assert.deepEqual(nodeOf(swarm).unsettled, []);
    assert.equal(nodeOf(swarm).used?.cpuCores, 1);
  });
  it("tells how many stand there of which nothing is known", () => {
    const swarm = aSwarm(NODES, stands("web", [{ on: "n1" }, { on: "n1" }]), stands("db", [{ on: "n1" }]));
    assert.deepEqual(nodeOf({ ...swarm, taskUsage: without(swarm.taskUsage, "web.1", "web.2") }).unsettled, [
      "2 task(s) there not measured over the whole window yet",
    ]);
  });
  it("holds the reservations of what starts and of what is still stopping, not of what has stopped", () => {
    const swarm = aSwarm(
      NODES,
      stands(
        "web",
        [
          { on: "n1", state: "preparing" },
          { on: "n1", desired: "shutdown" },
          { on: "n1", state: "shutdown", desired: "shutdown" },
        ],
        { reservations: { cpuCores: 0.5, memoryBytes: GIB } },
      ),
    );
    assert.deepEqual(nodeOf(swarm).reserved, { cpuCores: 1, memoryBytes: 2 * GIB });
    assert.equal(copiesOn(viewOf(swarm), "web", "n1").length, 0);
  });
});

describe("afterMove", () => {
  const swarm = deepFreeze(
    aSwarm(
      NODES,
      stands("web", [{ on: "n1", cpu: 3.5, gib: 1 }], { reservations: { cpuCores: 1, memoryBytes: GIB } }),
    ),
  );
  const before = deepFreeze(viewOf(swarm));
  const move: Move = {
    serviceId: "web",
    service: "web",
    taskId: "web.1",
    slot: 1,
    from: "n1",
    to: "n2",
    fromName: "n1",
    toName: "n2",
    load: { cpuCores: 3.5, memoryBytes: GIB },
    order: "start-first",
    reason: "",
  };

  it("takes load, reservation and copy from one node to the other, and leaves the old view as it was", () => {
    const after = afterMove(before, move);
    const [n1, n2] = [after.nodes.get("n1"), after.nodes.get("n2")];
    assert.deepEqual([n1?.used?.cpuCores, n2?.used?.cpuCores], [0, 3.5]);
    assert.deepEqual([n1?.reserved.cpuCores, n2?.reserved.cpuCores], [0, 1]);
    assert.deepEqual([copiesOn(after, "web", "n1").length, copiesOn(after, "web", "n2").length], [0, 1]);
    assert.deepEqual([n1?.tasks.length, n2?.tasks.length], [0, 1]);
    assert.equal(copiesOn(before, "web", "n1").length, 1);
    assert.equal(before.nodes.get("n1")?.used?.cpuCores, 3.5);
  });
  it("changes nothing when the task or its service is gone", () => {
    for (const gone of [{ taskId: "web.2" }, { serviceId: "db" }]) {
      const after = afterMove(before, { ...move, ...gone });
      assert.deepEqual([...after.nodes], [...before.nodes]);
      assert.deepEqual([...after.tasksOf], [...before.tasksOf]);
    }
  });
});
