import type { Board } from "../../engine/board.ts";
import type { Goal } from "../../engine/goal.ts";
import { crowdOf, spotWith, type Kinds } from "./crowd.ts";

/**
 * Groups together: the tasks that do not share a node with a task of the service they follow. `anchorOf`: by kind, the
 * kind that it follows, or -1.
 */
export function together(board: Board, kinds: Kinds, anchorOf: Int32Array): Goal {
  const followersOf = new Map<number, number[]>();
  anchorOf.forEach((anchor, kind) => {
    if (anchor < 0) return;
    const followers = followersOf.get(anchor);
    if (followers === undefined) followersOf.set(anchor, [kind]);
    else followers.push(kind);
  });
  const placeOf = (kind: number, bin: number): number =>
    (anchorOf[kind] ?? -1) >= 0 || followersOf.has(kind) ? bin : -1;
  const crowd = crowdOf(board, kinds, placeOf);
  const standing = followersOf.size === 0 ? [] : [...kinds.of.keys()];
  const itemsOf = Map.groupBy(standing, (item) => kinds.of[item] ?? 0);
  const items = standing.filter((item) => (anchorOf[kinds.of[item] ?? 0] ?? -1) >= 0);
  const isAlone = (item: number): boolean =>
    crowd.count(anchorOf[kinds.of[item] ?? 0] ?? 0, board.binOf[item] ?? 0) === 0;
  let alone = items.filter(isAlone).length;

  /** What changes for the item itself, and for those that follow it. */
  function change(item: number, from: number, to: number): number {
    const kind = kinds.of[item] ?? 0;
    if (from === to || placeOf(kind, to) < 0) return 0;
    const anchor = anchorOf[kind] ?? -1;
    const isMet = (bin: number): number => Number(anchor >= 0 && crowd.count(anchor, bin) > 0);
    let by = isMet(from) - isMet(to);
    for (const follower of followersOf.get(kind) ?? []) {
      if (crowd.count(kind, from) === 1) by += crowd.count(follower, from);
      if (crowd.count(kind, to) === 0) by -= crowd.count(follower, to);
    }
    return by;
  }
  /** Where the service stands that the item follows. */
  function anchoredBins(item: number): readonly number[] {
    const anchor = anchorOf[kinds.of[item] ?? 0] ?? -1;
    if (anchor < 0) return [];
    return [...new Set((itemsOf.get(anchor) ?? []).map((of) => board.binOf[of] ?? 0))];
  }
  return {
    name: "together",
    weight: 8,
    cost: () => alone,
    delta: (item, to) => change(item, board.binOf[item] ?? 0, to),
    moved(item, from) {
      const kind = kinds.of[item] ?? 0;
      const to = board.binOf[item] ?? 0;
      alone += change(item, from, to);
      crowd.add(kind, placeOf(kind, from), -1);
      crowd.add(kind, placeOf(kind, to), 1);
    },
    pulls: (item) => anchoredBins(item),
    worstSpot(isSkipped) {
      const strays = new Set(items.filter(isAlone));
      return strays.size === 0 ? null : spotWith(board, isSkipped, (item) => strays.has(item));
    },
  };
}
