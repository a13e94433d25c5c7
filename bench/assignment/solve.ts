import { anneal } from "../../scheduler/engine/anneal.ts";
import { Dice } from "../../scheduler/engine/dice.ts";
import { Reassignment, type Pressing } from "./landscape.ts";
import type { Model } from "./model.ts";

interface Effort {
  readonly seed: number;
  /** No more than so many processes may be moved. */
  readonly mostMoved: number;
  /** How much of the effort is spent, from 0 to 1, given the changes weighed so far. */
  readonly progress: (evaluations: number) => number;
}

/** Temperatures and prices over the search. */
interface Schedule extends Omit<Pressing, "hot"> {
  /** The first temperature, as a share of what the largest process weighs. */
  readonly hot: number;
  /** At the share `bend` of a round the temperature is the share `bentTo` of the first; at its end it is `cold`. */
  readonly bend: number;
  readonly bentTo: number;
  readonly cold: number;
  /** The share of changes tried that are swaps. */
  readonly swaps: number;
  /** Of the others, the share that are ways back. */
  readonly returns: number;
  /** The share of the effort that goes into the first round, from the first temperature. */
  readonly main: number;
  /** Changes weighed in each of the others, by process and machine; no more than this share of the effort. */
  readonly round: number;
  readonly longest: number;
  /** They begin at the best so far, at a temperature of at the most this share of the first. */
  readonly reheat: number;
}

interface Answer {
  readonly machineOf: Int32Array;
  readonly evaluations: number;
  readonly made: number;
}

const SCHEDULE: Schedule = {
  hot: 0.1,
  bend: 0.8,
  bentTo: 0.01,
  cold: 1,
  swaps: 0.5,
  returns: 0.05,
  up: 200,
  down: 50,
  settled: 0.8,
  least: 10,
  leastKin: 3,
  main: 0.5,
  round: 200,
  longest: 0.1,
  reheat: 0.1,
};

/** One round of so many begins where everything stood at first. */
const FROM_THE_START = 4;
/** The share of the effort for a first round that breaks no rule. */
const FIRST = 0.1;

/**
 * Looks for the cheapest assignment: a short round of annealing that breaks no rule, a long one that may, then shorter ones that begin at the best so far, at
 * temperatures drawn from all scales, since loads cost millions and moves cost one. What it returns keeps all rules, as
 * the initial assignment does.
 */
export function reassign(model: Model, initial: Int32Array, effort: Effort): Answer {
  const { swaps, returns, main, longest, reheat, cold } = SCHEDULE;
  const hot = SCHEDULE.hot * largestWeight(model);
  const landscape = new Reassignment(model, initial, effort.mostMoved, { ...SCHEDULE, hot });
  const dice = new Dice(effort.seed);
  let best = 0;
  let [machineOf, evaluations, made, began, first, length] = [initial, 0, 0, 0, hot * reheat, FIRST];
  for (let round = 0; began < 1; round += 1) {
    const end = began + length > 1 - length / 2 ? 1 : began + length;
    const [from, before, top] = [began, evaluations, first];
    // On the way through what is forbidden more is found, but with little time no way back.
    landscape.hold(round !== 1 && (round === 0 || dice.below(2) === 0));
    // What needs but a few moves is found near the beginning.
    landscape.standAs(round > 1 && dice.below(FROM_THE_START) === 0 ? initial : machineOf);
    const found = anneal(landscape, {
      seed: effort.seed + before,
      ...{ swaps, returns },
      progress: (weighed) => (effort.progress(before + weighed) - from) / (end - from),
      temperature: (progress) => temperatureAt(SCHEDULE, top, hot * SCHEDULE.bentTo, progress),
    });
    if (found.change < best) [best, machineOf] = [found.change, found.best];
    evaluations += found.evaluations;
    made += found.made;
    began = Math.max(end, effort.progress(evaluations));
    const enough = (SCHEDULE.round * model.processes * model.machines * began) / Math.max(1, evaluations);
    length = round === 0 ? main : Math.min(longest, enough);
    first = round === 0 ? hot : Math.max(cold, hot * reheat * ((100 * cold) / hot) ** dice.share());
  }
  return { machineOf, evaluations, made };
}

/** In two straight lines on the scale of logarithms: most of the time where most is decided. */
function temperatureAt({ bend, cold }: Schedule, first: number, bent: number, progress: number): number {
  const knee = Math.min(first, bent);
  return progress < bend
    ? first * (knee / first) ** (progress / bend)
    : knee * (cold / knee) ** ((progress - bend) / (1 - bend));
}

/** The most that a resource of one process can cost. */
function largestWeight({ processes, dimensions, resources, loads, weights }: Model): number {
  let most = 1;
  for (let process = 0; process < processes; process += 1)
    for (let at = 0; at < resources; at += 1)
      most = Math.max(most, (weights[at] ?? 0) * (loads[process * dimensions + at] ?? 0));
  return most;
}
