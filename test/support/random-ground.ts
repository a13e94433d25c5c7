import fc from "fast-check";
import type { Ground } from "../../scheduler/decide/goals/ground.ts";
import { groundOf } from "../../scheduler/decide/ground.ts";
import { viewOf } from "../../scheduler/decide/view.ts";
import type { History, Series } from "../../scheduler/domain/history.ts";
import { GOAL_NAMES } from "../../scheduler/domain/policy.ts";
import { randomPolicy, randomWorld } from "./random-world.ts";
import { GIB } from "./swarm-builder.ts";
import { snapshotOf, type World } from "./world.ts";

/** Wishes that can be granted, that cannot, and none. */
const wishes: fc.Arbitrary<Readonly<Record<string, string>>> = fc.constantFrom(
  {},
  { "ballast.follow": "s1" },
  { "ballast.follow": "s2", "ballast.spread": "node.labels.zone" },
  { "ballast.spread": "node.labels.zone" },
  { "ballast.prefer": "node.labels.zone==a" },
  { "ballast.prefer": "node.labels.zone==a", "ballast.follow": "nobody" },
);

const randomSeries = (points: number): fc.Arbitrary<Series> => {
  // Now and then a moment is not known.
  const amounts = fc.array(fc.oneof({ arbitrary: fc.nat({ max: 200 }), weight: 9 }, fc.constant(NaN)), {
    minLength: points,
    maxLength: points,
  });
  return fc.record({
    cpuCores: amounts.map((values) => Float32Array.from(values, (value) => value / 100)),
    memoryBytes: amounts.map((values) => Float32Array.from(values, (value) => (value / 100) * GIB)),
  });
};

function randomHistory({ nodes, services, tasks }: World): fc.Arbitrary<History> {
  return fc.nat({ max: 4 }).chain((points) => {
    const seriesOf = (
      all: readonly { readonly id: string }[],
    ): fc.Arbitrary<Readonly<Record<string, Series>>> =>
      fc
        .tuple(...all.map(({ id }) => fc.option(randomSeries(points)).map((series) => [id, series] as const)))
        .map((entries) =>
          Object.fromEntries(
            entries.flatMap(([id, series]) => (series === null ? [] : [[id, series] as const])),
          ),
        );
    return fc.record({
      stepSeconds: fc.constant(300),
      points: fc.constant(points),
      tasks: seriesOf(tasks),
      services: seriesOf(services),
      remainders: seriesOf(nodes),
    });
  });
}

/** A small swarm in numbers, with wishes and a past, and every goal to strive for. */
export const randomGround: fc.Arbitrary<Ground> = randomWorld
  .chain((world) =>
    fc.tuple(
      fc.constant(world),
      fc.tuple(...world.services.map(() => wishes)),
      randomHistory(world),
      randomPolicy,
    ),
  )
  .map(([world, labels, history, policy]) => {
    const services = world.services.map((service, at) => ({ ...service, labels: { ...labels[at] } }));
    const snapshot = { ...snapshotOf({ ...world, services }), history };
    return groundOf(viewOf(snapshot), { ...policy, goals: GOAL_NAMES }, new Set());
  });
