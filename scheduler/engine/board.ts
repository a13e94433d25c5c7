/**
 * Items in bins. An item has a number for each dimension (a resource at a point in time, say), and a bin carries the sum
 * of its items over what it has of itself. What the dimensions mean is the goals' affair.
 */
export interface Problem {
  readonly bins: number;
  readonly items: number;
  readonly dimensions: number;
  /** Items × dimensions. */
  readonly loads: Float32Array;
  /** Bins × dimensions: what a bin carries beside its items. */
  readonly base: Float64Array;
  /** By item, the bin it stands in at first. */
  readonly start: Int32Array;
  /** By item, what moving it costs, in the objective's own unit. */
  readonly price: Float64Array;
}

/** A problem in few dimensions, for finding the bins worth a closer look. */
export interface Sketch {
  readonly dimensions: number;
  /** Items × dimensions. */
  readonly loads: Float32Array;
  /** Bins × dimensions. */
  readonly base: Float64Array;
  /** Bins × dimensions; 0 for a bin that nothing may enter. */
  readonly capacities: Float64Array;
}

/** An assignment that can be changed: the only thing in a search that changes. */
export interface Board {
  readonly problem: Problem;
  /** By item. */
  readonly binOf: Int32Array;
  /** Bins × dimensions: the sum of base and items. */
  readonly carried: Float64Array;
  /** The items in a bin, in no order that means anything. */
  itemsIn(bin: number): readonly number[];
  /** How often anything has moved: what was reckoned for one count holds until the next. */
  moves(): number;
  /** Puts an item into a bin. Nobody asks whether it may stand there. */
  put(item: number, bin: number): void;
}

/** A board with every item where it stands at first. */
export function boardOf(problem: Problem): Board {
  const { bins, items, dimensions, loads, base, start } = problem;
  const binOf = start.slice();
  const carried = base.slice();
  const members = Array.from({ length: bins }, (): number[] => []);
  // Where an item stands in its bin's list, so that it is taken out without a search.
  const placeOf = new Int32Array(items);
  let count = 0;

  function carry(item: number, bin: number, sign: number): void {
    const own = item * dimensions;
    const there = bin * dimensions;
    for (let at = 0; at < dimensions; at += 1)
      carried[there + at] = (carried[there + at] ?? 0) + sign * (loads[own + at] ?? 0);
  }
  function enter(item: number, bin: number): void {
    const list = members[bin];
    if (list === undefined) throw new RangeError(`there is no bin ${bin}`);
    placeOf[item] = list.length;
    list.push(item);
    binOf[item] = bin;
    carry(item, bin, 1);
  }
  function leave(item: number): void {
    const bin = binOf[item] ?? -1;
    const list = members[bin] ?? [];
    const last = list.pop();
    const place = placeOf[item] ?? 0;
    if (last !== undefined && last !== item) {
      list[place] = last;
      placeOf[last] = place;
    }
    carry(item, bin, -1);
  }

  for (let item = 0; item < items; item += 1) enter(item, start[item] ?? -1);
  return {
    problem,
    binOf,
    carried,
    itemsIn: (bin) => members[bin] ?? [],
    moves: () => count,
    put(item, bin) {
      count += 1;
      leave(item);
      enter(item, bin);
    },
  };
}
