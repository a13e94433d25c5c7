import { anneal } from "../../scheduler/engine/anneal.ts";
import { Dice } from "../../scheduler/engine/dice.ts";
import type { Mix } from "../../scheduler/engine/walk.ts";
import { Reassignment } from "./landscape.ts";
import type { Model } from "./model.ts";

interface Effort {
  readonly seed: number;
  /** No more than so many processes may be moved. */
  readonly mostMoved: number;
  /** How much of the effort is spent, from 0 to 1, given the changes weighed so far. */
  readonly progress: (evaluations: number) => number;
}

/** One annealing. */
interface Stage {
  /** Of the effort. */
  readonly share: number;
  /** The first temperature, in what all the load of a usual process would cost above the marks. */
  readonly hot: number;
  /** What standing elsewhere than at first costs on the way, in temperatures. */
  readonly toll: number;
  readonly isFirm: boolean;
  /** Whether it begins where everything stood at first, or else at the best so far. */
  readonly isFresh: boolean;
}

interface Answer {
  readonly machineOf: Int32Array;
  readonly evaluations: number;
  readonly made: number;
}

const MIX: Mix = { returns: 0.1, mends: 0.1, spots: 0.1, groups: 0.15, swaps: 0.5, like: 0.6 };
const PRESSING = { up: 50, down: 10, least: 4, softUntil: 0.4, hardFrom: 0.8, steps: 2000 };
/** At the share `bend` of a stage the temperature is the share `bentTo` of the first; at its end it is `cold`. */
const [BEND, BENT_TO, COLD] = [0.8, 0.01, 0.2];
/** What any breach but that of a capacity costs, in first temperatures. */
const KIN = 1;

/** A short stage that breaks no rule comes first: it has an answer within seconds, however large the instance. */
const FIRST: Stage = { share: 0.02, hot: 0.003, toll: 2, isFirm: true, isFresh: true };
/**
 * How hot it should be depends on the instance, and so does how near to the beginning one should stay. All of these are
 * tried in short, the best few for longer, and the best of them for longest: where much must move, one long annealing
 * does better than any number of short ones.
 */
const LEADS = [
  { toll: 5, hots: [0.1, 0.03] },
  { toll: 2, hots: [0.3, 0.1] },
  { toll: 1, hots: [1, 0.3] },
  { toll: 0, hots: [1, 0.3, 0.1] },
];
/** By round: how many are tried, and the share of time that each of them gets. */
const ROUNDS = [
  { most: 9, share: 0.01 },
  { most: 4, share: 0.03 },
  { most: 1, share: 0.45 },
];
/** Stages that win less than this share of what the first one won are too short for rules to be broken on the way. */
const BEHIND = 0.98;
/** The rest goes on from the best so far, from the hottest of these temperatures down to this share of it. */
const [AGAIN, WARM, COOL] = [0.04, 0.2, 0.005];
const TOLLS = [0, 2, 3, 5];
/** Or it begins anew, from between these temperatures: where there is room for the largest is a matter of luck. */
const [ANEW, ANEW_FROM, ANEW_TO] = [0.15, 0.3, 3];

/**
 * Looks for the cheapest assignment, in stages of annealing. What it returns keeps all rules, as the initial assignment
 * does.
 */
export function reassign(model: Model, initial: Int32Array, effort: Effort): Answer {
  const search = new Search(model, initial, effort);
  const first = search.run(FIRST);
  let stages: readonly Stage[] = LEADS.flatMap(({ toll, hots }) =>
    hots.map((hot) => ({ share: 0, hot, toll, isFirm: false, isFresh: true })),
  );
  for (const { most, share } of ROUNDS) {
    const tried = stages
      .slice(0, most)
      .map((stage) => ({ stage, change: search.run({ ...stage, share }) }))
      .sort((one, other) => one.change - other.change);
    stages = tried.map(({ stage }) => stage);
    if ((tried[0]?.change ?? 0) > first * BEHIND) stages = [{ ...FIRST, isFresh: false }];
  }
  const dice = new Dice(effort.seed);
  let next = againWith(dice);
  while (search.spent < 1) {
    const before = search.lowest;
    search.run(next);
    // What helped may help again.
    if (search.lowest >= before || dice.share() < 0.3) next = againWith(dice);
  }
  return search;
}

function againWith(dice: Dice): Stage {
  if (dice.share() < ANEW) {
    const hot = ANEW_FROM * (ANEW_TO / ANEW_FROM) ** dice.share();
    return { share: AGAIN, hot, toll: 0, isFirm: false, isFresh: true };
  }
  const hot = WARM * COOL ** dice.share();
  const toll = TOLLS[dice.below(TOLLS.length)] ?? 0;
  return { share: AGAIN, hot, toll, isFirm: dice.share() < 0.3, isFresh: false };
}

class Search implements Answer {
  machineOf: Int32Array;
  evaluations = 0;
  made = 0;
  /** Of the effort. */
  spent = 0;
  /** What the best so far costs, against the beginning. */
  lowest = 0;
  private readonly initial: Int32Array;
  private readonly effort: Effort;
  private readonly typical: number;
  private readonly landscape: Reassignment;

  constructor(model: Model, initial: Int32Array, effort: Effort) {
    this.machineOf = initial;
    this.initial = initial;
    this.effort = effort;
    this.typical = typicalWeight(model);
    this.landscape = new Reassignment(model, initial, effort.mostMoved, PRESSING);
  }

  /** By how much the cost was lower than at first. */
  run({ share, hot, toll, isFirm, isFresh }: Stage): number {
    if (this.spent >= 1) return 0;
    const { landscape, effort, spent, evaluations } = this;
    // What is left over would be too short for a stage of its own.
    const end = spent + share > 1 - share / 2 ? 1 : spent + share;
    const first = hot * this.typical;
    landscape.standAs(isFresh ? this.initial : this.machineOf);
    landscape.hold(isFirm, KIN * first, toll);
    const found = anneal(landscape, {
      seed: effort.seed + evaluations,
      mix: MIX,
      progress: (weighed) => (effort.progress(evaluations + weighed) - spent) / (end - spent),
      temperature: (progress) => temperatureAt(first, progress),
    });
    if (found.change < this.lowest) [this.lowest, this.machineOf] = [found.change, found.best];
    this.evaluations += found.evaluations;
    this.made += found.made;
    this.spent = Math.max(end, effort.progress(this.evaluations));
    return found.change;
  }
}

/** In two straight lines on the scale of logarithms: most of the time where most is decided. */
function temperatureAt(first: number, progress: number): number {
  const knee = Math.max(COLD, first * BENT_TO);
  return progress < BEND
    ? first * (knee / first) ** (progress / BEND)
    : knee * (COLD / knee) ** ((progress - BEND) / (1 - BEND));
}

/** What the loads of a process would cost above all marks, on average. */
function typicalWeight({ processes, dimensions, resources, loads, weights }: Model): number {
  let sum = 0;
  for (let process = 0; process < processes; process += 1)
    for (let at = 0; at < resources; at += 1)
      sum += (weights[at] ?? 0) * (loads[process * dimensions + at] ?? 0);
  return Math.max(1, sum / Math.max(1, processes));
}
