import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { contextOf, recheckMove } from "../../../../scheduler/decide/candidates.ts";
import { decideLightly } from "../../../support/decide-lightly.ts";
import { ratioOf } from "../../../../scheduler/decide/load.ts";
import { nowOf } from "../../../../scheduler/decide/timeline.ts";
import { afterMove, copiesOn, viewOf, type NodeView, type View } from "../../../../scheduler/decide/view.ts";
import type { PlannedMove } from "../../../../scheduler/domain/decision.ts";
import type { Node } from "../../../../scheduler/domain/node.ts";
import type { Policy } from "../../../../scheduler/domain/policy.ts";
import {
  amountOf,
  NOTHING,
  plus,
  RESOURCE_NAMES,
  type ResourceName,
} from "../../../../scheduler/domain/resources.ts";
import { deepFreeze } from "../../../support/deep-freeze.ts";
import { randomPolicy, randomWorld, RUNS } from "../../../support/random-world.ts";
import { snapshotOf, type World } from "../../../support/world.ts";

/** Sums of the same numbers in another order. */
const ROUNDING = 1e-9;

const anyCase = fc.record({ world: randomWorld, policy: randomPolicy });

/** Every move of the plan for a world, each with the swarm as it stands just before. */
function stepsOf(
  world: World,
  policy: Policy,
): readonly { readonly move: PlannedMove; readonly before: View }[] {
  const snapshot = deepFreeze(snapshotOf(world));
  let before = viewOf(snapshot);
  return decideLightly(snapshot, policy, world.nowMs).moves.map((move) => {
    const step = { move, before };
    before = afterMove(before, move);
    return step;
  });
}

function nodeOf(view: View, id: string): NodeView {
  const node = view.nodes.get(id);
  assert.ok(node !== undefined);
  return node;
}

/** What Swarm itself empties is not Ballast's to relieve. */
function isAway({ state, availability }: Node): boolean {
  return state !== "ready" || availability === "drain";
}

function ratioOn(view: View, nodeId: string, name: ResourceName): number {
  const { used, capacity } = nodeOf(view, nodeId);
  return used === null || capacity === null ? NaN : ratioOf(used, capacity, name);
}

describe("whatever the swarm, a plan", () => {
  it("has no move that a filter refuses, each asked on the swarm as the moves before left it", () => {
    fc.assert(
      fc.property(anyCase, ({ world, policy }) => {
        for (const { move, before } of stepsOf(world, policy)) {
          assert.equal(recheckMove(before, move, contextOf(snapshotOf(world), policy, world.nowMs)), null);
        }
      }),
      RUNS,
    );
  });

  it("goes batch by batch, from the first on, and moves each service at most once in a batch", () => {
    fc.assert(
      fc.property(anyCase, ({ world, policy }) => {
        const batches = Map.groupBy(
          decideLightly(snapshotOf(world), policy, world.nowMs).moves,
          ({ batch }) => batch,
        );
        assert.deepEqual([...batches.keys()].sort(), [...[...batches.keys()].keys()]);
        for (const moves of batches.values())
          assert.equal(new Set(moves.map(({ serviceId }) => serviceId)).size, moves.length);
      }),
      RUNS,
    );
  });

  it("has no move that a filter refuses while the moves of later batches have not begun", () => {
    fc.assert(
      fc.property(anyCase, ({ world, policy }) => {
        const snapshot = snapshotOf(world);
        let view = viewOf(snapshot);
        const { moves } = decideLightly(snapshot, policy, world.nowMs);
        for (const move of moves.toSorted((a, b) => a.batch - b.batch)) {
          assert.equal(recheckMove(view, move, contextOf(snapshot, policy, world.nowMs)), null);
          view = afterMove(view, move);
        }
      }),
      RUNS,
    );
  });

  it("touches no node that is unmeasured or unsettled, and lands on none that is not ready and active", () => {
    fc.assert(
      fc.property(anyCase, ({ world, policy }) => {
        for (const { move, before } of stepsOf(world, policy)) {
          assert.notEqual(move.from, move.to);
          for (const id of [move.from, move.to]) {
            assert.ok(!world.unmeasured.has(id));
            assert.deepEqual(nodeOf(before, id).unsettled, []);
          }
          const { state, availability } = nodeOf(before, move.to).node;
          assert.deepEqual([state, availability], ["ready", "active"]);
        }
      }),
      RUNS,
    );
  });

  it("takes against overload only from what began above its high mark, stands above its target still, and gains by it", () => {
    fc.assert(
      fc.property(anyCase, ({ world, policy }) => {
        const steps = stepsOf(world, policy);
        for (const { move, before } of steps) {
          if (move.goal === "room") continue;
          assert.equal(move.goal, "overload");
          const start = steps[0]?.before ?? before;
          const calledFor = RESOURCE_NAMES.filter(
            (name) =>
              ratioOn(start, move.from, name) > policy.marks[name].high &&
              ratioOn(before, move.from, name) > policy.marks[name].target &&
              amountOf(move.load, name) > 0,
          );
          assert.notDeepEqual(calledFor, []);
        }
      }),
      RUNS,
    );
  });

  it("makes room only for what serves a goal, and is worth more than it costs", () => {
    fc.assert(
      fc.property(anyCase, ({ world, policy }) => {
        const { moves, goals, curve } = decideLightly(snapshotOf(world), policy, world.nowMs);
        fc.pre(moves.length > 0);
        assert.ok(moves.some(({ goal }) => goal === "overload"));
        assert.ok(goals.every(({ before, after, least }) => after < before && after >= least - 1e-6));
        assert.equal(curve.length, moves.length + 1);
        assert.ok((curve.at(-1) ?? 0) < (curve[0] ?? 0));
      }),
      RUNS,
    );
  });

  it("brings no node above its target mark, and makes no overload worse", () => {
    fc.assert(
      fc.property(anyCase, ({ world, policy }) => {
        for (const { load, loadAfter } of decideLightly(snapshotOf(world), policy, world.nowMs).nodes) {
          for (const name of RESOURCE_NAMES) {
            if (load === null || loadAfter === null) continue;
            const allowed = Math.max(load[name].ratio, policy.marks[name].target);
            assert.ok(loadAfter[name].ratio <= allowed + ROUNDING);
          }
        }
      }),
      RUNS,
    );
  });

  it("holds whichever of several copies on the node Swarm picks", () => {
    fc.assert(
      fc.property(anyCase, ({ world, policy }) => {
        for (const { move, before } of stepsOf(world, policy)) {
          const { used, capacity } = nodeOf(before, move.to);
          assert.ok(used !== null && capacity !== null);
          for (const { id } of copiesOn(before, move.serviceId, move.from)) {
            const load = before.profiles.get(id);
            const withCopy = plus(used, load === undefined ? NOTHING : nowOf(load, before.timeline));
            for (const name of RESOURCE_NAMES) {
              assert.ok(ratioOf(withCopy, capacity, name) <= policy.marks[name].target + ROUNDING);
            }
          }
        }
      }),
      RUNS,
    );
  });

  it("asks of Swarm only what Swarm's own choice brings about", () => {
    fc.assert(
      fc.property(anyCase, ({ world, policy }) => {
        for (const { move, before } of stepsOf(world, policy)) {
          // Steered to the target and to where copies stay, start-first, Swarm takes the node with the fewest copies.
          const copies = (id: string): number => copiesOn(before, move.serviceId, id).length;
          const others = [...before.nodes.keys()].filter((id) => id !== move.to && copies(id) > 0);
          const eligible = others.filter((id) => id !== move.from || copies(id) > 1);
          assert.ok(eligible.every((id) => copies(id) > copies(move.to)));
        }
      }),
      RUNS,
    );
  });

  it("is empty when an input is in doubt", () => {
    fc.assert(
      fc.property(anyCase, fc.constantFrom(0, 1), ({ world, policy }, at) => {
        const inputs = world.inputs.map((input, index) =>
          index === at ? { ...input, doubts: ["partial response"] } : input,
        );
        const decision = decideLightly(snapshotOf({ ...world, inputs }), policy, world.nowMs);
        assert.deepEqual([decision.outcome, decision.moves], ["untrusted", []]);
      }),
      RUNS,
    );
  });
});

describe("whatever the swarm, the outcome", () => {
  it("fits the moves, the refusals and the loads", () => {
    fc.assert(
      fc.property(anyCase, ({ world, policy }) => {
        const { outcome, moves, nodes, reason, cause } = decideLightly(
          snapshotOf(world),
          policy,
          world.nowMs,
        );
        const away = new Set(world.nodes.filter(isAway).map(({ id }) => id));
        const hot = nodes.some(
          ({ id, load }) =>
            !away.has(id) &&
            RESOURCE_NAMES.some((name) => (load?.[name].ratio ?? 0) > policy.marks[name].high + ROUNDING),
        );
        assert.equal(outcome === "plan", moves.length > 0);
        if (outcome === "stuck" || outcome === "plan") assert.ok(hot);
        if (outcome === "level") assert.ok(!hot || nodes.some(({ notes }) => notes.length > 0));
        assert.notEqual(reason, "");
        assert.match(cause, /^[a-z]+(-[a-z]+)*$/);
      }),
      RUNS,
    );
  });
});
