import type { Landscape } from "../../scheduler/engine/landscape.ts";
import { Subset } from "../../scheduler/engine/subset.ts";
import { RESOURCES, type Layout } from "./layout.ts";
import { costOf, standingOf } from "./score.ts";

const WIDTH = RESOURCES.length;

/** How the search is led. */
export interface Leading {
  /** At first, the share of a node's cost that goes with how full it is: it shrinks to 0. */
  readonly slope: number;
  /** How much of that rise is lost on the way to full: 0 for a straight line, 1 for one that ends flat. */
  readonly bend: number;
  /** What a unit beyond a capacity, as a share of the node's, costs at first and at the end. */
  readonly leastPressure: number;
  readonly mostPressure: number;
  /** What standing elsewhere than at first costs beside its price, in temperatures. */
  readonly toll: number;
}

/**
 * Pods on nodes, as annealing walks on it: a node costs its price while anything is on it. That alone would not say which
 * way an empty node is: so at first a part of the price goes with how full the node is, and more steeply while it is
 * nearly empty, which draws pods from the emptier nodes to the fuller. What is beyond a capacity or a group's limit is
 * allowed on the way, at a price that rises.
 */
export class Rescheduling implements Landscape {
  readonly items: number;
  readonly bins: number;
  readonly binOf: Int32Array;
  readonly start: Int32Array;
  /** By pod: the shares that it takes of what all nodes have, together. */
  readonly sizes: Float64Array;
  /** By node: how little of it is used, while it is used at all. Such nodes are the next to be emptied. */
  readonly binCosts: Float64Array;
  readonly brokenBins: Subset;
  private readonly layout: Layout;
  private readonly leading: Leading;
  /** Pods × resources. */
  private readonly takes: Float64Array;
  /** Nodes × resources: what still fits in, and the price of a unit beyond it. */
  private readonly room: Float64Array;
  private readonly unitPrice: Float64Array;
  /** What the change that is being weighed carries from one node to another. */
  private readonly gap = new Float64Array(WIDTH);
  private readonly ofGroup: Uint16Array;
  private readonly counts: Int32Array;
  /** By node: the largest share of a resource that is taken, and the shares that are taken beyond the node, summed up. */
  private readonly full: Float64Array;
  private readonly over: Float64Array;
  private slope: number;
  private pressure: number;
  /** What standing elsewhere than at first costs on the way. */
  private awayPrice: number;
  private broken = 0;
  /** Of what is broken: pods beyond a group's limit. */
  private crowded = 0;
  private now = 0;

  /** `begin`: by pod the node it stands on when the search begins, which may break rules. */
  constructor(layout: Layout, leading: Leading, begin: Int32Array) {
    const { nodes, home, takes, has } = layout;
    const { used, ofGroup, counts } = standingOf(layout, begin);
    this.layout = layout;
    this.leading = leading;
    this.items = home.length;
    this.bins = nodes.length;
    this.binOf = begin.slice();
    this.start = home;
    this.takes = takes;
    this.room = has.map((each, at) => each - (used[at] ?? 0));
    this.unitPrice = has.map((each) => 1 / Math.max(1, each));
    this.ofGroup = ofGroup;
    this.counts = counts;
    this.brokenBins = new Subset(this.bins);
    this.sizes = sizesOf(layout);
    this.full = Float64Array.from(nodes, (_, node) => this.fullest(node));
    this.over = Float64Array.from(nodes, (_, node) => this.beyond(node));
    this.binCosts = this.full.map((full, node) => (counts[node] === 0 ? 0 : Math.max(0, 1 - full)));
    this.slope = leading.slope;
    this.pressure = leading.leastPressure;
    this.awayPrice = layout.movePrice;
    for (const each of this.room) if (each < 0) this.broken += 1;
    for (const [cell, count] of ofGroup.entries())
      this.crowded += Math.max(0, count - (layout.limit[Math.trunc(cell / nodes.length)] ?? 0));
    this.broken += this.crowded;
    this.now = costOf(layout, begin) - costOf(layout, home);
  }

  /** Every rule is one of a single node. */
  mending(): number {
    return -1;
  }

  press(progress: number, temperature: number): void {
    const { slope, leastPressure, mostPressure, toll } = this.leading;
    this.awayPrice = this.layout.movePrice + toll * temperature;
    this.slope = slope * Math.max(0, 1 - progress / 0.9);
    this.pressure = leastPressure * (mostPressure / leastPressure) ** progress;
  }

  cost(): number {
    return this.broken > 0 ? Infinity : this.now;
  }

  shiftDelta(pod: number, to: number, limit: number): number {
    const from = this.binOf[pod] ?? 0;
    const turn = this.turn(pod, from, to);
    if (from === to) return Infinity;
    this.gather(pod, 1);
    const delta =
      turn * this.awayPrice +
      this.nodeChange(from, -1, this.counts[from] === 1 ? -1 : 0) +
      this.nodeChange(to, 1, this.counts[to] === 0 ? 1 : 0);
    if (delta > limit + this.relief(from, to)) return Infinity;
    return (
      delta +
      this.groupChange(this.layout.groupOf[pod] ?? 0, from, to) +
      this.roomChange(from, -1) +
      this.roomChange(to, 1)
    );
  }

  swapDelta(one: number, other: number, limit: number): number {
    const left = this.binOf[one] ?? 0;
    const right = this.binOf[other] ?? 0;
    const turn = this.turn(one, left, right) + this.turn(other, right, left);
    if (left === right) return Infinity;
    this.gather(one, 1);
    this.gather(other, -1);
    let delta = turn * this.awayPrice + this.nodeChange(left, -1, 0) + this.nodeChange(right, 1, 0);
    if (delta > limit + this.relief(left, right)) return Infinity;
    const { groupOf } = this.layout;
    const first = groupOf[one] ?? 0;
    const second = groupOf[other] ?? 0;
    if (first !== second)
      delta += this.groupChange(first, left, right) + this.groupChange(second, right, left);
    return delta + this.roomChange(left, -1) + this.roomChange(right, 1);
  }

  exchangeFloor(moved: Int32Array, count: number, to: number): number {
    if (this.crowded > 0) return -Infinity;
    const from = this.binOf[moved[0] ?? 0] ?? 0;
    let turns = this.turn(moved[0] ?? 0, from, to);
    this.gather(moved[0] ?? 0, 1);
    for (let at = 1; at < count; at += 1) {
      this.gather(moved[at] ?? 0, -1);
      turns += this.turn(moved[at] ?? 0, to, from);
    }
    return (
      turns * this.awayPrice -
      count * this.layout.stackPrice +
      this.nodeChange(from, -1, count === 1 && this.counts[from] === 1 ? -1 : 0) +
      this.nodeChange(to, 1, this.counts[to] === 0 ? 1 : 0) +
      this.roomChange(from, -1) +
      this.roomChange(to, 1)
    );
  }

  makeShift(pod: number, to: number): void {
    const from = this.binOf[pod] ?? 0;
    const turn = this.turn(pod, from, to);
    const { movePrice, nodeCost } = this.layout;
    if (this.counts[from] === 1) this.now -= nodeCost[from] ?? 0;
    if (this.counts[to] === 0) this.now += nodeCost[to] ?? 0;
    this.now += turn * movePrice;
    this.carry(pod, from, -1);
    this.carry(pod, to, 1);
    this.binOf[pod] = to;
  }

  makeSwap(one: number, other: number): void {
    const left = this.binOf[one] ?? 0;
    this.makeShift(one, this.binOf[other] ?? 0);
    this.makeShift(other, left);
  }

  /** The most that a change between two nodes might win by what is broken there, or by pods beside their like. */
  private relief(one: number, other: number): number {
    if (this.crowded > 0) return Infinity;
    return 2 * this.layout.stackPrice + this.pressure * ((this.over[one] ?? 0) + (this.over[other] ?? 0));
  }

  private turn(pod: number, from: number, to: number): number {
    const began = this.layout.home[pod];
    return from === began ? 1 : to === began ? -1 : 0;
  }

  /** Begins what a change carries with a pod (1), or takes one from it that goes the other way (−1). */
  private gather(pod: number, sign: 1 | -1): void {
    const { gap, takes } = this;
    for (let at = 0; at < WIDTH; at += 1) {
      const load = takes[pod * WIDTH + at] ?? 0;
      gap[at] = sign > 0 ? load : (gap[at] ?? 0) - load;
    }
  }

  /** By how much the price of a node changes with what was gathered added (1) or taken away (−1). */
  private nodeChange(node: number, sign: 1 | -1, opened: -1 | 0 | 1): number {
    const { room, unitPrice, gap } = this;
    const { has, nodeCost } = this.layout;
    const row = node * WIDTH;
    let after = 0;
    for (let at = 0; at < WIDTH; at += 1) {
      const used = (has[row + at] ?? 0) - (room[row + at] ?? 0) + sign * (gap[at] ?? 0);
      after = Math.max(after, used * (unitPrice[row + at] ?? 0));
    }
    const before = this.full[node] ?? 0;
    // The curve (1 + b)·f − b·f² rises from 0 to 1, and ever more slowly.
    const { bend } = this.leading;
    const slide = this.slope * ((1 + bend) * (after - before) - bend * (after * after - before * before));
    return (nodeCost[node] ?? 0) * (slide + opened);
  }

  /** The largest share of a resource of the node that is taken. */
  private fullest(node: number): number {
    let most = 0;
    for (let at = node * WIDTH; at < (node + 1) * WIDTH; at += 1)
      most = Math.max(most, ((this.layout.has[at] ?? 0) - (this.room[at] ?? 0)) * (this.unitPrice[at] ?? 0));
    return most;
  }

  /** The shares of resources that are taken beyond what the node has. */
  private beyond(node: number): number {
    let sum = 0;
    for (let at = node * WIDTH; at < (node + 1) * WIDTH; at += 1)
      sum += Math.max(0, -(this.room[at] ?? 0)) * (this.unitPrice[at] ?? 0);
    return sum;
  }

  private groupChange(group: number, from: number, to: number): number {
    const { limit, stackPrice } = this.layout;
    const most = limit[group] ?? 0;
    const here = this.ofGroup[group * this.bins + from] ?? 0;
    const there = this.ofGroup[group * this.bins + to] ?? 0;
    const beside = (there > 0 ? 1 : 0) - (here > 1 ? 1 : 0);
    const beyond = (there >= most ? 1 : 0) - (here > most ? 1 : 0);
    return stackPrice * beside + this.pressure * beyond;
  }

  /** What the room of a node costs more or less with what was gathered added (1) or taken away (−1). */
  private roomChange(node: number, sign: 1 | -1): number {
    const { room, unitPrice, gap } = this;
    const row = node * WIDTH;
    let twice = 0;
    for (let at = 0; at < WIDTH; at += 1) {
      const more = sign * (gap[at] ?? 0);
      const left = room[row + at] ?? 0;
      twice += (unitPrice[row + at] ?? 0) * (Math.abs(left - more) - Math.abs(left) + more);
    }
    return (this.pressure * twice) / 2;
  }

  private carry(pod: number, node: number, sign: 1 | -1): void {
    const { groupOf, limit, stackPrice } = this.layout;
    const row = node * WIDTH;
    for (let at = 0; at < WIDTH; at += 1) {
      const before = this.room[row + at] ?? 0;
      const after = before - sign * (this.takes[pod * WIDTH + at] ?? 0);
      this.room[row + at] = after;
      this.broken += (after < 0 ? 1 : 0) - (before < 0 ? 1 : 0);
    }
    const group = groupOf[pod] ?? 0;
    const cell = group * this.bins + node;
    const before = this.ofGroup[cell] ?? 0;
    this.ofGroup[cell] = before + sign;
    const most = Math.max(before, before + sign);
    if (most > (limit[group] ?? 0)) {
      this.broken += sign;
      this.crowded += sign;
    }
    if (most > 1) this.now += sign * stackPrice;
    this.counts[node] = (this.counts[node] ?? 0) + sign;
    const full = this.fullest(node);
    this.full[node] = full;
    this.over[node] = this.beyond(node);
    this.binCosts[node] = this.counts[node] === 0 ? 0 : Math.max(0, 1 - full);
  }
}

function sizesOf({ takes, has, pods }: Layout): Float64Array {
  const all = new Float64Array(WIDTH);
  for (const [at, each] of has.entries()) all[at % WIDTH] = (all[at % WIDTH] ?? 0) + each;
  return Float64Array.from(pods, (_, pod) =>
    all.reduce((sum, total, at) => sum + (takes[pod * WIDTH + at] ?? 0) / Math.max(1, total), 0),
  );
}
