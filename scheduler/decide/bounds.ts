import type { Goal } from "../engine/goal.ts";
import type { Ground } from "./goals/ground.ts";
import { marksOf, toleratedBy } from "./goals/marks.ts";
import { meanRatios, type Terrain } from "./goals/terrain.ts";
import { ROUNDING } from "./timeline.ts";

/** What a resource at a point in time comes to, over all bins. */
interface Slice {
  /** Share of the time that counts. */
  readonly weight: number;
  readonly resource: number;
  /** By bin: what cannot leave it. */
  readonly fixed: (bin: number) => number;
  /** Of all bins together: what can. */
  readonly loose: number;
  readonly mean: number;
}

/**
 * For each goal a cost that no assignment ends below: items are taken to be divisible and to fit anywhere, but for those
 * that may not leave. `isFixed` says which those are; calling fewer items fixed only makes the bound weaker.
 *
 * Overload: what is fixed above a mark stays; of the rest, what all room below the marks does not hold is over, on the
 * largest bin at best (only where no moment above a mark is tolerated). Even: what is fixed above the swarm's ratio stays above it. Apart: replicas spread as evenly
 * as can be over all bins.
 */
export function leastCosts(
  ground: Ground,
  goals: readonly Goal[],
  isFixed: (item: number) => boolean,
): readonly number[] {
  const slices = slicesOf(ground, fixedLoads(ground, isFixed));
  return goals.map(({ name }) => {
    switch (name) {
      case "overload":
        return leastOverload(ground, slices);
      case "even":
        return leastUneven(ground, slices);
      case "apart":
        return leastPairs(ground);
      default:
        return 0;
    }
  });
}

function fixedLoads({ board }: Ground, isFixed: (item: number) => boolean): Float64Array {
  const { items, dimensions, loads, base, start } = board.problem;
  const fixed = base.slice();
  for (let item = 0; item < items; item += 1) {
    if (!isFixed(item)) continue;
    const bin = start[item] ?? 0;
    for (let at = 0; at < dimensions; at += 1)
      fixed[bin * dimensions + at] =
        (fixed[bin * dimensions + at] ?? 0) + (loads[item * dimensions + at] ?? 0);
  }
  return fixed;
}

function slicesOf({ board, terrain }: Ground, fixed: Float64Array): readonly Slice[] {
  const { bins, dimensions } = board.problem;
  const means = meanRatios(terrain, board.carried, bins);
  const loose = new Float64Array(dimensions);
  for (let place = 0; place < fixed.length; place += 1) {
    const at = place % dimensions;
    const ofBin = ((place - at) / dimensions) * terrain.resources;
    // What stands where nothing is reckoned with costs nothing there.
    if ((terrain.capacities[ofBin + Math.floor(at / terrain.points)] ?? 0) > 0)
      loose[at] = (loose[at] ?? 0) + ((board.carried[place] ?? 0) - (fixed[place] ?? 0));
  }
  return Array.from(loose, (ofAll, at) => ({
    weight: terrain.weights[at % terrain.points] ?? 0,
    resource: Math.floor(at / terrain.points),
    fixed: (bin: number) => fixed[bin * dimensions + at] ?? 0,
    loose: ofAll,
    mean: means[at] ?? 0,
  }));
}

function leastOverload(ground: Ground, slices: readonly Slice[]): number {
  const { board, terrain } = ground;
  const marks = marksOf(ground);
  const tolerated = toleratedBy(ground);
  const ofResources = Map.groupBy(slices, ({ resource }) => resource);
  return [...ofResources].reduce((sum, [resource, points]) => {
    const least = tolerated[resource] === 0 ? leastAtAllTimes : leastForLong;
    return (
      sum +
      least(
        { bins: board.problem.bins, terrain, marks, resource, tolerated: tolerated[resource] ?? 0 },
        points,
      )
    );
  }, 0);
}

interface Overfull {
  readonly bins: number;
  readonly terrain: Terrain;
  readonly marks: Float64Array;
  readonly resource: number;
  /** Share of the time. */
  readonly tolerated: number;
}

/** Where no moment is tolerated: what is fixed above a mark, and what all room below the marks does not hold. */
function leastAtAllTimes({ bins, terrain, marks, resource }: Overfull, points: readonly Slice[]): number {
  return points.reduce((sum, { weight, fixed, loose }) => {
    let [stuck, room, largest] = [0, 0, 0];
    for (let bin = 0; bin < bins; bin += 1) {
      const place = bin * terrain.resources + resource;
      const capacity = terrain.capacities[place] ?? 0;
      if (capacity <= 0) continue;
      const left = (marks[place] ?? 0) * capacity - fixed(bin);
      if (left < 0) stuck -= left / capacity;
      else room += left;
      largest = Math.max(largest, capacity);
    }
    const over = largest > 0 ? Math.max(0, loose - room) / largest : 0;
    return sum + weight * (stuck + over);
  }, 0);
}

/**
 * Where some moments are: only what is fixed above its mark for longer. What is loose could be over on another bin at each
 * moment, on none for long.
 */
function leastForLong(
  { bins, terrain, marks, resource, tolerated }: Overfull,
  points: readonly Slice[],
): number {
  let least = 0;
  for (let bin = 0; bin < bins; bin += 1) {
    const place = bin * terrain.resources + resource;
    const capacity = terrain.capacities[place] ?? 0;
    if (capacity <= 0) continue;
    let [stuck, above] = [0, 0];
    for (const { weight, fixed } of points) {
      const over = fixed(bin) - (marks[place] ?? 0) * capacity;
      if (over <= 0) continue;
      above += weight;
      stuck += (weight * over) / capacity;
    }
    if (above > tolerated + ROUNDING) least += stuck;
  }
  return least;
}

function leastUneven({ board, terrain }: Ground, slices: readonly Slice[]): number {
  const { bins } = board.problem;
  const whole = Array.from({ length: terrain.resources }, (_, resource) => {
    let sum = 0;
    for (let bin = 0; bin < bins; bin += 1)
      sum += terrain.capacities[bin * terrain.resources + resource] ?? 0;
    return sum;
  });
  return slices.reduce((sum, { weight, resource, fixed, mean }) => {
    let squares = 0;
    for (let bin = 0; bin < bins; bin += 1) {
      const capacity = terrain.capacities[bin * terrain.resources + resource] ?? 0;
      if (capacity <= 0) continue;
      const above = Math.max(0, fixed(bin) / capacity - mean);
      squares += (above * above * capacity * bins) / (whole[resource] ?? 1);
    }
    return sum + weight * squares;
  }, 0);
}

function leastPairs({ board, kinds }: Ground): number {
  const { bins } = board.problem;
  const counts = new Int32Array(kinds.count);
  for (const kind of kinds.of) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts.reduce((sum, count) => {
    const each = Math.floor(count / bins);
    const more = count % bins;
    return sum + ((bins - more) * each * (each - 1)) / 2 + (more * (each + 1) * each) / 2;
  }, 0);
}
