import type { Board } from "../../engine/board.ts";
import type { Spot } from "../../engine/goal.ts";

/** Of which kind an item is: the service of a task. */
export interface Kinds {
  /** By item. */
  readonly of: Int32Array;
  /** How many kinds there are. */
  readonly count: number;
}

/** How many items of each kind stand in each place. Places are numbered as bins are; what is in place -1 is not counted. */
export interface Crowd {
  count(kind: number, place: number): number;
  /** Pairs of one kind's items that share a place. */
  readonly pairs: () => number;
  add(kind: number, place: number, by: 1 | -1): void;
}

/** Counts the board's items; `placeOf` says for a kind which place a bin is. */
export function crowdOf(board: Board, kinds: Kinds, placeOf: (kind: number, bin: number) => number): Crowd {
  const { bins, items } = board.problem;
  let pairs = 0;
  // By kind and place: of all the pairs of them few have any.
  const counts = new Map<number, number>();
  const crowd: Crowd = {
    count: (kind, place) => (place < 0 ? 0 : (counts.get(kind * bins + place) ?? 0)),
    pairs: () => pairs,
    add: (kind, place, by) => {
      if (place < 0) return;
      const before = crowd.count(kind, place);
      pairs += by > 0 ? before : 1 - before;
      counts.set(kind * bins + place, before + by);
    },
  };
  for (let item = 0; item < items; item += 1) {
    const kind = kinds.of[item] ?? 0;
    crowd.add(kind, placeOf(kind, board.binOf[item] ?? 0), 1);
  }
  return crowd;
}

/** The bin with the most of the items concerned, and these items; of several the first. */
export function spotWith(
  board: Board,
  isSkipped: (bin: number) => boolean,
  isConcerned: (item: number) => boolean,
): Spot | null {
  const byBin = new Map<number, number[]>();
  for (let item = 0; item < board.problem.items; item += 1) {
    const bin = board.binOf[item] ?? 0;
    if (isSkipped(bin) || !isConcerned(item)) continue;
    const there = byBin.get(bin);
    if (there === undefined) byBin.set(bin, [item]);
    else there.push(item);
  }
  let worst: Spot | null = null;
  for (const [bin, items] of [...byBin].sort(([a], [b]) => a - b))
    if (items.length > (worst?.items?.length ?? 0)) worst = { bin, way: "out", items };
  return worst;
}
