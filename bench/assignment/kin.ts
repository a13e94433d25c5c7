import type { Dice } from "../../scheduler/engine/dice.ts";
import { Subset } from "../../scheduler/engine/subset.ts";
import { membersOf, type Model } from "./model.ts";

/**
 * Where services stand: what conflict, spread and dependency ask. A breach is a process beside another of its service, a
 * location too few, or a neighbourhood in which a needed service is not. Services without such rules have no row.
 */
export interface Kin {
  readonly hoodOf: Int32Array;
  readonly locationOf: Int32Array;
  readonly hoods: number;
  readonly locations: number;
  readonly machines: number;
  /** By service: its row in the tables, or −1. */
  readonly machineRow: Int32Array;
  readonly hoodRow: Int32Array;
  readonly locationRow: Int32Array;
  /** Rows × machines, × neighbourhoods, × locations: how many processes the service has there. */
  readonly onMachine: Uint8Array | Uint16Array;
  readonly inHood: Uint16Array;
  /** Rows × neighbourhoods: how many services that it needs are not there. */
  readonly lacking: Uint16Array;
  readonly inLocation: Uint16Array;
  /** By service: in how many locations it is more than it must be. */
  readonly spare: Int32Array;
  /** By service: those it needs, and those that need it. */
  readonly needs: readonly Int32Array[];
  readonly neededBy: readonly Int32Array[];
  /** By service: its breaches, those of others that miss it, and what one of its own costs on the way. */
  readonly breaches: Int32Array;
  readonly missed: Int32Array;
  readonly pressure: Float64Array;
  readonly tally: { breaches: number };
  /** Services with a breach, and the processes of each. */
  readonly breached: Subset;
  readonly members: readonly Int32Array[];
}

/** A price never rises above its least times this. */
const DEAREST = 1e4;

export function kinOf(model: Model, machineOf: Int32Array): Kin {
  const { services, serviceOf, hoodOf, locationOf, hoods, locations, machines, spread, needs } = model;
  const members = membersOf(model).map((each) => Int32Array.from(each));
  const sizes = members.map((each) => each.length);
  const neededBy = Array.from({ length: services }, (): number[] => []);
  for (const [service, each] of needs.entries()) for (const needed of each) neededBy[needed]?.push(service);
  const machineRow = rows(sizes.map((size) => size > 1));
  const hoodRow = rows(needs.map((each, service) => each.length > 0 || (neededBy[service]?.length ?? 0) > 0));
  const locationRow = rows(Array.from(spread, (least) => least > 1));
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  const Counts = largest < 2 ** 8 ? Uint8Array : Uint16Array;
  const breaches = spread.map((least, service) => ((locationRow[service] ?? -1) < 0 ? 0 : least));
  const kin: Kin = {
    ...{ hoodOf, locationOf, hoods, locations, machines, machineRow, hoodRow, locationRow, breaches },
    onMachine: new Counts(tall(machineRow) * machines),
    inHood: new Uint16Array(tall(hoodRow) * hoods),
    lacking: new Uint16Array(tall(hoodRow) * hoods),
    inLocation: new Uint16Array(tall(locationRow) * locations),
    spare: spread.map((least) => -least),
    needs: needs.map((each) => Int32Array.from(each)),
    neededBy: neededBy.map((each) => Int32Array.from(each)),
    missed: new Int32Array(services),
    pressure: new Float64Array(services),
    breached: new Subset(services),
    members,
    tally: { breaches: breaches.reduce((sum, each) => sum + each, 0) },
  };
  for (const [service, row] of hoodRow.entries())
    if (row >= 0) kin.lacking.fill(needs[service]?.length ?? 0, row * hoods, (row + 1) * hoods);
  for (const [service, each] of breaches.entries()) kin.breached.set(service, each > 0);
  for (const [process, machine] of machineOf.entries()) place(kin, serviceOf[process] ?? 0, machine, 1);
  return kin;
}

/** By how much the price of all breaches changes with a process of the service on another machine. */
export function breachCost(kin: Kin, service: number, from: number, to: number): number {
  const { machineRow, onMachine, machines, hoodRow, inHood, hoods, hoodOf } = kin;
  const price = kin.pressure[service] ?? 0;
  let change = 0;
  const taken = machineRow[service] ?? -1;
  if (taken >= 0) {
    if ((onMachine[taken * machines + to] ?? 0) > 0) change += price;
    if ((onMachine[taken * machines + from] ?? 0) > 1) change -= price;
  }
  change += price * spreadChange(kin, service, from, to);
  const row = hoodRow[service] ?? -1;
  if (row < 0) return change;
  const left = hoodOf[from] ?? 0;
  const entered = hoodOf[to] ?? 0;
  if (left === entered) return change;
  const here = row * hoods + left;
  const there = row * hoods + entered;
  change += price * ((kin.lacking[there] ?? 0) - (kin.lacking[here] ?? 0));
  if (inHood[here] === 1) change += needCost(kin, service, left);
  if (inHood[there] === 0) change -= needCost(kin, service, entered);
  return change;
}

/** The same for processes of two services that change places. */
export function crossedBreachCost(kin: Kin, one: number, left: number, other: number, right: number): number {
  if (one === other) return 0;
  const change = breachCost(kin, one, left, right);
  // They may need each other.
  relocate(kin, one, left, right);
  const rest = breachCost(kin, other, right, left);
  relocate(kin, one, right, left);
  return change + rest;
}

/** Whether a move of the service might end a breach. */
export function mayMend({ breaches, missed, tally }: Kin, service: number): boolean {
  return tally.breaches > 0 && ((breaches[service] ?? 0) > 0 || (missed[service] ?? 0) > 0);
}

/** A process of a service with a breach, or of one that it needs; −1 when there is none. */
export function mendingOf({ breached, members, needs }: Kin, dice: Dice): number {
  if (breached.size === 0) return -1;
  let service = breached.at(dice.below(breached.size));
  const needed = needs[service]?.length ?? 0;
  if (needed > 0 && dice.share() < 0.5) service = needs[service]?.[dice.below(needed)] ?? service;
  const of = members[service];
  return of === undefined || of.length === 0 ? -1 : (of[dice.below(of.length)] ?? -1);
}

/** Notes that a process of the service went from one machine to another. */
export function relocate(kin: Kin, service: number, from: number, to: number): void {
  place(kin, service, from, -1);
  place(kin, service, to, 1);
}

/** Makes breaches dearer for services that have some, and cheaper for others, down to a least price. */
export function pressKin({ breaches, pressure }: Kin, up: number, down: number, least: number): void {
  for (let service = 0; service < pressure.length; service += 1) {
    const by = (breaches[service] ?? 0) > 0 ? up : down;
    pressure[service] = Math.min(Math.max(least, by * (pressure[service] ?? 0)), least * DEAREST);
  }
}

/** By how many the locations that the service lacks change. */
function spreadChange(
  { locationRow, inLocation, locations, locationOf, spare }: Kin,
  service: number,
  from: number,
  to: number,
): number {
  const row = locationRow[service] ?? -1;
  const has = spare[service] ?? 0;
  if (row < 0 || has > 0) return 0;
  const left = row * locations + (locationOf[from] ?? 0);
  const entered = row * locations + (locationOf[to] ?? 0);
  if (left === entered) return 0;
  const will = has - (inLocation[left] === 1 ? 1 : 0) + (inLocation[entered] === 0 ? 1 : 0);
  return Math.max(0, -will) - Math.max(0, -has);
}

/** What those who need the service pay in a neighbourhood that it leaves. */
function needCost(
  { neededBy, hoodRow, inHood, hoods, pressure }: Kin,
  service: number,
  hood: number,
): number {
  const needing = neededBy[service];
  let cost = 0;
  if (needing === undefined) return cost;
  for (const each of needing)
    cost += (inHood[(hoodRow[each] ?? 0) * hoods + hood] ?? 0) * (pressure[each] ?? 0);
  return cost;
}

/** Puts a process of the service on a machine (1), or takes one away (−1). */
function place(kin: Kin, service: number, machine: number, sign: 1 | -1): void {
  const { machineRow, onMachine, machines, hoodRow, inHood, hoods, locationRow, inLocation, locations } = kin;
  const taken = machineRow[service] ?? -1;
  if (taken >= 0) {
    const most = bump(onMachine, taken * machines + machine, sign);
    if (most > 1) breach(kin, service, sign);
  }
  const row = locationRow[service] ?? -1;
  if (row >= 0) {
    const most = bump(inLocation, row * locations + (kin.locationOf[machine] ?? 0), sign);
    if (most === 1) {
      bump(kin.spare, service, sign);
      if (Math.min(kin.spare[service] ?? 0, (kin.spare[service] ?? 0) - sign) < 0)
        breach(kin, service, -sign);
    }
  }
  const near = hoodRow[service] ?? -1;
  if (near < 0) return;
  const hood = kin.hoodOf[machine] ?? 0;
  const absent = kin.lacking[near * hoods + hood] ?? 0;
  if (absent > 0) lack(kin, service, hood, sign * absent, sign);
  if (bump(inHood, near * hoods + hood, sign) === 1) appear(kin, service, hood, sign);
}

/** A process of the service stands in a neighbourhood without all that it needs (1), or does so no more (−1). */
function lack(kin: Kin, service: number, hood: number, by: number, sign: 1 | -1): void {
  const { needs, hoodRow, inHood, hoods, missed } = kin;
  breach(kin, service, by);
  const needed = needs[service];
  if (needed === undefined) return;
  for (const each of needed) if (inHood[(hoodRow[each] ?? 0) * hoods + hood] === 0) bump(missed, each, sign);
}

/** The service has come to a neighbourhood (1), or left it (−1). */
function appear(kin: Kin, service: number, hood: number, sign: 1 | -1): void {
  const { neededBy, hoodRow, inHood, hoods, missed, lacking } = kin;
  const needing = neededBy[service];
  if (needing === undefined) return;
  for (const each of needing) {
    const cell = (hoodRow[each] ?? 0) * hoods + hood;
    const there = inHood[cell] ?? 0;
    bump(lacking, cell, -sign);
    if (there === 0) continue;
    breach(kin, each, -sign * there);
    bump(missed, service, -sign * there);
  }
}

function breach({ breaches, breached, tally }: Kin, service: number, by: number): void {
  const now = (breaches[service] ?? 0) + by;
  breaches[service] = now;
  breached.set(service, now > 0);
  tally.breaches += by;
}

/** Changes a count; the larger of what it was and what it is. */
function bump(counts: Uint8Array | Uint16Array | Int32Array, cell: number, by: number): number {
  const before = counts[cell] ?? 0;
  counts[cell] = before + by;
  return by > 0 ? before + by : before;
}

function rows(has: readonly boolean[]): Int32Array {
  let next = 0;
  return Int32Array.from(has, (each) => (each ? next++ : -1));
}

function tall(row: Int32Array): number {
  return row.reduce((most, each) => Math.max(most, each), -1) + 1;
}
