import type { Landscape } from "../../scheduler/engine/anneal.ts";
import { breachCost, crossedBreachCost, kinOf, mayMend, pressKin, relocate, type Kin } from "./kin.ts";
import {
  carry,
  loadsOf,
  pressLoads,
  shiftCost,
  shiftExcess,
  swapCost,
  swapExcess,
  type Loads,
} from "./loads.ts";
import type { Model } from "./model.ts";
import { count, pricesOf, servicesPrice, standingPrice, turn, type Prices } from "./prices.ts";

/** How the prices of what breaks a rule on the way change. */
export interface Pressing {
  /** Powers of e by which a price rises over the whole search while its rule is broken, and falls while it is not. */
  readonly up: number;
  readonly down: number;
  /** From this share of the effort on, prices only rise. */
  readonly settled: number;
  /** The least price of a unit above a capacity. */
  readonly least: number;
  /** The least price of any other breach, in temperatures; and the temperature at the beginning. */
  readonly leastKin: number;
  readonly hot: number;
}

/** A price that nothing is worth. */
const FORBIDDING = 1e12;

/**
 * The machine reassignment problem, as annealing walks on it. Capacities may be exceeded on the way, at a price for each
 * unit; the other rules never.
 */
export class Reassignment implements Landscape {
  readonly items: number;
  readonly bins: number;
  readonly binOf: Int32Array;
  readonly start: Int32Array;
  private readonly serviceOf: Int32Array;
  private readonly loads: Loads;
  private readonly kin: Kin;
  private readonly prices: Prices;
  private readonly mostMoved: number;
  private change = 0;
  private pressedAt = 0;
  private isFirm = false;
  private readonly pressing: Pressing;

  /** Everything stands where it stands at first. No more than so many processes may ever stand elsewhere. */
  constructor(model: Model, initial: Int32Array, mostMoved: number, pressing: Pressing) {
    this.items = model.processes;
    this.bins = model.machines;
    this.binOf = initial.slice();
    this.start = initial;
    this.serviceOf = model.serviceOf;
    this.loads = loadsOf(model, initial);
    this.kin = kinOf(model, initial);
    this.prices = pricesOf(model, initial);
    this.mostMoved = mostMoved;
    this.pressing = pressing;
    pressLoads(this.loads, 1, 1, pressing.least);
    pressKin(this.kin, 1, 1, pressing.leastKin * pressing.hot);
  }

  /** From now on no rule is broken any more, or else they may be again, at the least price. */
  hold(isFirm: boolean): void {
    const { least, leastKin, hot } = this.pressing;
    this.isFirm = isFirm;
    pressLoads(this.loads, 1, 0, isFirm ? FORBIDDING : least);
    pressKin(this.kin, 1, 0, isFirm ? FORBIDDING : leastKin * hot);
  }

  press(progress: number, temperature: number): void {
    if (this.isFirm) return;
    const { up, down, settled, least, leastKin } = this.pressing;
    // The search may begin anew.
    if (progress < this.pressedAt) this.pressedAt = progress;
    const step = progress - this.pressedAt;
    if (step < 2e-4) return;
    this.pressedAt = progress;
    const cheaper = progress < settled ? Math.exp(-down * step) : 1;
    pressLoads(this.loads, Math.exp(up * step), cheaper, least);
    pressKin(this.kin, Math.exp(up * step), cheaper, leastKin * temperature);
  }

  /** Puts every process where it is said to stand. Nobody asks whether it may. */
  standAs(machineOf: Int32Array): void {
    for (let process = 0; process < this.items; process += 1) {
      const machine = machineOf[process] ?? 0;
      if (this.binOf[process] !== machine) this.makeShift(process, machine);
    }
  }

  cost(): number {
    return this.loads.tally.broken > 0 || this.kin.tally.breaches > 0 ? Infinity : this.change;
  }

  shiftDelta(process: number, to: number, limit: number): number {
    const from = this.binOf[process] ?? 0;
    if (from === to) return Infinity;
    const cost = this.shiftCost(process, from, to);
    const service = this.serviceOf[process] ?? 0;
    // What mends nothing costs no less than this.
    if (cost > limit && this.loads.broken[from] === 0 && !mayMend(this.kin, service)) return Infinity;
    const way = turn(this.prices, process, from, to);
    if (way > 0 && this.prices.tally.moved >= this.mostMoved) return Infinity;
    const priced = cost + shiftExcess(this.loads, process, from, to);
    if (priced > limit && !mayMend(this.kin, service)) return Infinity;
    return priced + breachCost(this.kin, service, from, to);
  }

  swapDelta(one: number, other: number, limit: number): number {
    const left = this.binOf[one] ?? 0;
    const right = this.binOf[other] ?? 0;
    if (left === right) return Infinity;
    const cost = this.swapCost(one, left, other, right);
    const first = this.serviceOf[one] ?? 0;
    const second = this.serviceOf[other] ?? 0;
    const { broken } = this.loads;
    const mends = mayMend(this.kin, first) || mayMend(this.kin, second);
    if (cost > limit && !mends && broken[left] === 0 && broken[right] === 0) return Infinity;
    const more = turn(this.prices, one, left, right) + turn(this.prices, other, right, left);
    if (more > 0 && this.prices.tally.moved + more > this.mostMoved) return Infinity;
    const priced = cost + swapExcess(this.loads, one, left, other, right);
    if (priced > limit && !mends) return Infinity;
    return priced + crossedBreachCost(this.kin, first, left, second, right);
  }

  makeShift(process: number, to: number): void {
    const from = this.binOf[process] ?? 0;
    this.change += this.shiftCost(process, from, to);
    count(this.prices, process, turn(this.prices, process, from, to));
    carry(this.loads, process, from, to);
    relocate(this.kin, this.serviceOf[process] ?? 0, from, to);
    this.binOf[process] = to;
  }

  makeSwap(one: number, other: number): void {
    const left = this.binOf[one] ?? 0;
    const right = this.binOf[other] ?? 0;
    this.makeShift(one, right);
    this.makeShift(other, left);
  }

  private shiftCost(process: number, from: number, to: number): number {
    const { prices } = this;
    return (
      shiftCost(this.loads, process, from, to) +
      standingPrice(prices, process, to) -
      standingPrice(prices, process, from) +
      servicesPrice(prices, process, turn(prices, process, from, to))
    );
  }

  private swapCost(one: number, left: number, other: number, right: number): number {
    const { prices } = this;
    const go = turn(prices, one, left, right);
    let delta = swapCost(this.loads, one, left, other, right);
    delta += standingPrice(prices, one, right) - standingPrice(prices, one, left);
    delta += standingPrice(prices, other, left) - standingPrice(prices, other, right);
    delta += servicesPrice(prices, one, go);
    count(prices, one, go);
    delta += servicesPrice(prices, other, turn(prices, other, right, left));
    count(prices, one, -go);
    return delta;
  }
}
