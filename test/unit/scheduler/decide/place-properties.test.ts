import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { goalsOf } from "../../../../scheduler/decide/goals/goals.ts";
import { groundOf } from "../../../../scheduler/decide/ground.ts";
import { place } from "../../../../scheduler/decide/place.ts";
import { newService, withSpread, type Wanted } from "../../../../scheduler/decide/place-wanted.ts";
import { isCounted, viewOf } from "../../../../scheduler/decide/view.ts";
import { refusingConstraint } from "../../../../scheduler/domain/constraint.ts";
import { GOAL_NAMES, type Policy } from "../../../../scheduler/domain/policy.ts";
import {
  amountOf,
  NOTHING,
  plus,
  RESOURCE_NAMES,
  type Resources,
} from "../../../../scheduler/domain/resources.ts";
import type { Service } from "../../../../scheduler/domain/service.ts";
import type { Snapshot } from "../../../../scheduler/domain/snapshot.ts";
import { holdsRoom } from "../../../../scheduler/domain/task.ts";
import { deepFreeze } from "../../../support/deep-freeze.ts";
import { randomPolicy, randomWorld, RUNS } from "../../../support/random-world.ts";
import { aTask, GIB, NOW } from "../../../support/swarm-builder.ts";
import { snapshotOf } from "../../../support/world.ts";

const some = <Value>(...values: readonly Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);

const amounts: fc.Arbitrary<Resources> = fc
  .tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }))
  .map(([cpu, memory]) => ({ cpuCores: cpu / 100, memoryBytes: Math.round((memory / 100) * 2 * GIB) }));

const randomWanted: fc.Arbitrary<Wanted> = fc
  .record(
    {
      labels: some<Service["labels"]>(
        {},
        { "ballast.spread": "node.labels.zone" },
        { "ballast.prefer": "node.labels.zone==a" },
        { "ballast.follow": "s1" },
      ),
      constraints: some([], [], ["node.labels.zone==a"], ["node.role!=manager"]),
      spreadOver: some([], ["node.labels.zone"]),
      platforms: some([], [{ os: "linux", architecture: "amd64" }]),
      maxReplicasPerNode: some(0, 0, 1),
      reservations: fc.oneof(fc.constant(NOTHING), amounts),
      hostPorts: some<Service["hostPorts"]>([], [{ port: 80, protocol: "tcp" }]),
      replicas: fc.integer({ min: 1, max: 4 }),
    },
    { noNullPrototype: true },
  )
  .chain((over) =>
    amounts.map((expected) => ({
      service: newService({ name: "new", ...over }),
      replicas: over.replicas,
      expected,
      unknown: [],
    })),
  );

const randomCase = fc
  .tuple(randomWorld, randomPolicy, randomWanted)
  .map(([world, policy, wanted]): readonly [Snapshot, Policy, Wanted] => [
    snapshotOf(world),
    { ...policy, goals: GOAL_NAMES },
    wanted,
  ]);

/** The swarm with replicas of the service running on the nodes: what the planner would be shown of it. */
function withReplicas(
  snapshot: Snapshot,
  { service, expected }: Wanted,
  nodeIds: readonly string[],
): Snapshot {
  const tasks = nodeIds.map((nodeId, at) => aTask(`new.${at + 1}`, { serviceId: service.id, nodeId }));
  return {
    ...snapshot,
    services: [...snapshot.services, withSpread(service)],
    tasks: [...snapshot.tasks, ...tasks],
    taskUsage: { ...snapshot.taskUsage, ...Object.fromEntries(tasks.map(({ id }) => [id, expected])) },
  };
}

/** What the planner's objective has to say of that. */
function objectiveOf(snapshot: Snapshot, policy: Policy): number {
  const view = viewOf(snapshot);
  const goals = goalsOf(groundOf(view, policy, view.pursued));
  return goals.reduce((sum, { weight, cost }) => sum + weight * cost(), 0);
}

/** Of the resource of which a replica takes most, what it takes of a node; never less than a hundredth. */
function shareOfMeanNode(snapshot: Snapshot, { expected }: Wanted): number {
  const counted = [...viewOf(snapshot).nodes.values()].filter(isCounted);
  const shares = RESOURCE_NAMES.map((name) => {
    const whole = counted.reduce((sum, { capacity }) => sum + amountOf(capacity ?? NOTHING, name), 0);
    return whole > 0 ? (amountOf(expected, name) * counted.length) / whole : 0;
  });
  return Math.max(0.01, ...shares);
}

/** What is against a replica on the node, reckoned from the world itself. */
function obstacle(
  snapshot: Snapshot,
  policy: Policy,
  { service, expected }: Wanted,
  nodeId: string,
): string | null {
  const node = snapshot.nodes.find(({ id }) => id === nodeId);
  const usage = snapshot.nodeUsage[nodeId];
  const tasks = snapshot.tasks.filter((task) => task.nodeId === nodeId && holdsRoom(task));
  if (node === undefined || usage === undefined) return "not measured";
  if (node.state !== "ready" || node.availability !== "active") return "away";
  if (refusingConstraint(node, service.constraints) !== null) return "constraint";
  if (service.platforms.length > 0 && node.platform.architecture !== "x86_64") return "platform";
  const own = tasks.filter(({ serviceId }) => serviceId === service.id).length;
  if (service.maxReplicasPerNode > 0 && own >= service.maxReplicasPerNode) return "too many";
  const services = tasks.flatMap((task) => snapshot.services.filter(({ id }) => id === task.serviceId));
  if (service.hostPorts.length > 0 && services.some(({ hostPorts }) => hostPorts.length > 0)) return "port";
  const reserved = services.reduce((sum, each) => plus(sum, each.reservations), service.reservations);
  const used = tasks.reduce((sum, { id }) => plus(sum, snapshot.taskUsage[id] ?? NOTHING), usage.remainder);
  for (const name of RESOURCE_NAMES) {
    const isReserving = RESOURCE_NAMES.some((each) => amountOf(service.reservations, each) > 0);
    if (isReserving && amountOf(reserved, name) > amountOf(node.resources, name) + 1e-6) return "reserved";
    const most = policy.marks[name].target * amountOf(usage.capacity, name);
    if (amountOf(plus(used, expected), name) > most * (1 + 1e-6)) return "full";
  }
  return null;
}

describe("placing what does not exist yet", () => {
  it("tells of every node once, ranked or refused, with scores from 1 down, and changes nothing", () => {
    fc.assert(
      fc.property(randomCase, ([snapshot, policy, wanted]) => {
        const replicas = place(deepFreeze(snapshot), deepFreeze(policy), NOW, deepFreeze(wanted));
        assert.equal(replicas.length, wanted.replicas);
        for (const { node, ranked, refused } of replicas) {
          const ids = [...ranked, ...refused].map(({ id }) => id);
          assert.deepEqual(ids.toSorted(), snapshot.nodes.map(({ id }) => id).toSorted());
          assert.equal(node, ranked[0]?.hostname ?? null);
          if (ranked.length > 0) assert.equal(ranked[0]?.score, 1);
          ranked.forEach(({ score }, at) => {
            assert.ok(score > 0 && score <= (ranked[at - 1]?.score ?? 1) + 1e-6, `${score}`);
          });
          for (const { refusals } of refused) assert.ok(refusals.length > 0);
        }
      }),
      RUNS,
    );
  });

  it("never ranks a node that a rule forbids, those before it in their places", () => {
    fc.assert(
      fc.property(randomCase, ([snapshot, policy, wanted]) => {
        const before: string[] = [];
        for (const { ranked } of place(snapshot, policy, NOW, wanted)) {
          const swarm = withReplicas(snapshot, wanted, before);
          for (const { id } of ranked) assert.equal(obstacle(swarm, policy, wanted, id), null, id);
          if (ranked[0] !== undefined) before.push(ranked[0].id);
        }
      }),
      RUNS,
    );
  });

  it("orders nodes as the planner's objective has it, were the replica there", () => {
    fc.assert(
      fc.property(randomCase, ([snapshot, policy, wanted]) => {
        const before: string[] = [];
        for (const { ranked } of place(snapshot, policy, NOW, wanted)) {
          const objectives = ranked.map(({ id }) =>
            objectiveOf(withReplicas(snapshot, wanted, [...before, id]), policy),
          );
          objectives.forEach((objective, at) => {
            const better = objectives[at - 1] ?? -Infinity;
            assert.ok(better <= objective + 1e-5, `${at}: ${objectives.join(", ")}`);
            // The score says by how much it is worse than the best, in parts of a mean node that a replica takes.
            const worse = objective - (objectives[0] ?? 0);
            const told = shareOfMeanNode(snapshot, wanted) * (1 / (ranked[at]?.score ?? NaN) - 1);
            assert.ok(Math.abs(told - worse) < 1e-4, `${at}: ${told}, not ${worse}`);
          });
          if (ranked[0] !== undefined) before.push(ranked[0].id);
        }
      }),
      RUNS,
    );
  });

  it("does not depend on the order in which Swarm lists things", () => {
    fc.assert(
      fc.property(randomCase, ([snapshot, policy, wanted]) => {
        const turned: Snapshot = {
          ...snapshot,
          nodes: snapshot.nodes.toReversed(),
          services: snapshot.services.toReversed(),
          tasks: snapshot.tasks.toReversed(),
        };
        assert.deepEqual(place(turned, policy, NOW, wanted), place(snapshot, policy, NOW, wanted));
      }),
      RUNS,
    );
  });
});
