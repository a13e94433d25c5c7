import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SEEN_ON_LABS } from "../../../../sim/swarm/timings.ts";
import { aSimSwarm, aSpec, pass, placesOf } from "../fixture.ts";

const OFF_N1 = { Constraints: ["node.id!=n1"] };

describe("what the simulated Swarm makes of nodes that come and go", () => {
  it("sees a loss after a while, restarts elsewhere after the restart delay, and a return leaves the node empty", () => {
    const swarm = aSimSwarm(3);
    const id = swarm.createService(aSpec({ replicas: 2, placement: OFF_N1 }));
    pass(swarm, 10);
    assert.deepEqual(placesOf(swarm, id), ["n2", "n3"]);
    swarm.lose("n2");
    pass(swarm, SEEN_ON_LABS.downAfterMs / 1000 - 1);
    assert.equal(swarm.store.nodes.get("n2")?.facts.state, "ready");
    assert.deepEqual(placesOf(swarm, id), ["n2", "n3"], "the managers do not know yet");
    pass(swarm, 2);
    assert.equal(swarm.store.nodes.get("n2")?.facts.state, "down");
    pass(swarm, 4);
    assert.deepEqual(placesOf(swarm, id), ["n3"], "the restart delay is five seconds");
    pass(swarm, 5);
    assert.deepEqual(placesOf(swarm, id), ["n3", "n3"]);
    swarm.revive("n2");
    pass(swarm, 60);
    assert.equal(swarm.store.nodes.get("n2")?.facts.state, "ready");
    assert.deepEqual(placesOf(swarm, id), ["n3", "n3"]);
    assert.ok(swarm.store.tasksOn("n2").every(({ state }) => state === "shutdown"));
  });

  it("does not fail over what is pinned, nor what is never restarted", () => {
    const swarm = aSimSwarm(2);
    const placement = { Constraints: ["node.id==n2"] };
    const pinned = swarm.createService(aSpec({ name: "pinned", placement }));
    const once = swarm.createService(aSpec({ name: "once", placement, restart: { Condition: "none" } }));
    pass(swarm, 10);
    swarm.lose("n2");
    pass(swarm, 120);
    assert.deepEqual(
      swarm.store
        .tasksOf(pinned)
        .map(({ state, desired }) => `${state} ${desired}`)
        .sort(),
      ["pending running", "running shutdown"],
    );
    swarm.revive("n2");
    pass(swarm, 60);
    assert.deepEqual(placesOf(swarm, pinned), ["n2"]);
    assert.deepEqual(placesOf(swarm, once), []);
  });

  it("tells a cut cable from lost power: what ran on runs on until its node is heard of again", () => {
    for (const [how, runs] of [
      ["cable", true],
      ["power", false],
    ] as const) {
      const swarm = aSimSwarm(2);
      const id = swarm.createService(aSpec({ placement: OFF_N1 }));
      pass(swarm, 10);
      const [task] = swarm.store.tasksOf(id);
      swarm.lose("n2", how);
      pass(swarm, 60);
      assert.equal(swarm.workers.containers.get(task?.id ?? "")?.endedMs === null, runs, how);
      swarm.revive("n2");
      pass(swarm, 60);
      assert.notEqual(swarm.workers.containers.get(task?.id ?? "")?.endedMs, null);
    }
  });

  it("restarts what a node lost that was away too briefly to be missed", () => {
    const swarm = aSimSwarm(1);
    const id = swarm.createService(aSpec());
    pass(swarm, 10);
    swarm.lose("n1");
    pass(swarm, 5);
    swarm.revive("n1");
    pass(swarm, 30);
    assert.equal(swarm.store.nodes.get("n1")?.facts.state, "ready");
    assert.deepEqual(
      swarm.store
        .tasksOf(id)
        .map(({ state }) => state)
        .sort(),
      ["failed", "running"],
    );
  });

  it("ends all at once what a drained node carries, and places it elsewhere without the restart delay", () => {
    const swarm = aSimSwarm(3);
    const id = swarm.createService(
      aSpec({ replicas: 2, placement: OFF_N1, update: { Order: "start-first" } }),
    );
    pass(swarm, 10);
    swarm.setNode("n2", { availability: "drain" });
    pass(swarm, 3);
    assert.deepEqual(placesOf(swarm, id), ["n3", "n3"]);
    swarm.setNode("n2", { availability: "active" });
    pass(swarm, 60);
    assert.deepEqual(placesOf(swarm, id), ["n3", "n3"]);
  });

  it("places nothing new on a paused node and leaves what is there", () => {
    const swarm = aSimSwarm(2);
    const id = swarm.createService(aSpec({ replicas: 2 }));
    pass(swarm, 10);
    swarm.setNode("n2", { availability: "pause" });
    const other = swarm.createService(aSpec({ name: "other", replicas: 2 }));
    pass(swarm, 30);
    assert.deepEqual(placesOf(swarm, id), ["n1", "n2"]);
    assert.deepEqual(placesOf(swarm, other), ["n1", "n1"]);
  });

  it("rejects at once what a changed label no longer allows, whatever the update config says", () => {
    const swarm = aSimSwarm(3);
    for (const id of ["n2", "n3"]) swarm.setNode(id, { labels: { disk: "ssd" } });
    const placement = { Constraints: ["node.labels.disk==ssd", "node.id!=n1"] };
    const id = swarm.createService(aSpec({ replicas: 2, placement, update: { Order: "start-first" } }));
    pass(swarm, 10);
    swarm.setNode("n2", { labels: {} });
    pass(swarm, 1);
    const rejected = swarm.store.tasksOf(id).find(({ state }) => state === "rejected");
    assert.equal(rejected?.nodeId, "n2");
    assert.equal(rejected.error, "assigned node no longer meets constraints");
    assert.deepEqual(placesOf(swarm, id), ["n3"]);
    pass(swarm, 10);
    assert.deepEqual(placesOf(swarm, id), ["n3", "n3"]);
  });

  it("has a global service on every node that suits, and on a new one as soon as it joins", () => {
    const swarm = aSimSwarm(2);
    const id = swarm.createService({ ...aSpec(), Mode: { Global: {} } });
    pass(swarm, 10);
    assert.deepEqual(placesOf(swarm, id), ["n1", "n2"]);
    swarm.join({ id: "n3", hostname: "n3", resources: { cpuCores: 1, memoryBytes: 2 ** 30 } });
    pass(swarm, 10);
    assert.deepEqual(placesOf(swarm, id), ["n1", "n2", "n3"]);
    swarm.setNode("n2", { availability: "drain" });
    pass(swarm, 10);
    assert.deepEqual(placesOf(swarm, id), ["n1", "n3"]);
  });
});
