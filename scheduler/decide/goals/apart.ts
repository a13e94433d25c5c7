import type { Board } from "../../engine/board.ts";
import type { Goal } from "../../engine/goal.ts";
import { crowdOf, spotWith, type Kinds } from "./crowd.ts";

/**
 * Replicas apart: the pairs of one service's tasks that share a place. `placeOf(kind, bin)`: the place that the bin is for
 * the kind: the bin itself, or the bins with one value of a label; -1 where the kind is not to be spread.
 */
export function apart(
  board: Board,
  kinds: Kinds,
  { name, placeOf }: { readonly name: string; readonly placeOf: (kind: number, bin: number) => number },
): Goal {
  const crowd = crowdOf(board, kinds, placeOf);

  function change(item: number, from: number, to: number): number {
    const kind = kinds.of[item] ?? 0;
    const here = placeOf(kind, from);
    const there = placeOf(kind, to);
    return here === there ? 0 : crowd.count(kind, there) - (crowd.count(kind, here) - 1);
  }
  return {
    name,
    weight: 5,
    cost: crowd.pairs,
    delta: (item, to) => change(item, board.binOf[item] ?? 0, to),
    moved(item, from) {
      const kind = kinds.of[item] ?? 0;
      const to = board.binOf[item] ?? 0;
      crowd.add(kind, placeOf(kind, from), -1);
      crowd.add(kind, placeOf(kind, to), 1);
    },
    worstSpot: (isSkipped) =>
      crowd.pairs() === 0
        ? null
        : spotWith(board, isSkipped, (item) => {
            const kind = kinds.of[item] ?? 0;
            return crowd.count(kind, placeOf(kind, board.binOf[item] ?? 0)) > 1;
          }),
  };
}
