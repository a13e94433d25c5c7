import { membersOf, type Model } from "./model.ts";

/** What an assignment costs, by part. */
interface Cost {
  readonly objective: number;
  readonly load: number;
  readonly balance: number;
  readonly processMove: number;
  readonly serviceMove: number;
  readonly machineMove: number;
  /** Processes that do not stand where they began. */
  readonly moved: number;
}

/** Reckoned from nothing, as the challenge's definition has it. */
export function costOf(model: Model, initial: Int32Array, machineOf: Int32Array): Cost {
  const { dimensions, resources, marks, weights } = model;
  const carried = carriedOf(model, machineOf);
  let [load, balance] = [0, 0];
  for (let at = 0; at < carried.length; at += 1) {
    const dimension = at % dimensions;
    const cost = (weights[dimension] ?? 0) * Math.max(0, (carried[at] ?? 0) - (marks[at] ?? 0));
    if (dimension < resources) load += cost;
    else balance += cost;
  }
  const movedOf = new Int32Array(model.services);
  let [processMove, machineMove, moved] = [0, 0, 0];
  for (const [process, machine] of machineOf.entries()) {
    const home = initial[process] ?? 0;
    if (machine === home) continue;
    moved += 1;
    processMove += model.movePrice[process] ?? 0;
    machineMove += model.wayPrice[home * model.machines + machine] ?? 0;
    const service = model.serviceOf[process] ?? 0;
    movedOf[service] = (movedOf[service] ?? 0) + 1;
  }
  const serviceMove = model.servicePrice * movedOf.reduce((most, each) => Math.max(most, each), 0);
  const objective = load + balance + processMove + serviceMove + machineMove;
  return { objective, load, balance, processMove, serviceMove, machineMove, moved };
}

/** What is wrong with an assignment, in words; nothing when it is an answer. */
export function violationsOf(model: Model, initial: Int32Array, machineOf: Int32Array): readonly string[] {
  return [...roomless(model, initial, machineOf), ...unsocial(model, machineOf)];
}

function carriedOf({ machines, dimensions, loads }: Model, machineOf: Int32Array): Float64Array {
  const carried = new Float64Array(machines * dimensions);
  for (const [process, machine] of machineOf.entries())
    for (let at = 0; at < dimensions; at += 1) {
      const cell = machine * dimensions + at;
      carried[cell] = (carried[cell] ?? 0) + (loads[process * dimensions + at] ?? 0);
    }
  return carried;
}

function* roomless(model: Model, initial: Int32Array, machineOf: Int32Array): Generator<string> {
  const { machines, resources, dimensions, firstTransient, capacities, loads } = model;
  const carried = carriedOf(model, machineOf);
  for (const [process, machine] of machineOf.entries()) {
    const home = initial[process] ?? 0;
    if (machine === home) continue;
    for (let at = firstTransient; at < resources; at += 1) {
      const cell = home * dimensions + at;
      carried[cell] = (carried[cell] ?? 0) + (loads[process * dimensions + at] ?? 0);
    }
  }
  for (let machine = 0; machine < machines; machine += 1)
    for (let at = 0; at < resources; at += 1) {
      const [used, has] = [
        carried[machine * dimensions + at] ?? 0,
        capacities[machine * resources + at] ?? 0,
      ];
      if (used > has) yield `machine ${machine}: ${used} of ${has} of resource ${at}`;
    }
}

function* unsocial(model: Model, machineOf: Int32Array): Generator<string> {
  const members = membersOf(model);
  const standing = members.map((each) => each.map((process) => machineOf[process] ?? 0));
  const hoods = standing.map((each) => new Set(each.map((machine) => model.hoodOf[machine] ?? 0)));
  for (const [service, machines] of standing.entries()) {
    if (new Set(machines).size < machines.length) yield `service ${service}: two processes on one machine`;
    const locations = new Set(machines.map((machine) => model.locationOf[machine] ?? 0)).size;
    const spread = model.spread[service] ?? 0;
    if (locations < spread) yield `service ${service}: in ${locations} locations of ${spread}`;
    for (const needed of model.needs[service] ?? [])
      for (const hood of hoods[service] ?? [])
        if (!(hoods[needed]?.has(hood) ?? false))
          yield `service ${service}: in neighbourhood ${hood} without service ${needed}`;
  }
}
