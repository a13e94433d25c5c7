import { boardOf, type Board, type Sketch } from "../../../../scheduler/engine/board.ts";
import type { Goal, Rules } from "../../../../scheduler/engine/goal.ts";
import { positionOf, type Position } from "../../../../scheduler/engine/position.ts";
import { search, type Found, type SearchOptions } from "../../../../scheduler/engine/search.ts";

/** Items of one number each, in bins that should not carry more than a limit. */
export interface Tiny {
  readonly loads: readonly number[];
  readonly start: readonly number[];
  /** By bin: above it costs. */
  readonly limits: readonly number[];
  /** By bin: above it is forbidden. */
  readonly ceilings: readonly number[];
  /** What moving an item costs. */
  readonly price?: number;
  /** Items that must stay. */
  readonly pinned?: readonly number[];
}

/** What all bins together are above their limits. */
export function excessOf({ limits }: Pick<Tiny, "limits">, carried: ArrayLike<number>): number {
  return limits.reduce((sum, limit, bin) => sum + Math.max(0, (carried[bin] ?? 0) - limit), 0);
}

/** A goal reckoned anew each time: too slow for more than a few items, and too simple to be wrong. */
function belowLimits(tiny: Tiny, board: Board): Goal {
  return {
    name: "below",
    weight: 1,
    cost: () => excessOf(tiny, board.carried),
    delta(item, to) {
      const after = board.carried.slice();
      const [from, load] = [board.binOf[item] ?? 0, tiny.loads[item] ?? 0];
      after[from] = (after[from] ?? 0) - load;
      after[to] = (after[to] ?? 0) + load;
      return excessOf(tiny, after) - excessOf(tiny, board.carried);
    },
    moved: () => undefined,
    worstSpot(isSkipped) {
      const [worst] = tiny.limits
        .map((limit, bin) => ({ bin, over: (board.carried[bin] ?? 0) - limit }))
        .filter(({ bin, over }) => over > 0 && !isSkipped(bin))
        .sort((a, b) => b.over - a.over);
      return worst === undefined ? null : { bin: worst.bin, way: "out", items: null };
    },
  };
}

function underCeilings({ loads, ceilings, pinned = [] }: Tiny, board: Board): Rules {
  return {
    mayLeave: (item) => !pinned.includes(item),
    mayEnter: (item, bin) => (loads[item] ?? 0) <= (ceilings[bin] ?? 0),
    permits: (item, bin) =>
      !pinned.includes(item) && (board.carried[bin] ?? 0) + (loads[item] ?? 0) <= (ceilings[bin] ?? 0),
    moved: () => undefined,
  };
}

/** The position at its beginning. */
export function positionIn(tiny: Tiny): Position {
  const items = tiny.loads.length;
  const board = boardOf({
    bins: tiny.limits.length,
    items,
    dimensions: 1,
    loads: Float32Array.from(tiny.loads),
    base: new Float64Array(tiny.limits.length),
    start: Int32Array.from(tiny.start),
    price: new Float64Array(items).fill(tiny.price ?? 0),
  });
  return positionOf(board, [belowLimits(tiny, board)], underCeilings(tiny, board));
}

/** What the search finds, with the position as it leaves it. */
export function searched(
  tiny: Tiny,
  over: Partial<SearchOptions> = {},
): { readonly found: Found; readonly position: Position } {
  const position = positionIn(tiny);
  const { loads, base } = position.board.problem;
  const sketch: Sketch = { dimensions: 1, loads, base, capacities: Float64Array.from(tiny.ceilings) };
  const found = search(position, {
    sketch,
    seed: 1,
    evaluations: 10_000,
    runs: 4,
    refinement: 10_000,
    begun: [],
    switching: 0,
    isLate: () => false,
    ...over,
  });
  return { found, position };
}
