import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Swarm } from "../../../../sim/swarm/swarm.ts";
import { aSimSwarm, aSpec, pass, placesOf, rewrite } from "../fixture.ts";

const NANO = 1e9;
/** What the bad image does on any node. */
const CRASHES = {
  ways: {
    fate: ({ template }: { readonly template: unknown }) =>
      JSON.stringify(template).includes("web:bad")
        ? { afterMs: 100, error: "task: non-zero exit (1)" }
        : null,
  },
};

function fewest(swarm: Swarm, id: string, seconds: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let tenth = 0; tenth < seconds * 10; tenth += 1) {
    pass(swarm, 0.1);
    least = Math.min(least, placesOf(swarm, id).length);
  }
  return least;
}

function stateOf(swarm: Swarm, id: string): string | undefined {
  return swarm.store.services.get(id)?.update?.state;
}

describe("how the simulated Swarm rolls a spec out", () => {
  it("has the new task run before the old one stops when told start-first, and not when told stop-first", () => {
    for (const [order, least] of [
      ["start-first", 2],
      ["stop-first", 1],
    ] as const) {
      const swarm = aSimSwarm(2);
      const update = { Parallelism: 1, Order: order };
      const id = swarm.createService(aSpec({ replicas: 2, update }));
      pass(swarm, 10);
      rewrite(swarm, id, aSpec({ replicas: 2, image: "web:2", update }));
      assert.equal(stateOf(swarm, id), undefined);
      assert.equal(fewest(swarm, id, 30), least, order);
      assert.equal(stateOf(swarm, id), "completed");
    }
  });

  it("waits the delay between two slots", () => {
    const swarm = aSimSwarm(2);
    const update = { Parallelism: 1, Delay: 60 * NANO };
    const id = swarm.createService(aSpec({ replicas: 3, update }));
    pass(swarm, 10);
    rewrite(swarm, id, aSpec({ replicas: 3, image: "web:2", update }));
    const renewed = () =>
      swarm.store.tasksOf(id).filter(({ createdAtMs }) => createdAtMs > START_OF_UPDATE).length;
    const START_OF_UPDATE = swarm.clock.now() - 1;
    pass(swarm, 30);
    assert.equal(renewed(), 1);
    pass(swarm, 60);
    assert.equal(renewed(), 2);
    pass(swarm, 60);
    assert.equal(renewed(), 3);
  });

  it("pauses when the new task fails, and the old one runs on if none was ended for it", () => {
    const swarm = aSimSwarm(2, { images: ["web:1"] });
    const update = { Parallelism: 1, Order: "start-first", FailureAction: "pause" };
    const id = swarm.createService(aSpec({ update }));
    pass(swarm, 10);
    const before = placesOf(swarm, id);
    rewrite(swarm, id, aSpec({ image: "web:nowhere", update }));
    pass(swarm, 60);
    assert.equal(stateOf(swarm, id), "paused");
    assert.match(
      swarm.store.services.get(id)?.update?.message ?? "",
      /^update paused due to failure or early termination of task /,
    );
    assert.deepEqual(placesOf(swarm, id), before);
  });

  it("goes back to the spec of before when told to, and goes on when told that", () => {
    for (const [FailureAction, state, image] of [
      ["rollback", "rollback_completed", "web:1"],
      ["continue", "completed", "web:bad"],
    ] as const) {
      const swarm = aSimSwarm(2, {}, CRASHES);
      const given = { restart: { Condition: "none" }, update: { Parallelism: 1, FailureAction } };
      const id = swarm.createService(aSpec({ replicas: 2, ...given }));
      pass(swarm, 10);
      rewrite(swarm, id, aSpec({ replicas: 2, image: "web:bad", ...given }));
      pass(swarm, 60);
      assert.equal(stateOf(swarm, id), state);
      assert.match(JSON.stringify(swarm.store.services.get(id)?.spec), new RegExp(image));
    }
  });

  it("is cancelled by another write, which then is carried out", () => {
    const swarm = aSimSwarm(3);
    const update = { Parallelism: 1, Delay: 3600 * NANO };
    const id = swarm.createService(aSpec({ replicas: 3, update }));
    pass(swarm, 10);
    rewrite(swarm, id, aSpec({ replicas: 3, image: "web:2", update }));
    pass(swarm, 10);
    assert.equal(stateOf(swarm, id), "updating");
    rewrite(swarm, id, aSpec({ replicas: 3, image: "web:3", update: { Parallelism: 0 } }));
    pass(swarm, 30);
    assert.equal(stateOf(swarm, id), "completed");
    const images = swarm.store
      .tasksOf(id)
      .filter(({ desired }) => desired === "running")
      .map(({ template }) => JSON.stringify(template));
    assert.equal(images.filter((text) => text.includes("web:3")).length, 3);
  });

  it("refuses a write that names an old version, and takes one back by hand", () => {
    const swarm = aSimSwarm(1);
    const id = swarm.createService(aSpec());
    const version = swarm.store.services.get(id)?.version ?? 0;
    pass(swarm, 10);
    assert.equal(swarm.writeService(id, version - 1, aSpec({ image: "web:2" })), "conflict");
    assert.equal(swarm.writeService(id, version, aSpec({ image: "web:2" })), "written");
    assert.equal(swarm.writeService(id, version, aSpec({ image: "web:3" })), "conflict");
    pass(swarm, 30);
    assert.equal(swarm.rollBack(id), true);
    pass(swarm, 30);
    assert.equal(stateOf(swarm, id), "rollback_completed");
    assert.match(JSON.stringify(swarm.store.services.get(id)?.spec), /web:1/);
  });

  it("hangs start-first where every node is full by max replicas, and touches no old task", () => {
    const swarm = aSimSwarm(2);
    const given = {
      replicas: 2,
      placement: { MaxReplicas: 1 },
      update: { Parallelism: 1, Order: "start-first" },
    };
    const id = swarm.createService(aSpec(given));
    pass(swarm, 10);
    rewrite(swarm, id, aSpec({ ...given, image: "web:2" }));
    assert.equal(fewest(swarm, id, 120), 2);
    assert.equal(stateOf(swarm, id), "updating");
    assert.equal(swarm.store.tasksOf(id).filter(({ state }) => state === "pending").length, 1);
  });
});
