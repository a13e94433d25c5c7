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
const [BEND, BENT_TO, COLD] = [0.8, 0.01, 1];
/** What any breach but that of a capacity costs, in first temperatures. */
const KIN = 1;

/** A short stage that breaks no rule comes first: it has an answer within seconds, however large the instance. */
const FIRST: Stage = { share: 0.03, hot: 0.003, toll: 2, isFirm: true, isFresh: true };
/**
 * How hot it should be depends on the instance, and so does how near to the beginning one should stay: there short searches
 * do better, and long ones often worse. All of these are tried in short, and the best of each toll again for longer.
 */
const LEADS = [
  { toll: 5, hots: [0.3, 0.1, 0.03], main: 0.22 },
  { toll: 0, hots: [6, 0.3, 0.1, 0.03], main: 0.33 },
];
const PROBE = 0.025;
/** Stages that win less than this share of what the first one won are too short for rules to be broken on the way. */
const BEHIND = 0.98;
/** The rest goes on from the best so far, from the hottest of these temperatures to this share of it. */
const [AGAIN, WARM, COOL] = [0.05, 0.2, 0.004];
const TOLLS = [0, 5];

/**
 * Looks for the cheapest assignment, in stages of annealing. What it returns keeps all rules, as the initial assignment
 * does.
 */
export function reassign(model: Model, initial: Int32Array, effort: Effort): Answer {
  const search = new Search(model, initial, effort);
  const first = search.run(FIRST);
  for (const { toll, hots, main } of LEADS) {
    const stages = hots.map((hot) => ({ share: PROBE, hot, toll, isFirm: false, isFresh: true }));
    const changes = stages.map((stage) => search.run(stage));
    const leader = stages[changes.indexOf(Math.min(...changes))] ?? FIRST;
    const isBehind = Math.min(...changes) > first * BEHIND;
    search.run({ ...(isBehind ? { ...FIRST, isFresh: false } : leader), share: main });
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
