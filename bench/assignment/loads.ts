import { Subset } from "../../scheduler/engine/subset.ts";
import type { Model } from "./model.ts";

/**
 * What the machines carry, beside what they should and may. All loads are weighed: a unit of a resource counts for half of
 * what it costs above the mark, so that |x| + x is the cost of x above it. Half of whole numbers are exact.
 */
export interface Loads {
  readonly dimensions: number;
  readonly resources: number;
  readonly firstTransient: number;
  /** Processes × dimensions. The smaller the array, the more of it stays in the processor's caches. */
  readonly loads: Int32Array | Float64Array;
  /** By process. */
  readonly home: Int32Array;
  /** Machines × dimensions: above the mark; below 0 where there is room to it. */
  readonly over: Float64Array;
  /** By machine: the sum of its row's absolute values. */
  readonly spans: Float64Array;
  /** By machine: its costs of load and balance. */
  readonly costs: Float64Array;
  /** Machines × resources: what still fits in. A transient resource is also used by those that left. */
  readonly room: Float64Array;
  /** By machine: what a unit above its capacities costs on the way, and what it pays for them. */
  readonly pressure: Float64Array;
  readonly paid: Float64Array;
  /** By machine: its resources beyond their capacity. */
  readonly broken: Int32Array;
  readonly brokenMachines: Subset;
  readonly tally: { broken: number };
}

/** A price never rises above its least times this: a sum of prices must leave room for the digits of a cost. */
const DEAREST = 1e4;

export function loadsOf(model: Model, home: Int32Array): Loads {
  const { machines, processes, dimensions, resources, firstTransient } = model;
  const scales = scalesOf(model);
  const scaled = model.loads.map((load, at) => load * (scales[at % dimensions] ?? 0));
  const loads = scaled.every((load) => load === (load | 0)) ? Int32Array.from(scaled) : scaled;
  const totals = totalsOf(model);
  const state: Loads = {
    ...{ dimensions, resources, firstTransient, loads, home },
    over: model.marks.map((mark, at) => {
      const dimension = at % dimensions;
      // What costs nothing above its mark has a mark out of reach.
      const reach = (model.weights[dimension] ?? 0) > 0 ? mark : (totals[dimension] ?? 0);
      return -reach * (scales[dimension] ?? 0);
    }),
    room: model.capacities.map((each, at) => each * (scales[at % resources] ?? 0)),
    spans: new Float64Array(machines),
    costs: new Float64Array(machines),
    pressure: new Float64Array(machines),
    paid: new Float64Array(machines),
    broken: new Int32Array(machines),
    brokenMachines: new Subset(machines),
    tally: { broken: 0 },
  };
  for (let process = 0; process < processes; process += 1) {
    const machine = home[process] ?? 0;
    add(state.over, machine * dimensions, loads, process * dimensions, dimensions, 1);
    add(state.room, machine * resources, loads, process * dimensions, resources, -1);
  }
  for (let machine = 0; machine < machines; machine += 1) sumUp(state, machine);
  return state;
}

/** By dimension: what a unit counts for. A resource that costs nothing above its mark has a capacity nevertheless. */
function scalesOf({ weights, resources }: Model): Float64Array {
  const halves = weights.map((weight) => weight / 2);
  const typical = Math.max(1, Math.ceil(halves.reduce((sum, each) => sum + each, 0) / halves.length));
  return halves.map((half, at) => (half > 0 || at >= resources ? half : typical));
}

/** By dimension: what all processes take together. */
function totalsOf({ loads, dimensions }: Model): Float64Array {
  const totals = new Float64Array(dimensions);
  for (const [at, load] of loads.entries())
    totals[at % dimensions] = (totals[at % dimensions] ?? 0) + Math.abs(load);
  return totals;
}

/** By process: all that it takes, weighed. */
export function sizesOf({ loads, dimensions, resources, home }: Loads): Float64Array {
  return Float64Array.from(home, (_, process) => {
    let sum = 0;
    for (let at = process * dimensions; at < process * dimensions + resources; at += 1) sum += loads[at] ?? 0;
    return sum;
  });
}

/** By process: what all that it takes of transient resources would cost above the marks. */
export function strainsOf({ loads, dimensions, resources, firstTransient, home }: Loads): Float64Array {
  return Float64Array.from(home, (_, process) => {
    let sum = 0;
    for (let at = firstTransient; at < resources; at += 1) sum += 2 * (loads[process * dimensions + at] ?? 0);
    return sum;
  });
}

/**
 * By how much the costs of load and balance change with the process on another machine. As max(0, x) = (x + |x|)/2, and
 * what one machine loses the other gains, the absolute values are all there is to reckon, without a branch.
 */
export function shiftCost(state: Loads, process: number, from: number, to: number): number {
  const { dimensions, loads, over, spans } = state;
  let own = process * dimensions;
  let left = from * dimensions;
  let entered = to * dimensions;
  let sum = -(spans[from] ?? 0) - (spans[to] ?? 0);
  const end = left + dimensions;
  while (left < end) {
    const load = loads[own] ?? 0;
    sum += Math.abs((over[left] ?? 0) - load) + Math.abs((over[entered] ?? 0) + load);
    own += 1;
    left += 1;
    entered += 1;
  }
  return sum;
}

/** The same for two processes that change places. */
export function swapCost(state: Loads, one: number, left: number, other: number, right: number): number {
  const { dimensions, loads, over, spans } = state;
  let first = one * dimensions;
  let second = other * dimensions;
  let here = left * dimensions;
  let there = right * dimensions;
  let sum = -(spans[left] ?? 0) - (spans[right] ?? 0);
  const end = here + dimensions;
  while (here < end) {
    const load = (loads[first] ?? 0) - (loads[second] ?? 0);
    sum += Math.abs((over[here] ?? 0) - load) + Math.abs((over[there] ?? 0) + load);
    first += 1;
    second += 1;
    here += 1;
    there += 1;
  }
  return sum;
}

/** The same for the first of some processes, and the others in exchange for it. */
export function exchangeCost(
  state: Loads,
  moved: Int32Array,
  count: number,
  left: number,
  right: number,
): number {
  const { dimensions, loads, over, spans } = state;
  let sum = -(spans[left] ?? 0) - (spans[right] ?? 0);
  for (let at = 0; at < dimensions; at += 1) {
    let load = loads[(moved[0] ?? 0) * dimensions + at] ?? 0;
    for (let other = 1; other < count; other += 1) load -= loads[(moved[other] ?? 0) * dimensions + at] ?? 0;
    sum += Math.abs((over[left * dimensions + at] ?? 0) - load);
    sum += Math.abs((over[right * dimensions + at] ?? 0) + load);
  }
  return sum;
}

/**
 * By how much the price of what stands above the capacities changes with the process on another machine. A transient
 * resource changes neither when the process leaves where it began nor when it comes back there.
 */
export function shiftExcess(state: Loads, process: number, from: number, to: number): number {
  const { dimensions, resources, firstTransient, loads, room, home } = state;
  const own = process * dimensions;
  const left = from * resources;
  const entered = to * resources;
  let [here, there] = [0, 0];
  for (let at = 0; at < firstTransient; at += 1) {
    const load = loads[own + at] ?? 0;
    here += twiceAbove(-load - (room[left + at] ?? 0));
    there += twiceAbove(load - (room[entered + at] ?? 0));
  }
  const leaves = home[process] === from ? 0 : 1;
  const enters = home[process] === to ? 0 : 1;
  for (let at = firstTransient; at < resources; at += 1) {
    const load = loads[own + at] ?? 0;
    here += twiceAbove(-leaves * load - (room[left + at] ?? 0));
    there += twiceAbove(enters * load - (room[entered + at] ?? 0));
  }
  return excessCost(state, from, here, to, there);
}

/** The same for two processes that change places. */
export function swapExcess(state: Loads, one: number, left: number, other: number, right: number): number {
  const { dimensions, resources, firstTransient, loads, room, home } = state;
  const first = one * dimensions;
  const second = other * dimensions;
  const nearby = left * resources;
  const beyond = right * resources;
  let [here, there] = [0, 0];
  for (let at = 0; at < firstTransient; at += 1) {
    const load = (loads[first + at] ?? 0) - (loads[second + at] ?? 0);
    here += twiceAbove(-load - (room[nearby + at] ?? 0));
    there += twiceAbove(load - (room[beyond + at] ?? 0));
  }
  const leavesHere = home[one] === left ? 0 : 1;
  const entersThere = home[one] === right ? 0 : 1;
  const leavesThere = home[other] === right ? 0 : 1;
  const entersHere = home[other] === left ? 0 : 1;
  for (let at = firstTransient; at < resources; at += 1) {
    const mine = loads[first + at] ?? 0;
    const its = loads[second + at] ?? 0;
    here += twiceAbove(entersHere * its - leavesHere * mine - (room[nearby + at] ?? 0));
    there += twiceAbove(entersThere * mine - leavesThere * its - (room[beyond + at] ?? 0));
  }
  return excessCost(state, left, here, right, there);
}

/** Takes the load of a process from one machine to another. */
export function carry(state: Loads, process: number, from: number, to: number): void {
  const { dimensions, resources, firstTransient, loads, over, room, home } = state;
  const own = process * dimensions;
  add(over, from * dimensions, loads, own, dimensions, -1);
  add(over, to * dimensions, loads, own, dimensions, 1);
  const began = home[process] ?? 0;
  add(room, from * resources, loads, own, began === from ? firstTransient : resources, 1);
  add(room, to * resources, loads, own, began === to ? firstTransient : resources, -1);
  sumUp(state, from);
  sumUp(state, to);
}

/** Makes machines above a capacity pay more for it, and others less, from a least price on. */
export function pressLoads(state: Loads, up: number, down: number, least: number): void {
  const { pressure, paid, broken } = state;
  for (let machine = 0; machine < pressure.length; machine += 1) {
    const before = pressure[machine] ?? 0;
    const by = (broken[machine] ?? 0) > 0 ? up : down;
    const now = Math.min(Math.max(least, before * by), least * DEAREST);
    if (now === before) continue;
    pressure[machine] = now;
    if ((broken[machine] ?? 0) > 0 || paid[machine] !== 0) sumUp(state, machine);
  }
}

/** Twice what is above 0, without a branch. */
function twiceAbove(excess: number): number {
  return excess + Math.abs(excess);
}

/** What two machines pay more than now when they are above their capacities by so much, given twice. */
function excessCost(
  { pressure, paid }: Loads,
  left: number,
  here: number,
  right: number,
  there: number,
): number {
  const price = (here * (pressure[left] ?? 0) + there * (pressure[right] ?? 0)) / 2;
  return price - (paid[left] ?? 0) - (paid[right] ?? 0);
}

function add(
  sums: Float64Array,
  row: number,
  loads: Int32Array | Float64Array,
  own: number,
  length: number,
  sign: number,
): void {
  for (let at = 0; at < length; at += 1)
    sums[row + at] = (sums[row + at] ?? 0) + sign * (loads[own + at] ?? 0);
}

/** Reckons anew what a machine's row comes to. */
function sumUp(state: Loads, machine: number): void {
  const { dimensions, resources, over, room, spans, pressure, paid, broken, brokenMachines, tally } = state;
  let [span, sum] = [0, 0];
  for (let at = machine * dimensions; at < (machine + 1) * dimensions; at += 1) {
    const each = over[at] ?? 0;
    span += Math.abs(each);
    sum += each;
  }
  state.costs[machine] = span + sum;
  let [excess, count] = [0, 0];
  for (let at = machine * resources; at < (machine + 1) * resources; at += 1) {
    const left = room[at] ?? 0;
    if (left >= 0) continue;
    excess -= left;
    count += 1;
  }
  spans[machine] = span;
  paid[machine] = excess * (pressure[machine] ?? 0);
  if (count === broken[machine]) return;
  tally.broken += count - (broken[machine] ?? 0);
  brokenMachines.set(machine, count > 0);
  broken[machine] = count;
}
