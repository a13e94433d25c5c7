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
  /** The share of what room left behind would cost that is paid on the way. */
  readonly strain: number;
  /** Of the changes for items of costly machines, the share for which several others give way. */
  readonly groups: number;
  /** Of all changes, the share that takes something back to where it began. */
  readonly returns: number;
  readonly isFirm: boolean;
  /** Whether it begins where everything stood at first, or else at the best so far. */
  readonly isFresh: boolean;
}

interface Answer {
  readonly machineOf: Int32Array;
  readonly evaluations: number;
  readonly made: number;
}

const MIX: Omit<Mix, "groups" | "returns"> = { mends: 0.1, spots: 0.1, swaps: 0.5, like: 0.6, near: 0.5 };
const PRESSING = { up: 50, down: 10, least: 4, softUntil: 0.4, hardFrom: 0.8, steps: 2000 };
/** At the share `bend` of a stage the temperature is the share `bentTo` of the first; at its end it is `cold`. */
const [BEND, BENT_TO, COLD] = [0.85, 0.015, 0.2];
/**
 * What any breach but that of a capacity costs, in first temperatures: when all begins anew, and when it goes on. At the
 * first price a stage that goes on made breaches whose mending in the end cost more than it had won.
 */
const [KIN, KIN_AGAIN] = [1, 30];

/** A short stage that breaks no rule comes first: it has an answer within seconds, however large the instance. */
const FIRST: Stage = {
  share: 0.02,
  hot: 0.003,
  toll: 2,
  strain: 0,
  groups: 0.15,
  returns: 0.1,
  isFirm: true,
  isFresh: true,
};
/**
 * How hot it should be depends on the instance, and so does how near to the beginning one should stay. All of these are
 * tried in short, the best few for longer, and the best of them for longest: where much must move, one long annealing
 * does better than any number of short ones.
 */
const LEADS = [
  { toll: 5, strain: 0, groups: 0.15, hots: [0.1, 0.03] },
  { toll: 2, strain: 0.3, groups: 0.15, hots: [0.4] },
  { toll: 1, strain: 0, groups: 0.15, hots: [1, 0.3] },
  { toll: 0, strain: 0, groups: 0.15, hots: [0.3] },
  { toll: 0, strain: 0, groups: 0.4, hots: [1.5] },
];
/** By round: how many are tried, and the share of time that each of them gets. */
const ROUNDS = [
  { most: 7, share: 0.01 },
  { most: 3, share: 0.04 },
  { most: 2, share: 0.14 },
];
/** Stages that win less than this share of what the first one won are too short for rules to be broken on the way. */
const BEHIND = 0.95;
/**
 * The rest goes on from the best so far, in stages of this share, in turn of these kinds: the warm ones change what is
 * large, the cold ones with a toll take back what was moved for nothing.
 */
const AGAIN = 0.035;
const TURNS = [
  { hot: 0.1, toll: 1 },
  { hot: 0.01, toll: 3 },
  { hot: 0.05, toll: 8 },
  { hot: 0.004, toll: 3 },
  { hot: 0.03, toll: 1 },
  { hot: 0.003, toll: 1 },
];
/** So often one of them follows itself while it helps. */
const MOST_REPEATS = 3;
/** With a toll of so much, a larger share of the changes takes something back. */
const [TOLLED, RETURNS, MORE_RETURNS] = [2, 0.1, 0.3];
/**
 * Or it begins anew, in short: whether there is room for the largest is a matter of luck. More often where the longest
 * annealing came to no more than shorter ones.
 */
const ANEW: Stage = {
  share: 0.014,
  hot: 1.5,
  toll: 0,
  strain: 0,
  groups: 0.4,
  returns: 0.1,
  isFirm: false,
  isFresh: true,
};
const [ANEW_OFTEN, ANEW_SELDOM] = [0.4, 0.05];

/**
 * Looks for the cheapest assignment, in stages of annealing. What it returns keeps all rules, as the initial assignment
 * does.
 */
export function reassign(model: Model, initial: Int32Array, effort: Effort): Answer {
  const search = new Search(model, initial, effort);
  const first = search.run(FIRST);
  let stages: readonly Stage[] = LEADS.flatMap(({ hots, ...lead }) =>
    hots.map((hot) => ({ share: 0, hot, ...lead, returns: 0.1, isFirm: false, isFresh: true })),
  );
  // Whether the longest annealings came to no more than shorter ones.
  let isLuck = false;
  for (const { most, share } of ROUNDS) {
    const before = search.lowest;
    const tried = stages
      .slice(0, most)
      .map((stage) => ({ stage, change: search.run({ ...stage, share }) }))
      .sort((one, other) => one.change - other.change);
    stages = tried.map(({ stage }) => stage);
    isLuck = search.lowest >= before;
    if ((tried[0]?.change ?? 0) > first * BEHIND) stages = [{ ...FIRST, isFresh: false }];
  }
  const longest = isLuck ? undefined : stages.find(({ isFirm }) => !isFirm);
  goOn(search, isLuck ? ANEW_OFTEN : ANEW_SELDOM, new Dice(effort.seed), longest);
  return search;
}

/**
 * Spends the rest of the effort on stages that go on from the best so far. Where none of all kinds wins anything, what is
 * best was decided while it was hot: then the rest is for one annealing, which is longer than any before.
 */
function goOn(search: Search, anewShare: number, dice: Dice, longest: Stage | undefined): void {
  const lead = search.lowest;
  let often = anewShare;
  let [turn, repeats] = [0, 0];
  while (search.spent < 1) {
    if (longest !== undefined && turn === TURNS.length && search.lowest === lead) {
      search.run({ ...longest, share: 1 - search.spent });
      return;
    }
    const before = search.lowest;
    if (dice.share() < often) search.run(ANEW);
    // Where there was room for the largest at last, all else is yet to be done.
    if (search.lowest < before) [often, turn] = [ANEW_SELDOM, 1];
    const { hot, toll } = TURNS[turn % TURNS.length] ?? FIRST;
    const returns = toll < TOLLED ? RETURNS : MORE_RETURNS;
    const start = search.lowest;
    search.run({ ...FIRST, share: AGAIN, hot, toll, returns, isFirm: false, isFresh: false });
    // What helped may help again.
    repeats = search.lowest < start ? repeats + 1 : MOST_REPEATS;
    if (repeats >= MOST_REPEATS) [turn, repeats] = [turn + 1, 0];
  }
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
  run({ share, hot, toll, strain, groups, returns, isFirm, isFresh }: Stage): number {
    if (this.spent >= 1) return 0;
    const { landscape, effort, spent, evaluations } = this;
    // What is left over would be too short for a stage of its own.
    const end = spent + share > 1 - share / 2 ? 1 : spent + share;
    const first = hot * this.typical;
    landscape.standAs(isFresh ? this.initial : this.machineOf);
    landscape.hold(isFirm, (isFresh ? KIN : KIN_AGAIN) * first, toll, strain);
    const found = anneal(landscape, {
      seed: effort.seed + evaluations,
      mix: { ...MIX, groups, returns },
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
