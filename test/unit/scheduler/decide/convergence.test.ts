import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decide } from "../../../../scheduler/decide/decide.ts";
import type { Policy } from "../../../../scheduler/domain/policy.ts";
import { NOTHING, plus, RESOURCE_NAMES } from "../../../../scheduler/domain/resources.ts";
import { refusalOfTarget } from "../../../../scheduler/decide/candidates.ts";
import { ratioOf } from "../../../../scheduler/decide/load.ts";
import { afterMove, viewOf, type NodeView } from "../../../../scheduler/decide/view.ts";
import { randomPolicy, randomWorld, RUNS } from "../../../support/random-world.ts";
import { aNode, GIB } from "../../../support/swarm-builder.ts";
import { afterPlan, snapshotOf, type World } from "../../../support/world.ts";

const NEW = aNode("new", { labels: { zone: "a" }, resources: { cpuCores: 8, memoryBytes: 32 * GIB } });

function withNewNode(world: World): World {
  return { ...world, nodes: [...world.nodes, NEW], beside: { ...world.beside, [NEW.id]: NOTHING } };
}

/** Plans and carries out round after round; the nodes that each slot left, in order. */
function roundsOf(start: World, policy: Policy): { rounds: number; left: ReadonlyMap<string, string[]> } {
  const left = new Map<string, string[]>();
  let world = start;
  for (let rounds = 0; rounds <= start.tasks.length + 1; rounds += 1) {
    const { moves } = decide(snapshotOf(world), policy, world.nowMs);
    // The first look may be at a swarm that has not settled: nothing to do yet is not the end.
    if (moves.length === 0 && rounds > 0) return { rounds, left };
    for (const { serviceId, slot, from, to } of moves) {
      const key = `${serviceId}.${slot}`;
      const before = left.get(key) ?? [];
      assert.ok(!before.includes(to), `${key} goes back to ${to}`);
      left.set(key, [...before, from]);
    }
    world = afterPlan(world, moves, policy);
  }
  return assert.fail("it is still planning after a round for each task");
}

describe("plan after plan, under an unchanged load", () => {
  it("comes to rest, and sends no task back to where it came from", () => {
    fc.assert(
      fc.property(randomWorld, randomPolicy, (world, policy) => {
        roundsOf(world, policy);
      }),
      RUNS,
    );
  });

  it("is at rest at once when a plan left no node above its high mark", () => {
    fc.assert(
      fc.property(randomWorld, randomPolicy, (world, policy) => {
        const settledWorld = { ...world, unmeasured: new Set<string>() };
        const { moves, nodes } = decide(snapshotOf(settledWorld), policy, world.nowMs);
        const relieved = nodes.every(({ loadAfter }) =>
          RESOURCE_NAMES.every((name) => (loadAfter?.[name].ratio ?? 1) < policy.marks[name].high - 1e-9),
        );
        fc.pre(relieved && moves.length > 0);
        const next = afterPlan(settledWorld, moves, policy);
        assert.equal(decide(snapshotOf(next), policy, next.nowMs).outcome, "level");
      }),
      { numRuns: 100 },
    );
  });
});

describe("a new, empty node", () => {
  it("moves nothing in a swarm that is level", () => {
    fc.assert(
      fc.property(randomWorld, randomPolicy, (world, policy) => {
        const without = decide(snapshotOf(world), policy, world.nowMs);
        fc.pre(without.outcome === "level");
        const { outcome, moves } = decide(snapshotOf(withNewNode(world)), policy, world.nowMs);
        assert.deepEqual([outcome, moves], ["level", []]);
      }),
      RUNS,
    );
  });

  it("is passed over for an old one only where a rule refuses it or it would be the hotter", () => {
    fc.assert(
      fc.property(randomWorld, randomPolicy, (world, policy) => {
        const grown = snapshotOf(withNewNode(world));
        let view = viewOf(grown, policy.windowSeconds);
        for (const move of decide(grown, policy, world.nowMs).moves) {
          const service = view.services.get(move.serviceId);
          const task = view.tasksOf.get(move.serviceId)?.find(({ id }) => id === move.taskId);
          const [fresh, chosen] = [view.nodes.get(NEW.id), view.nodes.get(move.to)];
          assert.ok(
            service !== undefined && task !== undefined && fresh !== undefined && chosen !== undefined,
          );
          const traveller = { service, task, view, policy, nowMs: world.nowMs, load: move.load };
          if (move.to !== NEW.id && refusalOfTarget(traveller, fresh) === null) {
            assert.ok(worstWith(chosen, traveller.load) <= worstWith(fresh, traveller.load));
          }
          view = afterMove(view, move);
        }
      }),
      RUNS,
    );
  });
});

function worstWith({ used, capacity }: NodeView, load: typeof NOTHING): number {
  assert.ok(used !== null && capacity !== null);
  return Math.max(...RESOURCE_NAMES.map((name) => ratioOf(plus(used, load), capacity, name)));
}
