import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { isOver, isUp } from "../../../sim/swarm/states.ts";
import type { Swarm } from "../../../sim/swarm/swarm.ts";
import { aSimSwarm, aSpec, GIB, pass, rewrite } from "./fixture.ts";

const NODES = 4;
const SERVICES = 3;

/** Anything that people and machines do, and how long nothing follows. */
const DEED = fc.record({
  what: fc.constantFrom("write", "lose", "revive", "drain", "restore", "remove", "crash"),
  node: fc.integer({ min: 2, max: NODES }),
  service: fc.nat(SERVICES - 1),
  replicas: fc.nat(5),
  image: fc.nat(3),
  order: fc.constantFrom("start-first", "stop-first"),
  parallelism: fc.nat(2),
  maxReplicas: fc.constantFrom(0, 0, 2),
  gigabytes: fc.nat(3),
  seconds: fc.integer({ min: 0, max: 30 }),
});
type Deed = typeof DEED extends fc.Arbitrary<infer One> ? One : never;

function specOf({ service, replicas, image, order, parallelism, maxReplicas, gigabytes }: Deed) {
  return aSpec({
    name: `s${service}`,
    replicas,
    image: `s${service}:${image}`,
    memoryBytes: gigabytes * GIB,
    placement: { MaxReplicas: maxReplicas },
    update: { Parallelism: parallelism, Order: order },
    restart: { Delay: 1e9 },
  });
}

function carryOut(swarm: Swarm, deed: Deed): void {
  const node = `n${deed.node}`;
  const service = swarm.serviceNamed(`s${deed.service}`);
  const [task] = service === null ? [] : swarm.store.tasksOf(service.id).filter(isUp);
  switch (deed.what) {
    case "write":
      if (service === null) swarm.createService(specOf(deed));
      else rewrite(swarm, service.id, specOf(deed));
      break;
    case "lose":
      swarm.lose(node);
      break;
    case "revive":
      swarm.revive(node);
      break;
    case "drain":
    case "restore":
      swarm.setNode(node, { availability: deed.what === "drain" ? "drain" : "active" });
      break;
    case "remove":
      if (service !== null) swarm.removeService(service.id);
      break;
    case "crash":
      if (task !== undefined) swarm.crash(task.id, "task: non-zero exit (1)");
  }
  pass(swarm, deed.seconds);
  assertWithinBounds(swarm);
}

/** No node ever carries more than it has room for by what is reserved, and a task only ever runs where it was placed. */
function assertWithinBounds({ store }: Swarm): void {
  for (const { id, facts } of store.nodes.values()) {
    const here = store.tasksOn(id).filter((task) => !isOver(task) && task.state !== "pending");
    const reserved = here.reduce((sum, { template }) => {
      const { Resources } = template as {
        readonly Resources: { readonly Reservations: { readonly MemoryBytes: number } };
      };
      return sum + Resources.Reservations.MemoryBytes;
    }, 0);
    assert.ok(reserved <= facts.resources.memoryBytes, `${id} carries ${reserved}`);
  }
}

describe("a simulated Swarm to which anything happens", () => {
  it("comes to rest with as many tasks as every service asks for, unless what is missing waits for room", () => {
    fc.assert(
      fc.property(fc.array(DEED, { maxLength: 15 }), fc.nat(99), (deeds, seed) => {
        const swarm = aSimSwarm(NODES, {}, { seed });
        for (const deed of deeds) carryOut(swarm, deed);
        pass(swarm, 600);
        assertWithinBounds(swarm);
        for (const service of swarm.store.services.values()) {
          const tasks = swarm.store.tasksOf(service.id);
          const { Replicas } = (
            service.spec["Mode"] as { readonly Replicated: { readonly Replicas: number } }
          ).Replicated;
          const up = tasks.filter(isUp).length;
          const waits = tasks.filter(
            ({ state, desired }) => state === "pending" && ["ready", "running"].includes(desired),
          ).length;
          assert.ok(
            up <= Replicas + waits && up + waits >= Replicas,
            `${up} run and ${waits} wait of ${Replicas}`,
          );
          for (const task of tasks.filter(isUp))
            assert.equal(swarm.store.nodes.get(task.nodeId)?.facts.state, "ready");
        }
        const wanted = new Set(swarm.store.services.keys());
        const stray = [...swarm.workers.containers.values()].filter(
          ({ serviceId, nodeId, endedMs }) =>
            endedMs === null && !wanted.has(serviceId) && swarm.store.nodes.get(nodeId)?.isAlive === true,
        );
        assert.deepEqual(stray, []);
      }),
      { numRuns: 60 },
    );
  });

  it("comes to the very same under the same seed", () => {
    const run = (deeds: readonly Deed[], seed: number) => {
      const swarm = aSimSwarm(NODES, {}, { seed });
      for (const deed of deeds) carryOut(swarm, deed);
      return [...swarm.store.tasks.values()];
    };
    fc.assert(
      fc.property(fc.array(DEED, { maxLength: 10 }), fc.nat(99), (deeds, seed) => {
        assert.deepEqual(run(deeds, seed), run(deeds, seed));
      }),
      { numRuns: 20 },
    );
  });
});
