import type { Board, Sketch } from "./board.ts";
import { shortList } from "./short-list.ts";

/** Finds the bins worth a closer look. */
export interface Targets {
  /** Whether only a short list is looked at, since there are too many bins for more. */
  readonly isShort: boolean;
  /** Bins with room that accept the item: all of a small board, of a large one a short list of the emptiest. */
  roomiest(item: number, accepts: (bin: number) => boolean): readonly number[];
  /** used / capacity of the bin in the fullest dimension, with the item in it. */
  fullnessWith(item: number, bin: number): number;
  /** The fullest bins: all of a small board, of a large one a short list. */
  fullest(): readonly number[];
  moved(item: number, from: number): void;
}

/** Up to this many bins are looked at one by one. */
const FEW = 64;
/** Of more, this many. */
const SHORT_LIST = 12;
/** Where fewer of the emptiest accept an item, those are sought that do. */
const CHOICE_LEAST = 6;

export function targetsOf(board: Board, sketch: Sketch): Targets {
  const { bins, items } = board.problem;
  const { dimensions, loads } = sketch;
  const carried = sketch.base.slice();
  const inverse = sketch.capacities.map((capacity) => (capacity > 0 ? 1 / capacity : Infinity));
  const all = Array.from({ length: bins }, (_, bin) => bin);
  let emptiest = { moves: -1, bins: [] as readonly number[] };

  function carry(item: number, bin: number, sign: number): void {
    for (let at = 0; at < dimensions; at += 1) {
      const place = bin * dimensions + at;
      carried[place] = (carried[place] ?? 0) + sign * (loads[item * dimensions + at] ?? 0);
    }
  }
  for (let item = 0; item < items; item += 1) carry(item, board.binOf[item] ?? 0, 1);

  /** used / capacity in the fullest dimension, with the item in it where one is given. Gives up at `limit`. */
  function fullness(bin: number, item: number | null, limit: number): number {
    let most = 0;
    for (let at = 0; at < dimensions; at += 1) {
      const own = item === null ? 0 : (loads[item * dimensions + at] ?? 0);
      const place = bin * dimensions + at;
      const ratio = ((carried[place] ?? 0) + own) * (inverse[place] ?? Infinity);
      if (!(ratio < limit)) return Infinity;
      if (ratio > most) most = ratio;
    }
    return most;
  }
  const emptiestFor = (item: number | null, accepts: (bin: number) => boolean): readonly number[] =>
    shortList(bins, SHORT_LIST, (bin, limit) => {
      const ratio = fullness(bin, item, limit);
      return ratio < limit && accepts(bin) ? ratio : Infinity;
    });
  return {
    isShort: bins > FEW,
    roomiest(item, accepts) {
      const own = board.binOf[item] ?? -1;
      const isOpen = (bin: number): boolean => bin !== own && accepts(bin);
      if (bins <= FEW) return all.filter(isOpen);
      if (emptiest.moves !== board.moves())
        emptiest = { moves: board.moves(), bins: emptiestFor(null, () => true) };
      const open = emptiest.bins.filter(isOpen);
      return open.length >= CHOICE_LEAST ? open : emptiestFor(item, isOpen);
    },
    fullnessWith: (item, bin) => fullness(bin, item, Infinity),
    fullest: () =>
      bins <= FEW
        ? all
        : shortList(bins, SHORT_LIST, (bin) => {
            const ratio = fullness(bin, null, Infinity);
            return ratio === Infinity ? Infinity : -ratio;
          }),
    moved(item, from) {
      carry(item, from, -1);
      carry(item, board.binOf[item] ?? 0, 1);
    },
  };
}
