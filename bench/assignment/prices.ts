import type { Model } from "./model.ts";

/** What the moves cost: for standing elsewhere than at first, not for each step of the way. */
export interface Prices {
  readonly machines: number;
  readonly home: Int32Array;
  readonly serviceOf: Int32Array;
  readonly movePrice: Float64Array;
  readonly wayPrice: Uint16Array | Float64Array;
  readonly servicePrice: number;
  /** By service: its processes that do not stand where they began. */
  readonly away: Int32Array;
  /** By number of processes away: the services that have so many. */
  readonly services: Int32Array;
  readonly tally: Tally;
  /** By process: what it pays for where it stands. */
  readonly paid: Float64Array;
}

interface Tally {
  /** The most processes that one service has away. */
  most: number;
  /** All processes away. */
  moved: number;
}

export function pricesOf(model: Model, home: Int32Array): Prices {
  const { machines, serviceOf, movePrice, wayPrice, servicePrice } = model;
  const away = new Int32Array(model.services);
  const services = new Int32Array(model.processes + 2);
  services[0] = model.services;
  const tally = { most: 0, moved: 0 };
  const paid = new Float64Array(model.processes);
  return { machines, home, serviceOf, movePrice, wayPrice, servicePrice, away, services, tally, paid };
}

/** What a process pays for standing on a machine. */
export function standingPrice(
  { home, movePrice, wayPrice, machines }: Prices,
  process: number,
  machine: number,
): number {
  const began = home[process] ?? 0;
  return machine === began ? 0 : (movePrice[process] ?? 0) + (wayPrice[began * machines + machine] ?? 0);
}

/** 1 when the process leaves where it began, −1 when it comes back, else 0. */
export function turn({ home }: Prices, process: number, from: number, to: number): number {
  const began = home[process];
  return from === began ? 1 : to === began ? -1 : 0;
}

/** By how much the price of services changes when one more of its processes is away, or one less. */
export function servicesPrice(prices: Prices, process: number, way: number): number {
  if (way === 0) return 0;
  const { serviceOf, away, services, tally, servicePrice } = prices;
  const now = away[serviceOf[process] ?? 0] ?? 0;
  if (way > 0) return now === tally.most ? servicePrice : 0;
  return now === tally.most && services[now] === 1 ? -servicePrice : 0;
}

/** Counts a process as away, or as back. */
export function count({ serviceOf, away, services, tally }: Prices, process: number, way: number): void {
  if (way === 0) return;
  const service = serviceOf[process] ?? 0;
  const before = away[service] ?? 0;
  const after = before + way;
  away[service] = after;
  services[before] = (services[before] ?? 0) - 1;
  services[after] = (services[after] ?? 0) + 1;
  tally.moved += way;
  // The service that is no longer at the most is one below it.
  if (after > tally.most || (before === tally.most && services[before] === 0)) tally.most = after;
}
