/** A soft aim: a cost that the search lowers. It is made for one board and told of every change of it. */
export interface Goal {
  /** Stable: it is a metric's label. */
  readonly name: string;
  /** What one unit of its cost is worth in the objective's unit. */
  readonly weight: number;
  /** Its cost as the board stands, in its own unit. */
  readonly cost: () => number;
  /**
   * By how much its cost would change if the item stood in the bin instead of its own. The time this takes depends
   * neither on the number of bins nor on the number of items.
   */
  readonly delta: (item: number, bin: number) => number;
  /** Told when the item has left the bin `from` for the one in which it now stands. */
  readonly moved: (item: number, from: number) => void;
  /** Bins that the goal would like the item in, beside those with room; for goals that room does not serve. */
  readonly pulls?: (item: number) => readonly number[];
  /** The bin in which most might be gained, of those not to be skipped; null when there is none. */
  readonly worstSpot: (isSkipped: (bin: number) => boolean) => Spot | null;
}

/** Where a goal sees room for the better. */
export interface Spot {
  readonly bin: number;
  /** `out`: something should leave the bin. `in`: something should come into it. */
  readonly way: "out" | "in";
  /** The items concerned; null for all in the bin. */
  readonly items: readonly number[] | null;
}

/** The hard rules, as the search asks them. They are told of every change of the board too. */
export interface Rules {
  /** Whether the item may be moved at all: asked once an item. */
  readonly mayLeave: (item: number) => boolean;
  /** Whether the item could ever stand in the bin, whatever else stands there. Cheap: it is asked of many. */
  readonly mayEnter: (item: number, bin: number) => boolean;
  /** Whether the item, standing where it stands, may be moved into the bin as the board is now. */
  readonly permits: (item: number, bin: number) => boolean;
  readonly moved: (item: number, from: number) => void;
}
