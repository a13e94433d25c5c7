import type { Dice } from "./dice.ts";
import type { Subset } from "./subset.ts";

/**
 * What annealing walks on: items in bins, with a cost and rules that it asks about one change at a time. The functions
 * are called millions of times a second: they look at nothing but what the change concerns, and allocate nothing.
 */
export interface Landscape {
  readonly items: number;
  readonly bins: number;
  /** By item. Changed by the `make` functions only. */
  readonly binOf: Int32Array;
  /** By item, the bin it stood in at first: where moves cost something, a place worth asking about. */
  readonly start: Int32Array;
  /** By item: two of like size are likely to change places. In whatever unit. */
  readonly sizes: Float64Array;
  /** Items × as many others for each: those whose change of places costs least, the least first. */
  readonly nearest?: Int32Array;
  /** By bin, kept up to date: where it is much, there is most to win. In whatever unit. */
  readonly binCosts: Float64Array;
  /** The bins in which a rule is broken, kept up to date. */
  readonly brokenBins: Subset;
  /** An item whose move might mend a rule that is broken across bins, or −1. */
  mending(dice: Dice): number;
  /**
   * By how much the cost would change with the item in the bin. Infinity when a rule forbids it, and also, at the
   * landscape's choice, when it would rise by more than the limit.
   */
  shiftDelta(item: number, bin: number, limit: number): number;
  /** The same for two items that change places. */
  swapDelta(one: number, other: number, limit: number): number;
  /**
   * At the least by how much the cost would change with the first of some items in the bin, and the others, which stand
   * there, in its stead. Asked before many are moved in vain: −Infinity where it is no less work to know.
   */
  exchangeFloor(moved: Int32Array, count: number, bin: number): number;
  /**
   * Told now and then how far the search is. A landscape on which rules may be broken on the way, at a price, sets the
   * price here: towards the end nothing may be worth it.
   */
  press(progress: number, temperature: number): void;
  /** The cost as it stands, against that of the beginning; Infinity while a rule is broken. */
  cost(): number;
  makeShift(item: number, bin: number): void;
  makeSwap(one: number, other: number): void;
}
