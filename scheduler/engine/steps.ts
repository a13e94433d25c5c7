import type { Spot } from "./goal.ts";
import type { Position } from "./position.ts";
import type { Targets } from "./targets.ts";

/** A shift and what it would gain. */
export interface Offer {
  readonly item: number;
  readonly to: number;
  readonly gain: number;
}

/** What each way of bettering a position works with. */
export interface Field {
  readonly position: Position;
  readonly targets: Targets;
  /** Whether an item may be shifted now, as far as the search itself is concerned. */
  readonly isFree: (item: number) => boolean;
  /** Whether the position, as it is now, is one that the search may stay in. */
  readonly isAllowed: () => boolean;
}

/** Gains below this are rounding. */
const NOTHING = 1e-9;
/** A chain is sought for so many of the best shifts that a rule forbids: each takes as long as many shifts weighed. */
const BLOCKED_MOST = 2;
/** With so many items in the way for each. */
const CHAINS_MOST = 8;

/** Every shift out of (or into) the spot that would gain, the best first. */
export function offersAt(field: Field, spot: Spot): readonly Offer[] {
  const offers = spot.way === "out" ? outOf(field, spot) : into(field, spot);
  return offers.sort((a, b) => compareOffers(a, b, field.targets));
}

/** The one that gains more; of equal ones the one whose bin would be emptier; then by number, so that one input has one answer. */
function compareOffers(a: Offer, b: Offer, targets: Targets): number {
  if (Math.abs(a.gain - b.gain) > NOTHING) return b.gain - a.gain;
  return (
    targets.fullnessWith(a.item, a.to) - targets.fullnessWith(b.item, b.to) || a.item - b.item || a.to - b.to
  );
}

function outOf({ position, targets, isFree }: Field, { bin, items }: Spot): Offer[] {
  const offers: Offer[] = [];
  for (const item of items ?? position.board.itemsIn(bin)) {
    if (!isFree(item) || !position.rules.mayLeave(item)) continue;
    for (const to of placesFor(position, targets, item)) {
      const gain = position.gain(item, to);
      if (gain > NOTHING) offers.push({ item, to, gain });
    }
  }
  return offers;
}

function into({ position, targets, isFree }: Field, { bin }: Spot): Offer[] {
  const { board, rules } = position;
  const offers: Offer[] = [];
  for (const from of targets.fullest()) {
    if (from === bin) continue;
    for (const item of board.itemsIn(from)) {
      if (!isFree(item) || !rules.mayLeave(item) || !rules.mayEnter(item, bin)) continue;
      const gained = position.gain(item, bin);
      if (gained > NOTHING) offers.push({ item, to: bin, gain: gained });
    }
  }
  return offers;
}

/** The bins worth trying for the item: those with room, and those that a goal names. */
function placesFor({ board, goals, rules }: Position, targets: Targets, item: number): Iterable<number> {
  const accepts = (bin: number): boolean => rules.mayEnter(item, bin);
  const roomy = targets.roomiest(item, accepts);
  const pulled = goals.flatMap((goal) => goal.pulls?.(item) ?? []);
  if (pulled.length === 0) return roomy;
  return new Set([...pulled.filter((bin) => bin !== board.binOf[item] && accepts(bin)), ...roomy]);
}

/** Makes the shift if the rules permit it and the position may be stayed in; says whether it did. */
export function tryShift({ position, isAllowed }: Field, shift: Offer): boolean {
  const before = position.made().length;
  if (!makeIfPermitted(position, shift)) return false;
  if (isAllowed()) return true;
  position.rewind(before);
  return false;
}

function makeIfPermitted({ rules, make }: Position, { item, to }: Offer): boolean {
  if (!rules.permits(item, to)) return false;
  make(item, to);
  return true;
}

function isBetter({ position, isAllowed }: Field, least: number): boolean {
  return isAllowed() && position.worth().total < least;
}

/**
 * Makes room for a shift that a rule forbids: first something leaves the target bin for a third one, where it stays. Nothing
 * is lifted off before it stands elsewhere, so two full bins can exchange items in no other way. Says whether it did.
 */
export function tryChain(field: Field, offers: readonly Offer[]): boolean {
  const { position } = field;
  const least = position.worth().total - NOTHING;
  const length = position.made().length;
  let blocked = 0;
  for (const offer of offers) {
    if (position.rules.permits(offer.item, offer.to)) continue;
    for (const chain of chainsFor(field, offer)) {
      if (chain.every((shift) => makeIfPermitted(position, shift)) && isBetter(field, least)) return true;
      position.rewind(length);
    }
    blocked += 1;
    if (blocked === BLOCKED_MOST) return false;
  }
  return false;
}

/** Pairs of shifts that end with the offered one, the most promising first. */
function chainsFor(field: Field, offer: Offer): readonly (readonly Offer[])[] {
  const { board, rules } = field.position;
  const origin = board.binOf[offer.item] ?? 0;
  return board
    .itemsIn(offer.to)
    .filter((other) => field.isFree(other) && rules.mayLeave(other))
    .flatMap((other) => placesOf(field, other, origin, offer))
    .sort((a, b) => compareOffers(a, b, field.targets))
    .slice(0, CHAINS_MOST)
    .map((place) => [place, offer]);
}

/** Where the item in the way may go, of all bins the one that suits it best. */
function placesOf(
  { position, targets }: Field,
  other: number,
  origin: number,
  offer: Offer,
): readonly Offer[] {
  const places = [...placesFor(position, targets, other)]
    .filter((to) => to !== origin)
    .map((to) => ({ item: other, to, gain: position.gain(other, to) }))
    // What it loses must not be more than is gained.
    .filter(({ gain }) => gain > -offer.gain);
  const best = places
    .toSorted((a, b) => compareOffers(a, b, targets))
    .find(({ to }) => position.rules.permits(other, to));
  return best === undefined ? [] : [best];
}
