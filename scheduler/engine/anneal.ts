import { Dice } from "./dice.ts";
import type { Landscape } from "./landscape.ts";
import { Walk, type Mix } from "./walk.ts";

export interface AnnealOptions {
  readonly seed: number;
  /** In the unit of the cost, by how much of the effort is spent. */
  readonly temperature: (progress: number) => number;
  readonly mix: Mix;
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
/** Logarithms are read from a table, small enough to stay in the processor's nearest cache. */
const STEPS = 2 ** 10;
const CHANCES = Float64Array.from({ length: STEPS }, (_, at) => -Math.log((at + 0.5) / STEPS));

/**
 * Simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983) over shifts, swaps and exchanges of one for some: a change that
 * costs d more is made with a chance of exp(−d/T), at a temperature T that falls. The landscape ends at the last state,
 * not at the best.
 */
export function anneal(landscape: Landscape, options: AnnealOptions): Annealed {
  const dice = new Dice(options.seed);
  const walk = new Walk(landscape, options.mix, dice);
  let evaluations = 0;
  let made = 0;
  for (;;) {
    const progress = options.progress(evaluations);
    if (progress >= 1) break;
    const temperature = options.temperature(progress);
    landscape.press(progress, temperature);
    for (let at = 0; at < STRETCH; at += 1) {
      if (walk.step(temperature * patience(dice.bits(), dice))) made += 1;
    }
    evaluations += STRETCH;
  }
  return { best: walk.best, change: walk.lowest, evaluations, made };
}

/** −ln of an even share of 1: how many temperatures a change may cost. */
function patience(bits: number, dice: Dice): number {
  const at = bits & (STEPS - 1);
  // The least shares are drawn more finely: a product of shares has the sum of their logarithms.
  return at > 0 ? (CHANCES[at] ?? 0) : Math.log(STEPS) + (CHANCES[dice.bits() & (STEPS - 1)] ?? 0);
}
