import type { Board } from "./board.ts";

/** How a cost that is a sum over bins is reckoned. */
export interface BinCost {
  /** The bin's cost as it stands. Called when the bin has changed: a place to note what `change` wants to know of it. */
  readonly costOf: (bin: number) => number;
  /** By how much it would change with the item's load added (sign 1) or taken away (−1). */
  readonly change: (bin: number, item: number, sign: -1 | 1) => number;
}

/** The same, kept up to date while items move. */
export interface BinCosts {
  /** By bin. */
  readonly costs: Float64Array;
  readonly cost: () => number;
  readonly delta: (item: number, to: number) => number;
  readonly moved: (item: number, from: number) => void;
}

/** Sums the costs of all bins, as goals have it. */
export function sumOverBins(board: Board, { costOf, change }: BinCost): BinCosts {
  const costs = new Float64Array(board.problem.bins);
  let total = 0;
  // What leaving saves is asked again and again for one item, while its targets are compared.
  let leaving = { item: -1, moves: -1, change: 0 };

  function refresh(bin: number): void {
    const cost = costOf(bin);
    total += cost - (costs[bin] ?? 0);
    costs[bin] = cost;
  }
  for (let bin = 0; bin < costs.length; bin += 1) refresh(bin);
  return {
    costs,
    // Sums of differences end a little beside nothing.
    cost: () => Math.max(0, total),
    delta(item, to) {
      const from = board.binOf[item] ?? 0;
      if (to === from) return 0;
      if (leaving.item !== item || leaving.moves !== board.moves())
        leaving = { item, moves: board.moves(), change: change(from, item, -1) };
      return leaving.change + change(to, item, 1);
    },
    moved(item, from) {
      refresh(from);
      refresh(board.binOf[item] ?? 0);
    },
  };
}
