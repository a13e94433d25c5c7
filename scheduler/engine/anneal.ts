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
/** Logarithms are read from a table: 65,536 steps are finer than any temperature is set. */
const CHANCES = Float64Array.from({ length: 2 ** 16 }, (_, at) => -Math.log((at + 0.5) / 2 ** 16));

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
      const limit = temperature * (CHANCES[dice.bits() & 0xffff] ?? 0);
      if (walk.step(limit)) made += 1;
    }
    evaluations += STRETCH;
  }
  return { best: walk.best, change: walk.lowest, evaluations, made };
}
