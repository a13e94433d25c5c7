import type { Model } from "./model.ts";

/** What the machines carry, beside what they should and may. */
export interface Loads {
  readonly dimensions: number;
  readonly resources: number;
  readonly firstTransient: number;
  /** Processes × dimensions. */
  readonly loads: Float64Array;
  /** By process. */
  readonly home: Int32Array;
  /** Machines × dimensions: above the mark; below 0 where there is room to it. */
  readonly over: Float64Array;
  /** Machines × resources: what still fits in. A transient resource is also used by those that left. */
  readonly room: Float64Array;
  /** By dimension. */
  readonly halfWeights: Float64Array;
  /** Machines × resources: what a unit above the capacity costs on the way. */
  readonly pressure: Float64Array;
  /** By machine: its resources beyond their capacity. */
  readonly broken: Int32Array;
  readonly tally: { broken: number };
}

export function loadsOf(model: Model, home: Int32Array): Loads {
  const { machines, processes, dimensions, resources, firstTransient, loads } = model;
  const over = model.marks.map((mark) => -mark);
  const room = model.capacities.slice();
  for (let process = 0; process < processes; process += 1) {
    const machine = home[process] ?? 0;
    add(over, machine * dimensions, loads, process * dimensions, dimensions, 1);
    add(room, machine * resources, loads, process * dimensions, resources, -1);
  }
  if (machines * resources !== room.length) throw new RangeError("capacities do not fit the machines");
  const halfWeights = model.weights.map((weight) => weight / 2);
  const pressure = new Float64Array(room.length);
  const broken = Int32Array.from({ length: machines }, (_, machine) =>
    room
      .subarray(machine * resources, (machine + 1) * resources)
      .reduce((sum, each) => sum + (each < 0 ? 1 : 0), 0),
  );
  const tally = { broken: room.reduce((sum, each) => sum + (each < 0 ? 1 : 0), 0) };
  return {
    dimensions,
    resources,
    firstTransient,
    loads,
    home,
    over,
    room,
    halfWeights,
    pressure,
    broken,
    tally,
  };
}

/**
 * By how much what stands above the capacities changes with the process on another machine: 0 where all fits before and
 * after. A transient resource changes neither when the process leaves where it began nor when it comes back there.
 */
export function shiftExcess(state: Loads, process: number, from: number, to: number): number {
  const { dimensions, resources, firstTransient, loads, room, home, pressure } = state;
  const own = process * dimensions;
  const left = from * resources;
  const entered = to * resources;
  let twice = 0;
  for (let at = 0; at < firstTransient; at += 1) {
    const load = loads[own + at] ?? 0;
    const a = room[left + at] ?? 0;
    const b = room[entered + at] ?? 0;
    twice +=
      (pressure[left + at] ?? 0) * (Math.abs(a + load) - Math.abs(a) - load) +
      (pressure[entered + at] ?? 0) * (Math.abs(b - load) - Math.abs(b) + load);
  }
  const leaves = home[process] === from ? 0 : 1;
  const enters = home[process] === to ? 0 : 1;
  for (let at = firstTransient; at < resources; at += 1) {
    const load = loads[own + at] ?? 0;
    const a = room[left + at] ?? 0;
    const b = room[entered + at] ?? 0;
    const out = leaves * load;
    const into = enters * load;
    twice +=
      (pressure[left + at] ?? 0) * (Math.abs(a + out) - Math.abs(a) - out) +
      (pressure[entered + at] ?? 0) * (Math.abs(b - into) - Math.abs(b) + into);
  }
  return twice / 2;
}

/** The same for two processes that change places. */
export function swapExcess(state: Loads, one: number, left: number, other: number, right: number): number {
  const { dimensions, resources, firstTransient, loads, room, home, pressure } = state;
  const first = one * dimensions;
  const second = other * dimensions;
  const here = left * resources;
  const there = right * resources;
  let twice = 0;
  for (let at = 0; at < firstTransient; at += 1) {
    const load = (loads[first + at] ?? 0) - (loads[second + at] ?? 0);
    const a = room[here + at] ?? 0;
    const b = room[there + at] ?? 0;
    twice +=
      (pressure[here + at] ?? 0) * (Math.abs(a + load) - Math.abs(a) - load) +
      (pressure[there + at] ?? 0) * (Math.abs(b - load) - Math.abs(b) + load);
  }
  const leavesHere = home[one] === left ? 0 : 1;
  const entersThere = home[one] === right ? 0 : 1;
  const leavesThere = home[other] === right ? 0 : 1;
  const entersHere = home[other] === left ? 0 : 1;
  for (let at = firstTransient; at < resources; at += 1) {
    const mine = loads[first + at] ?? 0;
    const its = loads[second + at] ?? 0;
    const a = room[here + at] ?? 0;
    const b = room[there + at] ?? 0;
    const out = leavesHere * mine - entersHere * its;
    const into = entersThere * mine - leavesThere * its;
    twice +=
      (pressure[here + at] ?? 0) * (Math.abs(a + out) - Math.abs(a) - out) +
      (pressure[there + at] ?? 0) * (Math.abs(b - into) - Math.abs(b) + into);
  }
  return twice / 2;
}

/**
 * By how much the costs of load and balance change with the process on another machine. As max(0, x) = (x + |x|)/2, and
 * what one machine loses the other gains, half the change of the absolute values is all there is to reckon, without a
 * branch.
 */
export function shiftCost(state: Loads, process: number, from: number, to: number): number {
  const { dimensions, loads, over, halfWeights } = state;
  const own = process * dimensions;
  const left = from * dimensions;
  const entered = to * dimensions;
  let change = 0;
  for (let at = 0; at < dimensions; at += 1) {
    const load = loads[own + at] ?? 0;
    const a = over[left + at] ?? 0;
    const b = over[entered + at] ?? 0;
    change += (halfWeights[at] ?? 0) * (Math.abs(a - load) + Math.abs(b + load) - Math.abs(a) - Math.abs(b));
  }
  return change;
}

/** The same for two processes that change places. */
export function swapCost(state: Loads, one: number, left: number, other: number, right: number): number {
  const { dimensions, loads, over, halfWeights } = state;
  const first = one * dimensions;
  const second = other * dimensions;
  const here = left * dimensions;
  const there = right * dimensions;
  let change = 0;
  for (let at = 0; at < dimensions; at += 1) {
    const load = (loads[first + at] ?? 0) - (loads[second + at] ?? 0);
    const a = over[here + at] ?? 0;
    const b = over[there + at] ?? 0;
    change += (halfWeights[at] ?? 0) * (Math.abs(a - load) + Math.abs(b + load) - Math.abs(a) - Math.abs(b));
  }
  return change;
}

/** Takes the load of a process from one machine to another. */
export function carry(state: Loads, process: number, from: number, to: number): void {
  const { dimensions, resources, firstTransient, loads, over, home } = state;
  const own = process * dimensions;
  add(over, from * dimensions, loads, own, dimensions, -1);
  add(over, to * dimensions, loads, own, dimensions, 1);
  const isHome = home[process] ?? 0;
  const breaks = makeRoom(state, from * resources, own, isHome === from ? firstTransient : resources, 1);
  const mends = makeRoom(state, to * resources, own, isHome === to ? firstTransient : resources, -1);
  state.broken[from] = (state.broken[from] ?? 0) + breaks;
  state.broken[to] = (state.broken[to] ?? 0) + mends;
  state.tally.broken += breaks + mends;
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

/** Changes the room of a machine; by how many more resources it is now beyond its capacity. */
function makeRoom({ room, loads }: Loads, row: number, own: number, length: number, sign: number): number {
  let broken = 0;
  for (let at = 0; at < length; at += 1) {
    const before = room[row + at] ?? 0;
    const after = before + sign * (loads[own + at] ?? 0);
    room[row + at] = after;
    broken += (after < 0 ? 1 : 0) - (before < 0 ? 1 : 0);
  }
  return broken;
}

/** Makes what is above a capacity dearer, and what is not cheaper, down to a least price. */
export function pressLoads({ room, pressure }: Loads, up: number, down: number, least: number): void {
  for (let at = 0; at < room.length; at += 1) {
    const now = pressure[at] ?? 0;
    pressure[at] = (room[at] ?? 0) < 0 ? now * up : Math.max(least, now * down);
  }
}
