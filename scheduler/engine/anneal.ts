import { Dice } from "./dice.ts";

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
  /**
   * By how much the cost would change with the item in the bin. Infinity when a rule forbids it, and also, at the
   * landscape's choice, when it would rise by more than the limit.
   */
  shiftDelta(item: number, bin: number, limit: number): number;
  /** The same for two items that change places. */
  swapDelta(one: number, other: number, limit: number): number;
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

export interface AnnealOptions {
  readonly seed: number;
  /** In the unit of the cost, by how much of the effort is spent. */
  readonly temperature: (progress: number) => number;
  /** The share of changes tried that are swaps. */
  readonly swaps: number;
  /** Of the others, the share that are ways back to where an item stood at first. */
  readonly returns: number;
  /** How much of the effort is spent, from 0 to 1, given the changes weighed so far. Asked now and then. */
  readonly progress: (evaluations: number) => number;
}

export interface Annealed {
  /** By item, where the cost was lowest. */
  readonly best: Int32Array;
  /** By how much it was lower there than at the beginning; 0 or less. */
  readonly change: number;
  /** Changes weighed, and made. */
  readonly evaluations: number;
  readonly made: number;
}

/** Changes weighed between two looks at the progress. */
const STRETCH = 4096;
/** Logarithms are read from a table: 65,536 steps are finer than any temperature is set. */
const CHANCES = Float64Array.from({ length: 2 ** 16 }, (_, at) => -Math.log((at + 0.5) / 2 ** 16));

/**
 * Simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983) over shifts and swaps: a change that costs d more is made with
 * a chance of exp(−d/T), at a temperature T that falls. The landscape ends at the last state, not at the best.
 */
export function anneal(landscape: Landscape, options: AnnealOptions): Annealed {
  const { items, bins, start } = landscape;
  const dice = new Dice(options.seed);
  const record = recordOf(landscape);
  let evaluations = 0;
  let made = 0;
  for (;;) {
    const progress = options.progress(evaluations);
    if (progress >= 1) break;
    const temperature = options.temperature(progress);
    landscape.press(progress, temperature);
    for (let at = 0; at < STRETCH; at += 1) {
      const limit = temperature * (CHANCES[dice.bits() & 0xffff] ?? 0);
      const item = dice.below(items);
      if (dice.share() < options.swaps) {
        const other = dice.below(items);
        const delta = landscape.swapDelta(item, other, limit);
        if (!(delta <= limit)) continue;
        landscape.makeSwap(item, other);
        record.note(item, other);
      } else {
        const bin = dice.share() < options.returns ? (start[item] ?? 0) : dice.below(bins);
        const delta = landscape.shiftDelta(item, bin, limit);
        if (!(delta <= limit)) continue;
        landscape.makeShift(item, bin);
        record.note(item, item);
      }
      made += 1;
    }
    evaluations += STRETCH;
  }
  return { best: record.best, change: record.change(), evaluations, made };
}

/** The best state so far, kept up to date with what changed since. */
interface Record {
  readonly best: Int32Array;
  change(): number;
  note(one: number, other: number): void;
}

function recordOf(landscape: Landscape): Record {
  const { binOf, items } = landscape;
  const best = binOf.slice();
  const changed = new Int32Array(items);
  const isChanged = new Uint8Array(items);
  let count = 0;
  let lowest = landscape.cost();

  function mark(item: number): void {
    if (isChanged[item] === 1) return;
    isChanged[item] = 1;
    changed[count] = item;
    count += 1;
  }
  return {
    best,
    change: () => lowest,
    note(one, other) {
      mark(one);
      mark(other);
      const now = landscape.cost();
      if (now >= lowest) return;
      lowest = now;
      for (let at = 0; at < count; at += 1) {
        const item = changed[at] ?? 0;
        best[item] = binOf[item] ?? 0;
        isChanged[item] = 0;
      }
      count = 0;
    },
  };
}
