import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { aSimSwarm, aSpec, GIB, pass, placesOf, rewrite } from "../fixture.ts";

const ON_N2 = { Constraints: ["node.id==n2"] };

describe("where the simulated Swarm places tasks", () => {
  it("spreads a service's tasks first, and then takes the node with fewest tasks", () => {
    const swarm = aSimSwarm(3);
    swarm.createService(aSpec({ name: "heavy", replicas: 3, placement: { Constraints: ["node.id!=n3"] } }));
    const web = swarm.createService(aSpec({ replicas: 3 }));
    pass(swarm, 10);
    assert.deepEqual(placesOf(swarm, web), ["n1", "n2", "n3"]);
    const solo = swarm.createService(aSpec({ name: "solo" }));
    pass(swarm, 10);
    assert.deepEqual(placesOf(swarm, solo), ["n3"]);
  });

  it("leaves pending what fits nowhere, says why, and places it as soon as there is room", () => {
    const swarm = aSimSwarm(2);
    const filler = swarm.createService(aSpec({ name: "filler", replicas: 2, memoryBytes: 6 * GIB }));
    pass(swarm, 10);
    const late = swarm.createService(aSpec({ name: "late", memoryBytes: 3 * GIB }));
    pass(swarm, 10);
    const [task] = swarm.store.tasksOf(late);
    assert.equal(task?.state, "pending");
    assert.match(task.error, /^no suitable node \(insufficient resources on 2 nodes\)$/);
    swarm.removeService(filler);
    pass(swarm, 10);
    assert.equal(placesOf(swarm, late).length, 1);
  });

  it("keeps to max replicas per node and to host ports", () => {
    const swarm = aSimSwarm(2);
    const few = swarm.createService(aSpec({ name: "few", replicas: 4, placement: { MaxReplicas: 1 } }));
    const port = { Ports: [{ PublishMode: "host", PublishedPort: 80, Protocol: "tcp" }] };
    const ports = swarm.createService({ ...aSpec({ name: "ports", replicas: 3 }), EndpointSpec: port });
    const others = swarm.createService({ ...aSpec({ name: "others" }), EndpointSpec: port });
    pass(swarm, 10);
    assert.deepEqual(placesOf(swarm, few), ["n1", "n2"]);
    assert.equal(placesOf(swarm, ports).length + placesOf(swarm, others).length, 2);
    assert.deepEqual([...placesOf(swarm, ports), ...placesOf(swarm, others)].sort(), ["n1", "n2"]);
  });

  it("balances over the values of a label, whatever the number of nodes behind each", () => {
    const swarm = aSimSwarm(4);
    for (const [id, zone] of [
      ["n1", "a"],
      ["n2", "b"],
      ["n3", "b"],
      ["n4", "b"],
    ] as const)
      swarm.setNode(id, { labels: { zone } });
    const Preferences = [{ Spread: { SpreadDescriptor: "node.labels.zone" } }];
    const id = swarm.createService(aSpec({ replicas: 6, placement: { Preferences } }));
    pass(swarm, 10);
    assert.equal(placesOf(swarm, id).filter((node) => node === "n1").length, 3);
  });

  it("keeps off a node on which a version has failed five times within minutes", () => {
    const swarm = aSimSwarm(
      2,
      {},
      { ways: { fate: ({ nodeId }) => (nodeId === "n2" ? { afterMs: 100, error: "no" } : null) } },
    );
    swarm.createService(aSpec({ name: "busy", replicas: 4, placement: { Constraints: ["node.id==n1"] } }));
    pass(swarm, 5);
    const id = swarm.createService(aSpec({ restart: { Delay: 1e9 } }));
    pass(swarm, 4);
    assert.deepEqual(new Set(swarm.store.tasksOf(id).map(({ nodeId }) => nodeId)), new Set(["n2"]));
    pass(swarm, 30);
    assert.deepEqual(placesOf(swarm, id), ["n1"]);
  });

  it("moves nothing when its constraint goes, and only the misplaced when one comes", () => {
    const swarm = aSimSwarm(3);
    const id = swarm.createService(aSpec({ replicas: 2, placement: ON_N2 }));
    pass(swarm, 10);
    const before = swarm.store.tasksOf(id);
    rewrite(swarm, id, aSpec({ replicas: 2 }));
    pass(swarm, 30);
    assert.deepEqual(swarm.store.tasksOf(id), before);
    rewrite(swarm, id, aSpec({ replicas: 2, placement: { Constraints: ["node.id!=n1"] } }));
    pass(swarm, 30);
    assert.deepEqual(swarm.store.tasksOf(id), before);
  });
});
