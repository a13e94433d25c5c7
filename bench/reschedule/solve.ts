import { anneal } from "../../scheduler/engine/anneal.ts";
import type { Mix } from "../../scheduler/engine/walk.ts";
import { Rescheduling, type Leading } from "./landscape.ts";
import type { Layout } from "./layout.ts";

interface Effort {
  readonly seed: number;
  /** No more than so many pods may stand elsewhere. */
  readonly mostMoved: number;
  /** How much of the effort is spent, from 0 to 1, given the changes weighed so far. */
  readonly progress: (evaluations: number) => number;
}

interface Answer {
  readonly nodeOf: Int32Array;
  readonly evaluations: number;
  readonly made: number;
}

/**
 * In the price of a move. A pod at home has a thousand other places to go: their number alone would draw it away, were there
 * no toll of some temperatures on the way.
 */
const [HOT, COLD] = [5, 0.04];
const MIX: Mix = { returns: 0.05, mends: 0, spots: 0.1, groups: 0.3, swaps: 0.5, like: 0.5 };
const LEADING: Leading = { slope: 2, bend: 0.4, leastPressure: 1e4, mostPressure: 3e4, toll: 2 };

/**
 * Looks for the layout with the lowest score, moves included. Where none was found that keeps all rules, the answer is
 * the layout as it is.
 */
export function reschedule(layout: Layout, { seed, mostMoved, progress }: Effort): Answer {
  const landscape = new Rescheduling(layout, mostMoved, LEADING);
  const { best, evaluations, made } = anneal(landscape, {
    seed,
    mix: MIX,
    progress,
    temperature: (spent) => HOT * (COLD / HOT) ** spent * layout.movePrice,
  });
  return { nodeOf: best, evaluations, made };
}
