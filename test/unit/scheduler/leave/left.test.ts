import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isClean, leftIn } from "../../../../scheduler/leave/left.ts";
import { ordersSeen, servicesSeen, type SwarmSeen } from "../../../../scheduler/leave/seen.ts";
import { aRawSpec, aRawTask } from "../../../support/raw-builder.ts";
import { aNode } from "../../../support/swarm-builder.ts";
import { AT, seen, steered, toldOrder, toldService } from "./swarm.ts";

function withServices(...services: readonly object[]): SwarmSeen {
  return seen({ services: servicesSeen(services) });
}

describe("what is left in a swarm", () => {
  it("is nothing in one that Ballast never wrote to", () => {
    const left = leftIn(withServices(toldService("web", aRawSpec())));
    assert.ok(isClean(left));
    assert.deepEqual([left.schedulers, left.ownLabels, left.rollbacks], [[], [], []]);
  });

  it("is a steered service, with what its owner's spec would be", () => {
    const left = leftIn(withServices(toldService("web", steered())));
    assert.ok(!isClean(left));
    const [move] = left.moves;
    assert.deepEqual([move?.service.name, move?.fromName, move?.toName], ["web", "alpha", "bravo"]);
    assert.deepEqual(move?.owners, aRawSpec());
    assert.deepEqual(left.unreadable, []);
  });

  it("is, apart from those, a steered service whose record cannot be read", () => {
    for (const label of ["", "{", '{"version":2}']) {
      const spec = aRawSpec({ Labels: { "ballast.steer": label } });
      const left = leftIn(withServices(toldService("web", spec)));
      assert.ok(!isClean(left));
      assert.deepEqual(left.moves, []);
      assert.deepEqual(left.unreadable, [{ service: "web", constraints: ["node.labels.disk==ssd"] }]);
    }
  });

  it("is each order, by the names of what it is about, also one that nobody understands", () => {
    const orders = ordersSeen([
      toldOrder("ballast.pause", "pause", { kind: "pause", service: null, reason: "", at: AT }),
      toldOrder("ballast.pause.web", "pause", { kind: "pause", service: "web", reason: "sale", at: AT }),
      toldOrder("ballast.drain.n2", "drain", { kind: "drain", node: "n2", reason: "", at: AT }),
      toldOrder("ballast.drain.n9", "drain", { kind: "drain", node: "n9", reason: "", at: AT }),
      toldOrder("ballast.later", "later", "no JSON"),
      { ID: "empty", Spec: { Name: "ballast.empty", Labels: null } },
    ]);
    const left = leftIn(seen({ ...withServices(toldService("web", aRawSpec({ Name: "shop" }))), orders }));
    assert.ok(!isClean(left));
    assert.deepEqual(
      left.orders.map(({ name, kind, about, at, node }) => [name, kind, about, at, node?.id ?? null]),
      [
        ["ballast.pause", "pause", null, AT, null],
        ["ballast.pause.web", "pause", "shop", AT, null],
        ["ballast.drain.n2", "drain", "bravo", AT, "n2"],
        ["ballast.drain.n9", "drain", "n9", AT, null],
        ["ballast.later", "later", null, null, null],
        ["ballast.empty", "", null, null, null],
      ],
    );
  });

  it("tells of the owners' labels and of what a rollback would bring back, and counts neither", () => {
    const labels = { "ballast.move": "never", "ballast.part": "agent", "com.example.ballast.move": "x" };
    const left = leftIn(withServices(toldService("web", aRawSpec({ Labels: labels }), steered())));
    assert.ok(isClean(left));
    assert.deepEqual(left.ownLabels, [{ service: "web", label: "ballast.move", value: "never" }]);
    assert.deepEqual(left.rollbacks, ["web"]);
  });
});

describe("a scheduler", () => {
  const labels = { "ballast.part": "scheduler", "com.docker.stack.namespace": "ballast" };
  const global = toldService(
    "s",
    aRawSpec({ Name: "ballast_scheduler", Labels: labels, Mode: { Global: {} } }),
  );
  const running = { service: "ballast_scheduler", stack: "ballast" };
  const stopping = { service: null, stack: null };

  function schedulers(over: Partial<SwarmSeen>) {
    return leftIn(seen(over)).schedulers;
  }

  function task(serviceId: string, state: string, nodeId = "n1") {
    return { serviceId, task: aRawTask("t", { state, nodeId }) };
  }

  it("runs while it has a task that has not ended, in whatever state", () => {
    const services = servicesSeen([global]);
    for (const state of ["new", "pending", "starting", "running"])
      assert.deepEqual(schedulers({ services, schedulerTasks: [task("s", state)] }), [running], state);
    for (const state of ["shutdown", "failed", "complete"])
      assert.deepEqual(schedulers({ services, schedulerTasks: [task("s", state)] }), [], state);
  });

  it("runs when it wants replicas, whether it has tasks yet or not", () => {
    const replicated = (Replicas: number) =>
      servicesSeen([toldService("s", aRawSpec({ Labels: labels, Mode: { Replicated: { Replicas } } }))]);
    assert.deepEqual(schedulers({ services: replicated(1) }), [{ service: "web", stack: "ballast" }]);
    assert.deepEqual(schedulers({ services: replicated(0) }), []);
  });

  it("is one that runs also once its service is removed and a task still stops, unless its node is lost", () => {
    const schedulerTasks = [task("gone", "running", "n1")];
    assert.deepEqual(schedulers({ schedulerTasks }), [stopping]);
    assert.deepEqual(schedulers({ schedulerTasks, nodes: [aNode("n1", { state: "down" })] }), []);
    const ended = [task("gone", "shutdown", "n1")];
    assert.deepEqual(schedulers({ schedulerTasks: ended }), []);
  });

  it("is none of the other parts, nor what only calls itself so", () => {
    const others = [{ "ballast.part": "agent" }, { part: "scheduler" }].map((Labels, at) =>
      toldService(`o${at}`, aRawSpec({ Labels })),
    );
    assert.deepEqual(schedulers({ services: servicesSeen(others) }), []);
  });
});
