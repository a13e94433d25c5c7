import { sumOverBins } from "../../engine/bin-costs.ts";
import type { Board } from "../../engine/board.ts";
import type { Goal } from "../../engine/goal.ts";
import { ROUNDING } from "../timeline.ts";
import type { Terrain } from "./terrain.ts";

/** Below this a bin is not over: sums of floating numbers end a little beside their mark. */
const NOTHING = 1e-9;

/**
 * No node over its mark for longer than counts: over nodes and resources, the share of capacity above the mark, averaged
 * over the points in time; nothing where it is above for so little of the time as is tolerated. 0.1 is one node that is
 * always 10 % of its capacity over.
 *
 * `marks`: bins × resources, as shares of capacity. `tolerated`: by resource, shares of the time.
 */
export function overload(
  board: Board,
  terrain: Terrain,
  marks: Float64Array,
  tolerated: readonly number[],
): Goal {
  const { bins, items, loads, dimensions } = board.problem;
  const { resources, points, weights, capacities } = terrain;
  const highestOfItem = highestOf(loads, items * resources, points);
  // By bin and resource: most moves go where even both peaks together are below the mark.
  const highestOfBin = new Float64Array(bins * resources);
  const excesses = new Float64Array(bins * resources);

  /** Share of the capacity above the mark, averaged over time, with the item's load times `sign` on top. */
  function excessOf(bin: number, resource: number, item: number, sign: -1 | 0 | 1): number {
    const place = bin * resources + resource;
    const capacity = capacities[place] ?? 0;
    if (capacity <= 0) return 0;
    const limit = (marks[place] ?? 0) * capacity;
    const there = bin * dimensions + resource * points;
    const own = item * dimensions + resource * points;
    let [excess, above] = [0, 0];
    for (let point = 0; point < points; point += 1) {
      const over = (board.carried[there + point] ?? 0) + sign * (loads[own + point] ?? 0) - limit;
      if (over <= 0) continue;
      above += weights[point] ?? 0;
      excess += (weights[point] ?? 0) * over;
    }
    return above > (tolerated[resource] ?? 0) + ROUNDING ? excess / capacity : 0;
  }
  const sum = sumOverBins(board, {
    costOf(bin) {
      let cost = 0;
      for (let resource = 0; resource < resources; resource += 1) {
        const place = bin * resources + resource;
        highestOfBin[place] = highestAt(board.carried, bin * dimensions + resource * points, points);
        excesses[place] = excessOf(bin, resource, 0, 0);
        cost += excesses[place];
      }
      return cost;
    },
    change(bin, item, sign) {
      let change = 0;
      for (let resource = 0; resource < resources; resource += 1) {
        const place = bin * resources + resource;
        const before = excesses[place] ?? 0;
        const coming = sign > 0 ? (highestOfItem[item * resources + resource] ?? 0) : 0;
        const isBelow = (highestOfBin[place] ?? 0) + coming <= (marks[place] ?? 0) * (capacities[place] ?? 0);
        if (!isBelow) change += excessOf(bin, resource, item, sign) - before;
      }
      return change;
    },
  });
  return {
    ...sum,
    name: "overload",
    weight: 100,
    worstSpot(isSkipped) {
      const bin = highest(bins, (each) => (isSkipped(each) ? 0 : (sum.costs[each] ?? 0)));
      return bin === null ? null : { bin, way: "out", items: null };
    },
  };
}

/** The first with the highest value; null when none is above nothing. */
function highest(bins: number, valueOf: (bin: number) => number): number | null {
  let best: number | null = null;
  let most = NOTHING;
  for (let bin = 0; bin < bins; bin += 1) {
    const value = valueOf(bin);
    if (value <= most) continue;
    most = value;
    best = bin;
  }
  return best;
}

/** The highest of each row of `length` numbers. */
function highestOf(values: Float32Array, rows: number, length: number): Float64Array {
  const highest = new Float64Array(rows);
  for (let row = 0; row < rows; row += 1) highest[row] = highestAt(values, row * length, length);
  return highest;
}

function highestAt(values: Float32Array | Float64Array, first: number, length: number): number {
  let most = 0;
  for (let at = first; at < first + length; at += 1) {
    const value = values[at] ?? 0;
    if (value > most) most = value;
  }
  return most;
}
