import type { History, Series } from "../domain/history.ts";
import { amountOf, RESOURCE_NAMES, type ResourceName, type Resources } from "../domain/resources.ts";

/**
 * The points in time that a decision weighs: now, and those of the history. A profile has a number for each resource (in
 * the order of their names) at each point: that of resource r at point t is at r × points + t, and point 0 is now.
 */
export interface Timeline {
  readonly points: number;
  /** By point, its share of the time that counts; together 1. */
  readonly weights: Float64Array;
}

export type Profile = Float32Array | Float64Array;

/** Loads and shares of time are sums of many small ones, in one order and in another: what is beyond a mark by less is on it. */
export const ROUNDING = 1e-9;

/** Today is not quite like yesterday: the present counts for as much as the whole past. */
const WEIGHT_OF_NOW = 0.5;

/** Now alone where there is no history. */
export function timelineOf({ points }: Pick<History, "points">): Timeline {
  const weights = new Float64Array(points + 1).fill(points > 0 ? (1 - WEIGHT_OF_NOW) / points : 0);
  weights[0] = points > 0 ? WEIGHT_OF_NOW : 1;
  return { points: points + 1, weights };
}

/**
 * The profile of what uses `now` at present: of the series the first that knows a point counts; where none does, the past
 * is taken to have been like now.
 */
export function profileOf(
  now: Resources,
  series: readonly (Series | undefined)[],
  { points }: Timeline,
): Float64Array {
  const profile = new Float64Array(RESOURCE_NAMES.length * points);
  RESOURCE_NAMES.forEach((name, resource) => {
    const first = resource * points;
    profile.fill(amountOf(now, name), first, first + points);
    for (const one of series.toReversed())
      if (one !== undefined) overlay(profile, first + 1, seriesOf(one, name));
  });
  return profile;
}

/** Writes what is known over what is there. */
function overlay(profile: Float64Array, first: number, values: Float32Array): void {
  values.forEach((value, at) => {
    if (!Number.isNaN(value)) profile[first + at] = value;
  });
}

function seriesOf(series: Series, name: ResourceName): Float32Array {
  switch (name) {
    case "cpu":
      return series.cpuCores;
    case "memory":
      return series.memoryBytes;
  }
}

/** What is used now, of a profile. */
export function nowOf(profile: ArrayLike<number>, { points }: Timeline): Resources {
  return { cpuCores: profile[0] ?? 0, memoryBytes: profile[points] ?? 0 };
}

/**
 * The amount of a resource that is not exceeded for `quantile` of the time that counts, in the resource's unit. Of 1 it is
 * the highest there is.
 */
export function quantileOf(
  profile: Profile,
  resource: number,
  { points, weights }: Timeline,
  quantile: number,
): number {
  const first = resource * points;
  const present = profile[first] ?? 0;
  // All moments but the present weigh the same.
  const past = profile.slice(first + 1, first + points).sort();
  let above = 0;
  let isNowCounted = false;
  // Down from the highest, until what is above takes up all that may be above.
  for (let at = past.length - 1; at >= 0 || !isNowCounted;) {
    const value = past[at] ?? -Infinity;
    const isNow = !isNowCounted && present >= value;
    above += weights[isNow ? 0 : 1] ?? 0;
    if (above > 1 - quantile + ROUNDING) return isNow ? present : value;
    if (isNow) isNowCounted = true;
    else at -= 1;
  }
  return Math.min(present, past[0] ?? present);
}

/**
 * The share of the time that counts in which the two profiles together are above the limit. `added` may be null.
 */
export function shareAbove(
  limit: number,
  profile: Profile,
  added: Profile | null,
  resource: number,
  { points, weights }: Timeline,
): number {
  const first = resource * points;
  let share = 0;
  for (let point = 0; point < points; point += 1) {
    const amount = (profile[first + point] ?? 0) + (added === null ? 0 : (added[first + point] ?? 0));
    if (amount > limit) share += weights[point] ?? 0;
  }
  return share;
}

/** Adds (or with a sign of −1 takes away) a profile, in a new one. */
export function sumOf(a: Profile, b: Profile, sign: 1 | -1 = 1): Float64Array {
  const sum = new Float64Array(a.length);
  // What is taken away was measured at another moment than what it is taken from.
  for (let at = 0; at < sum.length; at += 1) sum[at] = Math.max(0, (a[at] ?? 0) + sign * (b[at] ?? 0));
  return sum;
}
