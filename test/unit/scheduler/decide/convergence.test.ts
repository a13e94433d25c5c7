import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decideLightly } from "../../../support/decide-lightly.ts";
import type { Decision, Move } from "../../../../scheduler/domain/decision.ts";
import { NO_MEMORY } from "../../../../scheduler/domain/memory.ts";
import { GOAL_NAMES, type Policy } from "../../../../scheduler/domain/policy.ts";
import { amountOf, NOTHING, RESOURCE_NAMES } from "../../../../scheduler/domain/resources.ts";
import { contextOf, mayLeave, refusalOfTarget } from "../../../../scheduler/decide/candidates.ts";
import { hotSpots } from "../../../../scheduler/decide/hot-spots.ts";
import { afterMove, viewOf } from "../../../../scheduler/decide/view.ts";
import { randomPolicy, randomWorld, RUNS } from "../../../support/random-world.ts";
import { aNode, GIB } from "../../../support/swarm-builder.ts";
import { afterPlan, snapshotOf, type World } from "../../../support/world.ts";
import { runs } from "../../../support/runs.ts";

const NEW = aNode("new", { labels: { zone: "a" }, resources: { cpuCores: 8, memoryBytes: 32 * GIB } });

/** A task that uses less of its node than this is not worth a move: overload weighs 100, a move costs 0.2 at the most. */
const LIGHT = 0.0021;

function withNewNode(world: World): World {
  return { ...world, nodes: [...world.nodes, NEW], beside: { ...world.beside, [NEW.id]: NOTHING } };
}

/** What a round begins of a plan, which the next one goes on with. */
function begun({ moves }: Decision, { movesPerRound }: Policy): readonly Move[] {
  return moves.filter(({ batch }) => batch === 0).slice(0, movesPerRound);
}

/** So long, in seconds, a moved task stays where it is; some rounds, each of which takes as long as loads take to be known. */
const HORIZON = 3600;

/** Plans and carries out round after round, each after what the one before was, until nothing moves for a whole horizon. */
function comeToRest(start: World, given: Policy): void {
  const policy = { ...given, cooldownSeconds: HORIZON };
  const movedAtMs = new Map<string, number>();
  let world = start;
  let memory = NO_MEMORY;
  let restingSinceMs = start.nowMs;
  while (world.nowMs - restingSinceMs <= HORIZON * 1000) {
    assert.ok(world.nowMs - start.nowMs < HORIZON * 1000 * (start.tasks.length + 2), "it is still planning");
    const decision = decideLightly({ ...snapshotOf(world), memory }, policy, world.nowMs);
    const moves = begun(decision, policy);
    memory = { ...NO_MEMORY, pursues: decision.pursues, planned: decision.moves };
    for (const { serviceId, slot } of moves) {
      const key = `${serviceId}.${slot}`;
      assert.ok(world.nowMs - (movedAtMs.get(key) ?? -Infinity) >= HORIZON * 1000, `${key} moves again`);
      movedAtMs.set(key, world.nowMs);
    }
    if (moves.length > 0) restingSinceMs = world.nowMs;
    world = afterPlan(world, moves, { ...policy, cooldownSeconds: 0 });
  }
}

describe("plan after plan, under an unchanged load", () => {
  it("comes to rest, and moves no task twice within its horizon", () => {
    fc.assert(
      fc.property(randomWorld, randomPolicy, (world, policy) => {
        comeToRest(world, policy);
      }),
      RUNS,
    );
  });

  it("comes to rest with every goal pursued", () => {
    fc.assert(
      fc.property(randomWorld, randomPolicy, (world, policy) => {
        comeToRest(world, { ...policy, goals: GOAL_NAMES });
      }),
      runs(100),
    );
  });

  it("is at rest at once when a plan left no node above its target mark", () => {
    fc.assert(
      fc.property(randomWorld, randomPolicy, (world, policy) => {
        const settledWorld = { ...world, unmeasured: new Set<string>() };
        const { moves, nodes, pursues } = decideLightly(snapshotOf(settledWorld), policy, world.nowMs);
        const relieved = nodes.every(({ loadAfter }) =>
          RESOURCE_NAMES.every((name) => (loadAfter?.[name].ratio ?? 1) < policy.marks[name].target),
        );
        // A task that moves twice does so in two rounds.
        fc.pre(
          relieved && moves.length > 0 && new Set(moves.map(({ taskId }) => taskId)).size === moves.length,
        );
        const next = afterPlan(settledWorld, moves, policy);
        const snapshot = { ...snapshotOf(next), memory: { ...NO_MEMORY, pursues } };
        assert.deepEqual(decideLightly(snapshot, policy, next.nowMs).moves, []);
        assert.equal(decideLightly(snapshotOf(next), policy, next.nowMs).outcome, "level");
      }),
      runs(40),
    );
  });
});

describe("a new, empty node", () => {
  it("moves nothing in a swarm that is level", () => {
    fc.assert(
      fc.property(randomWorld, randomPolicy, (world, policy) => {
        const without = decideLightly(snapshotOf(world), policy, world.nowMs);
        fc.pre(without.outcome === "level");
        const { outcome, moves } = decideLightly(snapshotOf(withNewNode(world)), policy, world.nowMs);
        assert.deepEqual([outcome, moves], ["level", []]);
      }),
      RUNS,
    );
  });

  it("is not passed over: nothing stays on a node above its high mark that it would take and that is worth a move", () => {
    fc.assert(
      fc.property(randomWorld, randomPolicy, (world, policy) => {
        const grown = snapshotOf(withNewNode(world));
        const context = contextOf(grown, policy, world.nowMs);
        const after = decideLightly(grown, policy, world.nowMs).moves.reduce(afterMove, viewOf(grown));
        const fresh = after.nodes.get(NEW.id);
        assert.ok(fresh !== undefined);
        for (const { node, resource } of hotSpots(after, context))
          for (const task of node.tasks) {
            const answer = mayLeave(after, task, context);
            if (answer?.ok !== true || refusalOfTarget(answer.traveller, fresh) !== null) continue;
            const { load } = answer.traveller;
            assert.ok(
              node.capacity !== null && amountOf(load, resource) / amountOf(node.capacity, resource) < LIGHT,
            );
          }
      }),
      RUNS,
    );
  });
});
