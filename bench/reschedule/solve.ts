import { anneal } from "../../scheduler/engine/anneal.ts";
import type { Mix } from "../../scheduler/engine/walk.ts";
import type { Kinds } from "./kinds.ts";
import { Rescheduling, type Leading } from "./landscape.ts";
import type { Layout } from "./layout.ts";
import { planOf, type Plan } from "./plan.ts";
import { breachesOf, costOf } from "./score.ts";
import { settle } from "./settle.ts";

interface Effort {
  readonly seed: number;
  /** What a move counts on the way, which may be more than its price: then there are fewer. */
  readonly movePrice: number;
  /** How much of the planning is done, from 0 to 1, given its rounds so far. */
  readonly planning: (rounds: number) => number;
  /** How much of the annealing is done, from 0 to 1, given the changes weighed so far. */
  readonly annealing: (evaluations: number) => number;
}

export interface Answer {
  readonly nodeOf: Int32Array;
  /** For a search with another price of a move to go on from. */
  readonly plan: Plan;
}

/**
 * In the price of a move. A pod at home has a thousand other places to go: their number alone would draw it away, were there
 * no toll of some temperatures on the way.
 */
const [HOT, COLD] = [0.3, 0.04];
const MIX: Mix = { returns: 0.05, mends: 0, spots: 0.1, groups: 0.3, swaps: 0.5, like: 0.5 };
const LEADING: Leading = { slope: 4, bend: 0.4, leastPressure: 1e4, mostPressure: 3e4, toll: 2 };

/**
 * Looks for the layout with the lowest score, moves included: a plan by kinds of pods, settled, and annealed. Where what was
 * found breaks rules or scores no better, and the layout as it is keeps them, that is the answer.
 */
export function reschedule(layout: Layout, kinds: Kinds, effort: Effort, from?: Plan): Answer {
  const { seed, movePrice, planning, annealing } = effort;
  const plan = planOf(layout, kinds, { seed, movePrice, progress: planning }, from);
  const landscape = new Rescheduling({ ...layout, movePrice }, LEADING, settle(layout, kinds, plan.holds));
  const { best } = anneal(landscape, {
    seed,
    mix: MIX,
    progress: annealing,
    temperature: (spent) => HOT * (COLD / HOT) ** spent * movePrice,
  });
  const isBetter =
    breachesOf(layout, best).length === 0 && costOf(layout, best) < costOf(layout, layout.home);
  const stays = !isBetter && breachesOf(layout, layout.home).length === 0;
  return { nodeOf: stays ? layout.home : best, plan };
}
