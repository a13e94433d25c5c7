import { sumOverBins } from "../../engine/bin-costs.ts";
import type { Board } from "../../engine/board.ts";
import type { Goal } from "../../engine/goal.ts";
import { meanRatios, shareOfMean, type Terrain } from "./terrain.ts";

/** What is being evened out is brought this close, in parts of the band that called for it. */
export const AIM = 1 / 3;

/**
 * Load in proportion to capacity: over nodes and resources, the squared distance of used / capacity from the swarm's
 * own ratio, averaged over the points in time; larger nodes count for more (capacity over the mean capacity).
 *
 * Only a node that stands apart by more than `band` of its capacity, averaged over time, is worth evening out, in either
 * direction: a returned node that stays empty, or one that everybody landed on. `chased`: the bins that an earlier plan
 * set out to even out.
 */
export function even(board: Board, terrain: Terrain, band: number, chased: ReadonlySet<number>): Goal {
  const { bins, dimensions } = board.problem;
  const { resources, points, weights, capacities } = terrain;
  const means = meanRatios(terrain, board.carried, bins);
  const sizes = shareOfMean(terrain, bins);
  const squares = weightedSquares(board, terrain);
  // By bin and dimension: the distance from the swarm's ratio, times the point's weight.
  const distances = new Float64Array(bins * dimensions);
  // By bin: the mean distance over time, of its resources the largest, with its sign.
  const apart = new Float64Array(bins);

  /** Notes the distances of one resource; the weighted sum of their squares. */
  function measure(bin: number, resource: number): number {
    const capacity = capacities[bin * resources + resource] ?? 0;
    const first = bin * dimensions + resource * points;
    let [mean, cost] = [0, 0];
    for (let point = 0; point < points; point += 1) {
      const at = first + point;
      const distance = (board.carried[at] ?? 0) / capacity - (means[resource * points + point] ?? 0);
      const weight = weights[point] ?? 0;
      distances[at] = weight * distance;
      mean += weight * distance;
      cost += weight * distance * distance;
    }
    if (Math.abs(mean) > Math.abs(apart[bin] ?? 0)) apart[bin] = mean;
    return cost;
  }
  const sum = sumOverBins(board, {
    costOf(bin) {
      let cost = 0;
      apart[bin] = 0;
      for (let resource = 0; resource < resources; resource += 1)
        if ((capacities[bin * resources + resource] ?? 0) > 0)
          cost += (sizes[bin * resources + resource] ?? 0) * measure(bin, resource);
      return cost;
    },
    // (a ± d)² − a² = ±2ad + d², summed over the points: one product of two rows.
    change(bin, item, sign) {
      let change = 0;
      for (let resource = 0; resource < resources; resource += 1) {
        const place = bin * resources + resource;
        const capacity = capacities[place] ?? 0;
        if (capacity <= 0) continue;
        const product = productOf(board, distances, bin, item, resource * points, points);
        const square = (squares[item * resources + resource] ?? 0) / capacity;
        change += ((sizes[place] ?? 0) * (sign * 2 * product + square)) / capacity;
      }
      return change;
    },
  });
  return { ...sum, name: "even", weight: 10, worstSpot: spotsApart(apart, band, chased) };
}

/** Where the goal sees room for the better; `apart` is by bin, and kept up to date. */
function spotsApart(apart: Float64Array, band: number, chased: ReadonlySet<number>): Goal["worstSpot"] {
  const uneven = [...apart.keys()].filter(
    (bin) => Math.abs(apart[bin] ?? 0) > (chased.has(bin) ? band * AIM : band),
  );
  // An empty node lowers the mean, beside which all others look full: it is to be filled, and they left as they are.
  const empty = uneven.filter((bin) => (apart[bin] ?? 0) < 0);
  const [way, bins, sign] = empty.length > 0 ? (["in", empty, -1] as const) : (["out", uneven, 1] as const);
  return (isSkipped) => {
    const bin = farthest(bins, (each) => sign * (apart[each] ?? 0), band * AIM, isSkipped);
    return bin === null ? null : { bin, way, items: null };
  };
}

/** Items × resources: the squares of the item's load, averaged over time. */
function weightedSquares(board: Board, { resources, points, weights }: Terrain): Float64Array {
  const { items, loads } = board.problem;
  const squares = new Float64Array(items * resources);
  for (let row = 0; row < squares.length; row += 1) {
    let sum = 0;
    for (let point = 0; point < points; point += 1) {
      const load = loads[row * points + point] ?? 0;
      sum += (weights[point] ?? 0) * load * load;
    }
    squares[row] = sum;
  }
  return squares;
}

/** Σ distance × load over the points of one resource. */
function productOf(
  { problem: { loads, dimensions } }: Board,
  distances: Float64Array,
  bin: number,
  item: number,
  first: number,
  points: number,
): number {
  const there = bin * dimensions + first;
  const own = item * dimensions + first;
  let product = 0;
  for (let point = 0; point < points; point += 1)
    product += (distances[there + point] ?? 0) * (loads[own + point] ?? 0);
  return product;
}

/** Of the bins the first that stands farthest apart, if farther than `least`. */
function farthest(
  bins: readonly number[],
  distanceOf: (bin: number) => number,
  least: number,
  isSkipped: (bin: number) => boolean,
): number | null {
  let best: number | null = null;
  let most = least;
  for (const bin of bins) {
    const distance = distanceOf(bin);
    if (distance <= most || isSkipped(bin)) continue;
    most = distance;
    best = bin;
  }
  return best;
}
