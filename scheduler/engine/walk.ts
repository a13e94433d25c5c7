import type { Dice } from "./dice.ts";
import { Exchange } from "./exchange.ts";
import type { Landscape } from "./landscape.ts";
import { Places } from "./places.ts";

/** Which changes are tried, in shares of all. What is left over tries any item. */
export interface Mix {
  /** Items that do not stand where they began go back, alone or in exchange. */
  readonly returns: number;
  /** Items that are in the way of a rule go anywhere, while one is broken. */
  readonly mends: number;
  /** Items of costly bins go anywhere. */
  readonly spots: number;
  /** Of the last, those for which several others give way. */
  readonly groups: number;
  /** Of all others, swaps. */
  readonly swaps: number;
  /** Of these, such with an item of like size. */
  readonly like: number;
  /** Of these, such with one of those that the landscape calls nearest; none where it calls none so. */
  readonly near?: number;
}

/** Bins of which the costliest is looked at. */
const DRAWN = 8;

/** One change after the other, with the best state so far. */
export class Walk {
  readonly best: Int32Array;
  /** What the best costs, against the beginning. */
  lowest: number;
  private readonly landscape: Landscape;
  private readonly mix: Mix;
  private readonly dice: Dice;
  private readonly places: Places;
  private readonly exchange: Exchange;
  /** The items by size, and by item its rank. */
  private readonly order: Int32Array;
  private readonly ranks: Int32Array;
  /** Items × those nearest to them, the nearest first, and how many these are. */
  private readonly nearest: Int32Array;
  private readonly nearestCount: number;
  /** The first so many have moved since the best was noted. */
  private readonly changed: Int32Array;
  private readonly isChanged: Uint8Array;
  private changes = 0;

  constructor(landscape: Landscape, mix: Mix, dice: Dice) {
    const { items, bins, binOf, start, sizes } = landscape;
    this.landscape = landscape;
    this.mix = mix;
    this.dice = dice;
    this.places = new Places(start, binOf, bins);
    this.exchange = new Exchange(landscape, this.places);
    this.order = Int32Array.from(binOf.keys()).sort((one, other) => (sizes[one] ?? 0) - (sizes[other] ?? 0));
    this.ranks = new Int32Array(items);
    for (const [rank, item] of this.order.entries()) this.ranks[item] = rank;
    this.nearest = landscape.nearest ?? new Int32Array(0);
    this.nearestCount = this.nearest.length / Math.max(1, items);
    this.best = binOf.slice();
    this.lowest = landscape.cost();
    this.changed = new Int32Array(items);
    this.isChanged = new Uint8Array(items);
  }

  /** Tries a change, and makes it if it costs no more than the limit; whether it did. */
  step(limit: number): boolean {
    const { mix, dice, places, landscape } = this;
    const kind = dice.share();
    if (kind < mix.returns) {
      const { size } = places.away;
      if (size > 0) return this.goBack(places.away.at(dice.below(size)), limit);
    }
    let item = -1;
    let isSpot = false;
    if (kind < mix.returns + mix.mends) item = this.inTheWay();
    else if (kind < mix.returns + mix.mends + mix.spots) {
      item = this.onCostly();
      isSpot = true;
    }
    if (item < 0) item = dice.below(landscape.items);
    if (isSpot && dice.share() < mix.groups) return this.regroup(item, limit);
    if (dice.share() < mix.swaps) return this.swap(item, this.partner(item), limit);
    return this.shift(item, dice.below(landscape.bins), limit);
  }

  private goBack(item: number, limit: number): boolean {
    const { mix, dice, places, landscape } = this;
    const home = landscape.start[item] ?? 0;
    const count = places.count(home);
    if (count === 0 || dice.share() >= mix.swaps) return this.shift(item, home, limit);
    return this.swap(item, places.member(home, dice.below(count)), limit);
  }

  private shift(item: number, bin: number, limit: number): boolean {
    const { landscape } = this;
    if (!(landscape.shiftDelta(item, bin, limit) <= limit)) return false;
    landscape.makeShift(item, bin);
    this.note(item);
    this.compare();
    return true;
  }

  private swap(one: number, other: number, limit: number): boolean {
    const { landscape } = this;
    if (!(landscape.swapDelta(one, other, limit) <= limit)) return false;
    landscape.makeSwap(one, other);
    this.note(one);
    this.note(other);
    this.compare();
    return true;
  }

  private regroup(item: number, limit: number): boolean {
    const { exchange, dice, landscape } = this;
    if (!exchange.attempt(item, dice.below(landscape.bins), limit, dice)) return false;
    for (let at = 0; at < exchange.count; at += 1) this.note(exchange.moved[at] ?? 0);
    this.compare();
    return true;
  }

  /** An item to change places with: most are near in size, some are far. */
  private partner(item: number): number {
    const { dice, mix, order, ranks } = this;
    const { items } = this.landscape;
    if (dice.share() >= mix.like) return dice.below(items);
    if (this.nearestCount > 0 && dice.share() < (mix.near ?? 0)) {
      const share = dice.share();
      return this.nearest[item * this.nearestCount + ((this.nearestCount * share * share) | 0)] ?? item;
    }
    const skew = dice.share() - 0.5;
    const rank = Math.abs((ranks[item] ?? 0) + Math.round(4 * items * skew * skew * skew));
    return order[Math.min(rank, items - 1)] ?? 0;
  }

  /** An item whose move might mend a rule, or −1. */
  private inTheWay(): number {
    const { dice, places } = this;
    const { brokenBins } = this.landscape;
    if (brokenBins.size === 0 || dice.share() < 0.5) return this.landscape.mending(dice);
    const bin = brokenBins.at(dice.below(brokenBins.size));
    const count = places.count(bin);
    return count > 0 ? places.member(bin, dice.below(count)) : -1;
  }

  /** An item of the costliest of some bins, or −1. */
  private onCostly(): number {
    const { dice, places } = this;
    const { bins, binCosts } = this.landscape;
    let bin = dice.below(bins);
    for (let drawn = 1; drawn < DRAWN; drawn += 1) {
      const other = dice.below(bins);
      if ((binCosts[other] ?? 0) > (binCosts[bin] ?? 0)) bin = other;
    }
    const count = places.count(bin);
    return count > 0 ? places.member(bin, dice.below(count)) : -1;
  }

  private note(item: number): void {
    this.places.note(item, this.landscape.binOf[item] ?? 0);
    if (this.isChanged[item] === 1) return;
    this.isChanged[item] = 1;
    this.changed[this.changes] = item;
    this.changes += 1;
  }

  /** Keeps the state if it is the best so far. */
  private compare(): void {
    const now = this.landscape.cost();
    if (now >= this.lowest) return;
    const { best, changed, isChanged } = this;
    const { binOf } = this.landscape;
    this.lowest = now;
    for (let at = 0; at < this.changes; at += 1) {
      const item = changed[at] ?? 0;
      best[item] = binOf[item] ?? 0;
      isChanged[item] = 0;
    }
    this.changes = 0;
  }
}
