import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { afterMove, copiesOn, viewOf, type NodeView } from "../../../../scheduler/decide/view.ts";
import type { Move } from "../../../../scheduler/domain/decision.ts";
import type { Snapshot } from "../../../../scheduler/domain/snapshot.ts";
import { deepFreeze } from "../../../support/deep-freeze.ts";
import { aNode, aSwarm, GIB, NOW, stands, without } from "../../../support/swarm-builder.ts";

const WINDOW = 600;
const NODES = [aNode("n1"), aNode("n2")];

function nodeOf(snapshot: Snapshot, id = "n1"): NodeView {
  const node = viewOf(snapshot, WINDOW).nodes.get(id);
  assert.ok(node !== undefined);
  return node;
}

function measuring(snapshot: Snapshot, id: string, cpuCores: number): Snapshot {
  const used = { cpuCores, memoryBytes: 0 };
  const capacity = { cpuCores: 4, memoryBytes: 16 * GIB };
  return { ...snapshot, nodeUsage: { ...snapshot.nodeUsage, [id]: { capacity, used } } };
}

describe("the load a decision counts with", () => {
  const swarm = aSwarm(
    NODES,
    stands("web", [{ on: "n1", cpu: 1, gib: 1 }]),
    stands("db", [{ on: "n1", cpu: 2 }]),
  );

  it("is that of the tasks there, plus what the node uses beside them", () => {
    assert.deepEqual(nodeOf(swarm).used, { cpuCores: 3, memoryBytes: GIB });
    assert.equal(nodeOf(measuring(swarm, "n1", 3.5)).used?.cpuCores, 3.5);
  });
  it("is never less than the sum of the tasks, which may be measured a moment later", () => {
    assert.equal(nodeOf(measuring(swarm, "n1", 2.9)).used?.cpuCores, 3);
  });
  it("is not known of a node that was not measured", () => {
    const node = nodeOf({ ...swarm, nodeUsage: without(swarm.nodeUsage, "n1") });
    assert.equal(node.used, null);
    assert.equal(node.capacity, null);
    assert.deepEqual(node.unsettled, ["its agent is not measured"]);
  });
});

describe("a node", () => {
  it("is settled when all there is measured and nothing left of late", () => {
    assert.deepEqual(nodeOf(aSwarm(NODES, stands("web", [{ on: "n1" }]))).unsettled, []);
  });
  it("tells how many came and how many left", () => {
    const stopped = { on: "n1", state: "shutdown", desired: "shutdown" };
    const swarm = aSwarm(
      NODES,
      stands("web", [{ on: "n1" }, { on: "n1" }]),
      stands("db", [
        { ...stopped, stateSinceMs: NOW - 1000 },
        { ...stopped, stateSinceMs: NOW - WINDOW * 1000 - 1 },
      ]),
    );
    assert.deepEqual(nodeOf({ ...swarm, taskUsage: without(swarm.taskUsage, "web.1", "web.2") }).unsettled, [
      "2 task(s) there not measured over the whole window yet",
      "1 task(s) left it within the window",
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
    assert.equal(copiesOn(viewOf(swarm, WINDOW), "web", "n1").length, 0);
  });
});

describe("afterMove", () => {
  const swarm = deepFreeze(
    aSwarm(
      NODES,
      stands("web", [{ on: "n1", cpu: 3.5, gib: 1 }], { reservations: { cpuCores: 1, memoryBytes: GIB } }),
    ),
  );
  const before = deepFreeze(viewOf(swarm, WINDOW));
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
    assert.equal(afterMove(before, { ...move, taskId: "web.2" }), before);
    assert.equal(afterMove(before, { ...move, serviceId: "db" }), before);
  });
});
