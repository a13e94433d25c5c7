import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decideLightly } from "../../../support/decide-lightly.ts";
import { randomPolicy, randomWorld, RUNS } from "../../../support/random-world.ts";
import { snapshotOf, type World } from "../../../support/world.ts";

function shuffled<Value>(values: readonly Value[]): fc.Arbitrary<Value[]> {
  return fc.shuffledSubarray([...values], { minLength: values.length });
}

function reordered<Value>(record: Readonly<Record<string, Value>>): fc.Arbitrary<Record<string, Value>> {
  return shuffled(Object.entries(record)).map((entries) => Object.fromEntries(entries));
}

/** A world, and the same world told in another order. */
const toldTwice: fc.Arbitrary<readonly [World, World]> = randomWorld.chain((world) =>
  fc
    .record({
      nodes: shuffled(world.nodes),
      services: shuffled(world.services),
      tasks: shuffled(world.tasks),
      loads: reordered(world.loads),
    })
    .map((over) => [world, { ...world, ...over }] as const),
);

describe("a decision", () => {
  it("is the same for the same input", () => {
    fc.assert(
      fc.property(randomWorld, randomPolicy, (world, policy) => {
        const snapshot = snapshotOf(world);
        const first = decideLightly(snapshot, policy, world.nowMs);
        assert.deepEqual(decideLightly(structuredClone(snapshot), policy, world.nowMs), first);
      }),
      RUNS,
    );
  });

  it("is the same in whatever order Swarm lists nodes, services and tasks", () => {
    fc.assert(
      fc.property(toldTwice, randomPolicy, ([world, retold], policy) => {
        const snapshot = snapshotOf(world);
        // What was measured is the same to the last bit: sums of the test must not differ by their order.
        const again = { ...snapshotOf(retold), nodeUsage: snapshot.nodeUsage };
        assert.deepEqual(
          decideLightly(again, policy, world.nowMs),
          decideLightly(snapshot, policy, world.nowMs),
        );
      }),
      RUNS,
    );
  });

  it("does not depend on when it is asked, once cooldown and quiet are over", () => {
    fc.assert(
      fc.property(randomWorld, randomPolicy, fc.nat({ max: 86_400 }), (world, policy, seconds) => {
        const past = { ...policy, cooldownSeconds: 0, quietSeconds: 0 };
        const snapshot = snapshotOf(world);
        const { moves } = decideLightly(snapshot, past, world.nowMs);
        assert.deepEqual(decideLightly(snapshot, past, world.nowMs + seconds * 1000).moves, moves);
      }),
      RUNS,
    );
  });
});
