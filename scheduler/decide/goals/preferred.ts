import type { Board } from "../../engine/board.ts";
import type { Goal } from "../../engine/goal.ts";
import { spotWith, type Kinds } from "./crowd.ts";

/** Preferences: the tasks that stand where their service would rather not. `minds(kind, bin)`: whether it would not. */
export function preferred(board: Board, kinds: Kinds, minds: (kind: number, bin: number) => boolean): Goal {
  const { items } = board.problem;
  const mindsItem = (item: number, bin: number): number => Number(minds(kinds.of[item] ?? 0, bin));
  let misplaced = 0;
  for (let item = 0; item < items; item += 1) misplaced += mindsItem(item, board.binOf[item] ?? 0);
  return {
    name: "preferred",
    weight: 1,
    cost: () => misplaced,
    delta: (item, to) => mindsItem(item, to) - mindsItem(item, board.binOf[item] ?? 0),
    moved(item, from) {
      misplaced += mindsItem(item, board.binOf[item] ?? 0) - mindsItem(item, from);
    },
    worstSpot: (isSkipped) =>
      misplaced === 0
        ? null
        : spotWith(board, isSkipped, (item) => mindsItem(item, board.binOf[item] ?? 0) === 1),
  };
}
