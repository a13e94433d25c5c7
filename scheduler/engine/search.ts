import type { Sketch } from "./board.ts";
import type { Goal, Spot } from "./goal.ts";
import type { Position, Shift, Worth } from "./position.ts";
import { offersAt, tryChain, tryShift, type Field, type Offer } from "./steps.ts";
import { targetsOf } from "./targets.ts";
import { seeded } from "./random.ts";

export interface SearchOptions {
  readonly sketch: Sketch;
  readonly seed: number;
  /** Effort: shifts weighed, at the most. What is reached by then is the answer, on any machine. */
  readonly evaluations: number;
  /** Of these, after the first run. */
  readonly refinement: number;
  /** How many runs, the first included, as far as the effort allows. */
  readonly runs: number;
  /** A plan that was begun earlier and not finished. */
  readonly begun: readonly Pick<Shift, "item" | "to">[];
  /** By how much another plan must be better than the one begun. */
  readonly switching: number;
  /** Asked between steps: the end, whatever the effort. */
  readonly isLate: () => boolean;
}

/** What was found; the position stands at its end. */
export interface Found {
  /** In an order in which each is permitted when those before it are done. */
  readonly shifts: readonly Shift[];
  readonly before: Worth;
  /** After each of the shifts. */
  readonly after: readonly Worth[];
  readonly evaluations: number;
  readonly runs: number;
}

/** Costs may end this much above what they began with: rounding. */
const TOLERANCE = 1e-6;
/** A randomised run tries with this chance to make room first, where it could also do without. */
const CHAIN_CHANCE = 0.4;
/** A run that ends worse by this share of what is left to mend is still gone on from, with a chance of one in e. */
const HEAT = 0.3;
/** And starts with this chance from the best plan, else from the one before. */
const RETURN_CHANCE = 0.1;
/** Of a plan, at the most this share is given up beside what touches one bin. */
const GIVEN_UP_MOST = 0.5;

/**
 * Betters a position until nothing gains any more. Goal after goal, its worst spot first, the best permitted shift there;
 * where a rule forbids every one, a chain. No goal may end worse than it began, unless one before it in the
 * order got better by it.
 *
 * The first run is greedy and depends on nothing but the position. Further runs each give up a part of the best plan so
 * far and make up for it with other choices, drawn by the seed (iterated greedy: Ruiz and Stützle 2007); the best end
 * counts. A plan that was begun is gone on with unless another is better.
 */
export function search(start: Position, options: SearchOptions): Found {
  const targets = targetsOf(start.board, options.sketch);
  const position = withTargets(start, targets);
  const before = position.worth();
  const best = bestOf({ position, targets }, before, options);
  position.rewind(0);
  const after = best.shifts.map(({ item, to }) => {
    position.make(item, to);
    return position.worth();
  });
  return { shifts: best.shifts, before, after, evaluations: position.evaluations(), runs: best.runs };
}

/** How a run ended. */
interface Ended {
  readonly total: number;
  readonly shifts: readonly Shift[];
}

interface Best {
  readonly shifts: readonly Shift[];
  readonly runs: number;
}

function bestOf(
  { position, targets }: Pick<Field, "position" | "targets">,
  before: Worth,
  options: SearchOptions,
): Best {
  const random = seeded(options.seed);
  const { start } = position.board.problem;
  let best: Ended = { total: before.total, shifts: [] };
  let limit = options.evaluations;
  const isOver = (): boolean => position.evaluations() >= limit || options.isLate();

  function runFrom(kept: readonly Pick<Shift, "item" | "to">[], choose: Run["choose"]): Ended {
    position.rewind(0);
    for (const { item, to } of kept) if (position.rules.permits(item, to)) position.make(item, to);
    // What the greedy run moves it moves once. Others may change their mind; then they must make one move of it.
    const isFree = (item: number): boolean => choose !== null || position.board.binOf[item] === start[item];
    oneRun({ position, targets, isAllowed: () => true, isFree, isOver, choose });
    const isDirect = makeDirect(position);
    const ended = { total: position.worth().total, shifts: [...position.made()] };
    if (isDirect && ended.total < best.total - TOLERANCE) best = ended;
    return ended;
  }
  if (options.begun.length > 0) {
    const { total, shifts } = runFrom(options.begun, null);
    // To change one's mind costs something too: what is only a little better is not worth it.
    if (total < before.total) best = { total: total - options.switching, shifts };
  }
  let current = runFrom([], null);
  let runs = 1;
  limit = Math.min(limit, position.evaluations() + options.refinement);
  // Where there is nothing to do there is nothing to do better.
  while (runs < options.runs && best.shifts.length > 0 && !isOver()) {
    const from = random() < RETURN_CHANCE ? best.shifts : current.shifts;
    const ended = runFrom(partOf(from, random), random);
    // Simulated annealing: somewhat worse is gone on with too, or it would never come out of a valley.
    if (ended.total < current.total - Math.log(1 - random()) * HEAT * best.total) current = ended;
    runs += 1;
  }
  // The effort may have been used up in the middle of the best run.
  limit = options.evaluations;
  if (runs > 1) runFrom(best.shifts, null);
  return { shifts: best.shifts, runs };
}

/**
 * Lets items that were shifted twice go to where they end at once, if the rules permit that where either shift stands in
 * the order. Says whether no item is shifted twice then.
 */
function makeDirect(position: Position): boolean {
  const made = [...position.made()];
  const lastOf = new Map(made.map(({ item }, at) => [item, at]));
  if (lastOf.size === made.length) return true;
  const last = made.filter(({ item }, at) => lastOf.get(item) === at);
  const first = made.flatMap((shift, at) => {
    if (made.findIndex(({ item }) => item === shift.item) !== at) return [];
    return [{ item: shift.item, to: made[lastOf.get(shift.item) ?? at]?.to ?? shift.to }];
  });
  const start = position.board.problem.start;
  for (const order of [last, first]) {
    position.rewind(0);
    const isPermitted = order
      .filter(({ item, to }) => to !== start[item])
      .every(({ item, to }) => {
        if (!position.rules.permits(item, to)) return false;
        position.make(item, to);
        return true;
      });
    if (isPermitted) return true;
  }
  position.rewind(0);
  for (const { item, to } of made) position.make(item, to);
  return false;
}

/** The plan without what touches one bin of it, and without some of the rest. */
function partOf(shifts: readonly Shift[], random: () => number): readonly Shift[] {
  const given = shifts[Math.floor(random() * shifts.length)];
  const bin = random() < 0.5 ? given?.from : given?.to;
  const share = random() * GIVEN_UP_MOST;
  return shifts.filter(({ from, to }) => from !== bin && to !== bin && random() >= share);
}

interface Run extends Field {
  /** Whether the effort is used up, or it is too late. */
  readonly isOver: () => boolean;
  /** Null: always the best. */
  readonly choose: (() => number) | null;
}

function oneRun(run: Run): void {
  const { position, isOver } = run;
  let seen = -1;
  // A goal further down the order may make room for one further up.
  while (seen !== position.made().length && !isOver()) {
    seen = position.made().length;
    position.goals.forEach((goal, order) => {
      const since = position.worth();
      pursue(goal, { ...run, isAllowed: () => isNoWorse(position, since, order) });
    });
  }
}

/** Works on the goal's worst spot until it is none or nothing helps, then on the next. */
function pursue(goal: Goal, run: Run): void {
  const hopeless = new Set<number>();
  while (!run.isOver()) {
    const spot = goal.worstSpot((bin) => hopeless.has(bin));
    if (spot === null) return;
    const isBetter = run.targets.isShort ? betterAtOnce(run, spot, goal) : better(run, spot, run.choose);
    if (!isBetter) hopeless.add(spot.bin);
  }
}

/** One step: the best there is, or at random another. */
function better(field: Field, spot: Spot, choose: Run["choose"]): boolean {
  const offers = offersAt(field, spot);
  // What is to be filled needs no room made in it.
  const chain = (order: readonly Offer[]): boolean => spot.way === "out" && tryChain(field, order);
  if (choose === null) return offers.some((offer) => tryShift(field, offer)) || chain(offers);
  const drawn = drawnOrder(offers, choose);
  if (choose() < CHAIN_CHANCE && chain(drawn)) return true;
  return drawn.some((offer) => tryShift(field, offer)) || chain(drawn);
}

/**
 * All steps that the spot needs, without weighing every offer anew after each: what one gains only gets less as others
 * are taken, so an offer that still gains more than the next one promised is the best (lazy greedy, Minoux 1978).
 */
function betterAtOnce(field: Field, spot: Spot, goal: Goal): boolean {
  const { position } = field;
  const offers = [...offersAt(field, spot)].reverse();
  const taken = new Set<number>();
  for (let offer = offers.pop(); offer !== undefined; offer = offers.pop()) {
    const { item, to } = offer;
    if (taken.has(item)) continue;
    const gain = position.gain(item, to);
    if (gain < (offers.at(-1)?.gain ?? 0)) {
      if (gain > 0) insertByGain(offers, { item, to, gain });
    } else if (gain > 0 && tryShift(field, offer)) {
      taken.add(item);
      if (goal.worstSpot((bin) => bin !== spot.bin) === null) return true;
    }
  }
  return taken.size > 0 || (spot.way === "out" && tryChain(field, offersAt(field, spot)));
}

/** Into a list of which the last gains most. */
function insertByGain(offers: Offer[], offer: Offer): void {
  let at = offers.length;
  while (at > 0 && (offers[at - 1]?.gain ?? 0) > offer.gain) at -= 1;
  offers.splice(at, 0, offer);
}

/** The offers in another order, in which better ones are likely to come first. */
function drawnOrder(offers: readonly Offer[], random: () => number): readonly Offer[] {
  return offers
    .map((offer, rank) => ({ offer, key: (rank + 1) * -Math.log(1 - random()) }))
    .sort((a, b) => a.key - b.key)
    .map(({ offer }) => offer);
}

/** A goal that comes after the one pursued may pay for it; those before it and it itself may not. */
function isNoWorse(position: Position, { costs }: Worth, order: number): boolean {
  return position.goals.every((goal, at) => at > order || goal.cost() <= (costs[at] ?? 0) + TOLERANCE);
}

/** The same position, of whose changes the targets are told too. */
function withTargets(position: Position, targets: Field["targets"]): Position {
  return {
    ...position,
    make(item, to) {
      const shift = position.make(item, to);
      targets.moved(item, shift.from);
      return shift;
    },
    rewind(length) {
      while (position.made().length > length) {
        const last = position.made().at(-1);
        position.rewind(position.made().length - 1);
        if (last !== undefined) targets.moved(last.item, last.to);
      }
    },
  };
}
