import type { Dice } from "../../scheduler/engine/dice.ts";
import type { Landscape } from "../../scheduler/engine/landscape.ts";
import type { Subset } from "../../scheduler/engine/subset.ts";
import {
  breachCost,
  crossedBreachCost,
  kinOf,
  mayMend,
  mendingOf,
  pressKin,
  relocate,
  type Kin,
} from "./kin.ts";
import {
  carry,
  exchangeCost,
  loadsOf,
  pressLoads,
  shiftCost,
  shiftExcess,
  sizesOf,
  strainsOf,
  swapCost,
  swapExcess,
  type Loads,
} from "./loads.ts";
import type { Model } from "./model.ts";
import { nearestOf } from "./nearest.ts";
import { count, pricesOf, servicesPrice, standingPrice, turn, type Prices } from "./prices.ts";

/** How the prices of what breaks a rule on the way change. */
interface Pressing {
  /** Powers of e by which a price rises over the whole search while its rule is broken, and falls while it is not. */
  readonly up: number;
  readonly down: number;
  /** The least price of what is above a capacity, in what it costs above a mark. */
  readonly least: number;
  /** Between these shares of the search the least prices rise to where nothing is worth them. */
  readonly softUntil: number;
  readonly hardFrom: number;
  /** How often prices change over the search. */
  readonly steps: number;
}

/** By how much the least prices rise over a search. */
const RISE = 1e5;
/** The share of a search at which leaving room behind costs nothing any more. */
const STRAINED_UNTIL = 0.6;
/** Prices that nothing is worth: of a unit above a capacity, and of any other breach. */
const [FORBIDDING, FORBIDDING_KIN] = [1e9, 1e13];

/**
 * The machine reassignment problem, as annealing walks on it. Rules may be broken on the way, at a price, unless it is
 * told to keep them.
 */
export class Reassignment implements Landscape {
  readonly items: number;
  readonly bins: number;
  readonly binOf: Int32Array;
  readonly start: Int32Array;
  readonly brokenBins: Subset;
  readonly sizes: Float64Array;
  readonly nearest: Int32Array;
  readonly binCosts: Float64Array;
  private readonly serviceOf: Int32Array;
  private readonly loads: Loads;
  private readonly kin: Kin;
  private readonly prices: Prices;
  private readonly mostMoved: number;
  private readonly pressing: Pressing;
  private change = 0;
  private isFirm = true;
  private pressedAt = 0;
  private leastKin = 0;
  private leastToll = 0;
  /** What standing elsewhere than at first costs on the way, and how much of it is there to keep the bound on moves. */
  private toll = 0;
  private forced = 0;
  /** By process: what the room that it leaves behind would cost above the marks; and how much of it is paid on the way. */
  private readonly strains: Float64Array;
  private leastStrain = 0;
  private strain = 0;

  /** Everything stands where it stands at first, and rules are kept. No more than so many processes may be moved. */
  constructor(model: Model, initial: Int32Array, mostMoved: number, pressing: Pressing) {
    this.items = model.processes;
    this.bins = model.machines;
    this.binOf = initial.slice();
    this.start = initial;
    this.serviceOf = model.serviceOf;
    this.loads = loadsOf(model, initial);
    this.binCosts = this.loads.costs;
    this.brokenBins = this.loads.brokenMachines;
    this.sizes = sizesOf(this.loads);
    this.nearest = nearestOf(this.loads, this.sizes);
    this.strains = strainsOf(this.loads);
    this.kin = kinOf(model, initial);
    this.prices = pricesOf(model, initial);
    this.mostMoved = mostMoved;
    this.pressing = pressing;
    this.hold(true, 0, 0, 0);
  }

  /**
   * Before a search: whether rules are kept, or may be broken at a price. A breach of any rule but a capacity costs `kin`
   * at the least; every process that does not stand where it stood at first costs so many temperatures as `toll` says, and
   * at the beginning the share `strain` of what the room that it leaves behind would cost: transient resources are used
   * by those that left, and what fills them up lets nobody in.
   */
  hold(isFirm: boolean, kin: number, toll: number, strain: number): void {
    this.isFirm = isFirm;
    this.pressedAt = 0;
    this.leastKin = kin;
    this.leastToll = toll;
    this.toll = 0;
    this.forced = 0;
    this.leastStrain = strain;
    this.strain = 0;
    pressLoads(this.loads, 0, 0, isFirm ? FORBIDDING : 2 * this.pressing.least);
    pressKin(this.kin, 0, 0, isFirm ? FORBIDDING_KIN : kin);
  }

  press(progress: number, temperature: number): void {
    this.toll = this.leastToll * temperature + this.forced;
    this.strain = this.leastStrain * Math.max(0, 1 - progress / STRAINED_UNTIL);
    if (this.isFirm) return;
    const { up, down, least, steps, softUntil, hardFrom } = this.pressing;
    const step = progress - this.pressedAt;
    if (step * steps < 1) return;
    this.pressedAt = progress;
    const dearer = Math.exp(up * step);
    const cheaper = Math.exp(-down * step);
    const rise = RISE ** Math.min(1, Math.max(0, (progress - softUntil) / (hardFrom - softUntil)));
    pressLoads(this.loads, dearer, cheaper, 2 * least * rise);
    pressKin(this.kin, dearer, cheaper, this.leastKin * rise);
    this.forced *= this.isOverfull() ? dearer : cheaper;
    if (this.isOverfull()) this.forced += temperature * step;
  }

  mending(dice: Dice): number {
    return mendingOf(this.kin, dice);
  }

  /** Puts every process where it is said to stand. Nobody asks whether it may. */
  standAs(machineOf: Int32Array): void {
    for (let process = 0; process < this.items; process += 1) {
      const machine = machineOf[process] ?? 0;
      if (this.binOf[process] !== machine) this.makeShift(process, machine);
    }
  }

  cost(): number {
    return this.isOverfull() || this.loads.tally.broken > 0 || this.kin.tally.breaches > 0
      ? Infinity
      : this.change;
  }

  shiftDelta(process: number, to: number, limit: number): number {
    const { loads, kin, prices } = this;
    const from = this.binOf[process] ?? 0;
    if (from === to) return Infinity;
    const service = this.serviceOf[process] ?? 0;
    const mends = mayMend(kin, service);
    // What is paid for rules that are broken may come back, and nothing more than that.
    const bearable = mends ? Infinity : limit + (loads.paid[from] ?? 0);
    let delta = shiftCost(loads, process, from, to) - (prices.paid[process] ?? 0);
    const toll = this.tollOf(process);
    if (delta > bearable + prices.servicePrice + toll) return Infinity;
    const way = turn(prices, process, from, to);
    if (way > 0 && this.isFull(way)) return Infinity;
    delta += way * toll + standingPrice(prices, process, to) + servicesPrice(prices, process, way);
    if (delta > bearable) return Infinity;
    delta += shiftExcess(loads, process, from, to);
    if (delta > limit && !mends) return Infinity;
    return delta + breachCost(kin, service, from, to);
  }

  swapDelta(one: number, other: number, limit: number): number {
    const { loads, kin, prices } = this;
    const left = this.binOf[one] ?? 0;
    const right = this.binOf[other] ?? 0;
    if (left === right) return Infinity;
    const first = this.serviceOf[one] ?? 0;
    const second = this.serviceOf[other] ?? 0;
    const mends = mayMend(kin, first) || mayMend(kin, second);
    const bearable = mends ? Infinity : limit + (loads.paid[left] ?? 0) + (loads.paid[right] ?? 0);
    let delta = swapCost(loads, one, left, other, right);
    delta -= (prices.paid[one] ?? 0) + (prices.paid[other] ?? 0);
    const [mine, its] = [this.tollOf(one), this.tollOf(other)];
    if (delta > bearable + 2 * prices.servicePrice + mine + its) return Infinity;
    const go = turn(prices, one, left, right);
    const come = turn(prices, other, right, left);
    if (go + come > 0 && this.isFull(go + come)) return Infinity;
    delta += go * mine + come * its;
    delta += standingPrice(prices, one, right) + standingPrice(prices, other, left);
    delta += this.servicesPrice(one, go, other, come);
    if (delta > bearable) return Infinity;
    delta += swapExcess(loads, one, left, other, right);
    if (delta > limit && !mends) return Infinity;
    return delta + crossedBreachCost(kin, first, left, second, right);
  }

  exchangeFloor(moved: Int32Array, count: number, to: number): number {
    const { loads, kin, prices } = this;
    const from = this.binOf[moved[0] ?? 0] ?? 0;
    let floor = exchangeCost(loads, moved, count, from, to) - (loads.paid[from] ?? 0) - (loads.paid[to] ?? 0);
    for (let at = 0; at < count; at += 1) {
      const process = moved[at] ?? 0;
      if (mayMend(kin, this.serviceOf[process] ?? 0)) return -Infinity;
      floor -= (prices.paid[process] ?? 0) + prices.servicePrice + this.tollOf(process);
    }
    return floor;
  }

  makeShift(process: number, to: number): void {
    const { loads, kin, prices } = this;
    const from = this.binOf[process] ?? 0;
    const way = turn(prices, process, from, to);
    this.change +=
      shiftCost(loads, process, from, to) +
      standingPrice(prices, process, to) -
      (prices.paid[process] ?? 0) +
      servicesPrice(prices, process, way);
    count(prices, process, way);
    prices.paid[process] = standingPrice(prices, process, to);
    carry(loads, process, from, to);
    relocate(kin, this.serviceOf[process] ?? 0, from, to);
    this.binOf[process] = to;
  }

  makeSwap(one: number, other: number): void {
    const left = this.binOf[one] ?? 0;
    const right = this.binOf[other] ?? 0;
    this.makeShift(one, right);
    this.makeShift(other, left);
  }

  /** What it costs on the way that the process stands elsewhere than at first. */
  private tollOf(process: number): number {
    return this.toll + this.strain * (this.strains[process] ?? 0);
  }

  /** Whether more are moved than may be. */
  private isOverfull(): boolean {
    return this.prices.tally.moved > this.mostMoved;
  }

  /** Whether rules are kept, and so many more may not be moved. */
  private isFull(more: number): boolean {
    return this.isFirm && this.prices.tally.moved + more > this.mostMoved;
  }

  /** By how much the price of services changes with two processes on their way. */
  private servicesPrice(one: number, go: number, other: number, come: number): number {
    const { prices } = this;
    if (go === 0 && come === 0) return 0;
    const first = servicesPrice(prices, one, go);
    count(prices, one, go);
    const second = servicesPrice(prices, other, come);
    count(prices, one, -go);
    return first + second;
  }
}
