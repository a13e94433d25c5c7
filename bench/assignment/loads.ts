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
  /** Processes × (dimensions, then resources): what counts for the cost, and what counts for the room. */
  readonly loads: Float64Array;
  readonly stride: number;
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
  const halves = model.weights.map((weight) => weight / 2);
  // A resource that costs nothing above its mark has a capacity nevertheless.
  const typical = Math.max(1, Math.ceil(halves.reduce((sum, each) => sum + each, 0) / halves.length));
  const scales = halves.map((half) => (half > 0 ? half : typical));
  const stride = dimensions + resources;
  const loads = new Float64Array(processes * stride);
  for (let process = 0; process < processes; process += 1) {
    for (let at = 0; at < stride; at += 1) {
      const dimension = at < dimensions ? at : at - dimensions;
      const scale = (at < dimensions ? halves : scales)[dimension] ?? 0;
      loads[process * stride + at] = scale * (model.loads[process * dimensions + dimension] ?? 0);
    }
  }
  const state: Loads = {
    ...{ dimensions, resources, firstTransient, loads, stride, home },
    over: model.marks.map((mark, at) => -mark * (halves[at % dimensions] ?? 0)),
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
    add(state.over, machine * dimensions, loads, process * stride, dimensions, 1);
    add(state.room, machine * resources, loads, process * stride + dimensions, resources, -1);
  }
  for (let machine = 0; machine < machines; machine += 1) sumUp(state, machine);
  return state;
}

/** By process: all that it takes, weighed. */
export function sizesOf({ loads, stride, dimensions, home }: Loads): Float64Array {
  return Float64Array.from(home, (_, process) =>
    loads
      .subarray(process * stride + dimensions, (process + 1) * stride)
      .reduce((sum, each) => sum + each, 0),
  );
}

/**
 * By how much the costs of load and balance change with the process on another machine. As max(0, x) = (x + |x|)/2, and
 * what one machine loses the other gains, the absolute values are all there is to reckon, without a branch.
 */
export function shiftCost(state: Loads, process: number, from: number, to: number): number {
  const { dimensions, loads, stride, over, spans } = state;
  let own = process * stride;
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
  const { dimensions, loads, stride, over, spans } = state;
  let first = one * stride;
  let second = other * stride;
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

/**
 * By how much the price of what stands above the capacities changes with the process on another machine. A transient
 * resource changes neither when the process leaves where it began nor when it comes back there.
 */
export function shiftExcess(state: Loads, process: number, from: number, to: number): number {
  const { dimensions, resources, firstTransient, loads, stride, room, home, pressure, paid } = state;
  const own = process * stride + dimensions;
  const left = from * resources;
  const entered = to * resources;
  let [here, there] = [0, 0];
  for (let at = 0; at < firstTransient; at += 1) {
    const load = loads[own + at] ?? 0;
    here += Math.max(0, -load - (room[left + at] ?? 0));
    there += Math.max(0, load - (room[entered + at] ?? 0));
  }
  const leaves = home[process] === from ? 0 : 1;
  const enters = home[process] === to ? 0 : 1;
  for (let at = firstTransient; at < resources; at += 1) {
    const load = loads[own + at] ?? 0;
    here += Math.max(0, -leaves * load - (room[left + at] ?? 0));
    there += Math.max(0, enters * load - (room[entered + at] ?? 0));
  }
  return here * (pressure[from] ?? 0) - (paid[from] ?? 0) + there * (pressure[to] ?? 0) - (paid[to] ?? 0);
}

/** The same for two processes that change places. */
export function swapExcess(state: Loads, one: number, left: number, other: number, right: number): number {
  const { dimensions, resources, firstTransient, loads, stride, room, home, pressure, paid } = state;
  const first = one * stride + dimensions;
  const second = other * stride + dimensions;
  const nearby = left * resources;
  const beyond = right * resources;
  let [here, there] = [0, 0];
  for (let at = 0; at < firstTransient; at += 1) {
    const load = (loads[first + at] ?? 0) - (loads[second + at] ?? 0);
    here += Math.max(0, -load - (room[nearby + at] ?? 0));
    there += Math.max(0, load - (room[beyond + at] ?? 0));
  }
  const leavesHere = home[one] === left ? 0 : 1;
  const entersThere = home[one] === right ? 0 : 1;
  const leavesThere = home[other] === right ? 0 : 1;
  const entersHere = home[other] === left ? 0 : 1;
  for (let at = firstTransient; at < resources; at += 1) {
    const mine = loads[first + at] ?? 0;
    const its = loads[second + at] ?? 0;
    here += Math.max(0, entersHere * its - leavesHere * mine - (room[nearby + at] ?? 0));
    there += Math.max(0, entersThere * mine - leavesThere * its - (room[beyond + at] ?? 0));
  }
  return (
    here * (pressure[left] ?? 0) - (paid[left] ?? 0) + there * (pressure[right] ?? 0) - (paid[right] ?? 0)
  );
}

/** Takes the load of a process from one machine to another. */
export function carry(state: Loads, process: number, from: number, to: number): void {
  const { dimensions, resources, firstTransient, loads, stride, over, room, home } = state;
  const own = process * stride;
  add(over, from * dimensions, loads, own, dimensions, -1);
  add(over, to * dimensions, loads, own, dimensions, 1);
  const began = home[process] ?? 0;
  const taken = own + dimensions;
  add(room, from * resources, loads, taken, began === from ? firstTransient : resources, 1);
  add(room, to * resources, loads, taken, began === to ? firstTransient : resources, -1);
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

function add(
  sums: Float64Array,
  row: number,
  loads: Float64Array,
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
