import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DESCHEDULER } from "../../../bench/policies/descheduler.ts";
import { DRS } from "../../../bench/policies/drs.ts";
import { FORCE } from "../../../bench/policies/force.ts";
import { ORCHA } from "../../../bench/policies/orcha.ts";
import type { Policy } from "../../../bench/policies/policy.ts";
import type { Resources } from "../../../scheduler/domain/resources.ts";
import { madeUpLoads } from "../../../sim/loads.ts";
import type { Swarm } from "../../../sim/swarm/swarm.ts";
import { templateOf } from "../../../sim/swarm/dirty.ts";
import { LITTLE_EFFORT } from "../../support/decide-lightly.ts";
import { aSimSwarm, aSpec, GIB, pass, placesOf } from "../sim/fixture.ts";

const RESOURCES = { cpuCores: 4, memoryBytes: 8 * GIB };

describe("force-update", () => {
  it("restarts what stands unevenly since a node joined, and leaves alone what does not", async () => {
    const swarm = aSimSwarm(2);
    const uneven = swarm.createService(aSpec({ name: "wide", replicas: 4 }));
    const even = swarm.createService(aSpec({ name: "narrow", replicas: 1 }));
    pass(swarm, 600);
    swarm.join({ id: "n3", hostname: "n3", resources: RESOURCES });
    const before = swarm.store.tasksOf(even).map(({ id }) => id);
    await act(FORCE, swarm, new Map(), 600);
    assert.ok(placesOf(swarm, uneven).includes("n3"));
    assert.equal(templateOf(swarm.store.services.get(uneven)?.spec ?? {})["ForceUpdate"], 1);
    assert.deepEqual(
      swarm.store.tasksOf(even).map(({ id }) => id),
      before,
    );
  });
});

describe("free-memory", () => {
  it("pins a service of one task to the node with most free memory, once that has had more for ten minutes", async () => {
    const swarm = aSimSwarm(2);
    const heavy = swarm.createService(aSpec({ name: "heavy" }));
    const wide = swarm.createService(aSpec({ name: "wide", replicas: 2 }));
    pass(swarm, 600);
    swarm.join({ id: "n3", hostname: "n3", resources: { cpuCores: 4, memoryBytes: 16 * GIB } });
    const loads = new Map([[heavy, { cpuCores: 0.1, memoryBytes: 3 * GIB }]]);
    const was = placesOf(swarm, heavy);
    await act(ORCHA, swarm, loads, 500);
    assert.deepEqual(placesOf(swarm, heavy), was);
    await act(ORCHA, swarm, loads, 1500);
    assert.deepEqual(placesOf(swarm, heavy), ["n3"]);
    assert.deepEqual(constraintsOf(swarm, heavy), ["node.id==n3"]);
    assert.equal(constraintsOf(swarm, wide), undefined);
  });
});

describe("descheduler", () => {
  it("ends tasks on a node above 50 % while another is below 20 %, and none otherwise", async () => {
    for (const [cpuBeside, moves] of [
      [0.1, true],
      [1.2, false],
    ] as const) {
      const swarm = aSimSwarm(1);
      const busy = swarm.createService(aSpec({ name: "busy", replicas: 4 }));
      pass(swarm, 600);
      swarm.join({ id: "n2", hostname: "n2", resources: RESOURCES });
      const loads = new Map([[busy, { cpuCores: 0.7, memoryBytes: GIB / 4 }]]);
      await act(DESCHEDULER, swarm, loads, 1200, { cpuCores: cpuBeside, memoryBytes: GIB / 4 });
      assert.equal(placesOf(swarm, busy).includes("n2"), moves, `${cpuBeside} cores beside`);
    }
  });
});

describe("drs-like", () => {
  it("moves from the fullest to the emptiest until the deviation is low, and then nothing", async () => {
    const swarm = aSimSwarm(2);
    const ids = ["a", "b", "c", "d", "e", "f"].map((name) =>
      swarm.createService(aSpec({ name, placement: { Constraints: ["node.role==worker"] } })),
    );
    for (const id of ["n3", "n4"]) swarm.join({ id, hostname: id, resources: RESOURCES });
    swarm.setNode("n3", { availability: "drain" });
    swarm.setNode("n4", { availability: "drain" });
    pass(swarm, 600);
    const loads = new Map(ids.map((id) => [id, { cpuCores: 0.5, memoryBytes: GIB / 2 }]));
    for (const id of ["n3", "n4"]) swarm.setNode(id, { availability: "active" });
    await act(DRS, swarm, loads, 3600);
    const places = ids.flatMap((id) => placesOf(swarm, id));
    assert.ok(
      ["n2", "n3", "n4"].every((node) => places.includes(node)),
      places.join(" "),
    );
    let starts = 0;
    swarm.onContainer(({ action }) => {
      if (action === "start") starts += 1;
    });
    await act(DRS, swarm, loads, 1800);
    assert.equal(starts, 0);
  });
});

/** Lets a policy act for so many seconds. */
async function act(
  policy: Policy,
  swarm: ReturnType<typeof aSimSwarm>,
  services: ReadonlyMap<string, Resources>,
  seconds: number,
  beside: Resources = { cpuCores: 0.1, memoryBytes: GIB / 4 },
): Promise<void> {
  const { clock } = swarm;
  const loads = madeUpLoads({ services, beside });
  const acting = policy.start({
    ...{ swarm, loads, lookSeconds: 300 },
    actsFromMs: clock.now(),
    effort: LITTLE_EFFORT,
  });
  await clock.turnUntil(clock.now() + seconds * 1000);
  await clock.turn(acting.stop());
}

function constraintsOf({ store }: Swarm, id: string): unknown {
  const placement = templateOf(store.services.get(id)?.spec ?? {})["Placement"] as Record<string, unknown>;
  return placement["Constraints"];
}
