import type { History, Series } from "../domain/history.ts";
import { amountOf, RESOURCE_NAMES, type ResourceName, type Resources } from "../domain/resources.ts";

/**
 * What a decision weighs, and at which points in time: now, and those of the history. A profile has a number for each
 * resource at each point: that of resource r at point t is at r × points + t, and point 0 is now.
 */
export interface Timeline {
  /** CPU and memory first. */
  readonly resources: readonly ResourceName[];
  readonly points: number;
  /** By point, its share of the time that counts; together 1. */
  readonly weights: Float64Array;
}

export type Profile = Float64Array;

/** Loads and shares of time are sums of many small ones, in one order and in another: what is beyond a mark by less is on it. */
export const ROUNDING = 1e-9;

/**
 * Today is not quite like yesterday: the present counts for as much as more than two hours of the past. That is more than
 * a quantile of 0.95 leaves uncounted, so what is hot now is hot; and so little that a peak of minutes is not worth what
 * one of every day is (docs/policies.md has what other weights come to).
 */
const WEIGHT_OF_NOW = 0.1;

/** Now alone where there is no history. `others`: names of what was measured besides CPU and memory. */
export function timelineOf(
  { points }: Pick<History, "points">,
  others: readonly ResourceName[] = [],
): Timeline {
  const weights = new Float64Array(points + 1).fill(points > 0 ? (1 - WEIGHT_OF_NOW) / points : 0);
  weights[0] = points > 0 ? WEIGHT_OF_NOW : 1;
  return { resources: [...RESOURCE_NAMES, ...others], points: points + 1, weights };
}

/**
 * The profile of what uses `now` at present: what the series does not know of a point, the `other` does; where neither
 * does, the past is taken to have been like now.
 */
export function profileOf(
  now: Resources,
  series: Series | undefined,
  other: Series | undefined,
  timeline: Timeline,
): Profile {
  const profile = new Float64Array(sizeOf(timeline));
  if (!writeProfile(profile, now, series, timeline)) fillGaps(profile, other, timeline);
  return profile;
}

/** How many numbers a profile has. */
export function sizeOf({ resources, points }: Timeline): number {
  return resources.length * points;
}

/** Writes what is known into a profile that is there, and NaN where nothing is; says whether all is known. */
export function writeProfile(
  profile: Profile,
  now: Resources,
  series: Series | undefined,
  { resources, points }: Timeline,
): boolean {
  let isWhole = true;
  for (let resource = 0; resource < resources.length; resource += 1) {
    const name = resources[resource] ?? "";
    const first = resource * points;
    const own = series === undefined ? UNKNOWN : seriesOf(series, name);
    profile[first] = amountOf(now, name);
    for (let at = 1; at < points; at += 1) {
      const value = at <= own.length ? (own[at - 1] ?? 0) : Number.NaN;
      profile[first + at] = value;
      if (Number.isNaN(value)) isWhole = false;
    }
  }
  return isWhole;
}

/** Puts the other's value, or else what is so at present, where nothing is known. */
export function fillGaps(profile: Profile, other: Series | undefined, { resources, points }: Timeline): void {
  for (let resource = 0; resource < resources.length; resource += 1) {
    const first = resource * points;
    const present = profile[first] ?? 0;
    const values = other === undefined ? UNKNOWN : seriesOf(other, resources[resource] ?? "");
    for (let at = 1; at < points; at += 1) {
      if (!Number.isNaN(profile[first + at] ?? 0)) continue;
      const value = values[at - 1] ?? Number.NaN;
      profile[first + at] = Number.isNaN(value) ? present : value;
    }
  }
}

const UNKNOWN = new Float32Array(0);

function seriesOf(series: Series, name: ResourceName): Float32Array {
  switch (name) {
    case "cpu":
      return series.cpuCores;
    case "memory":
      return series.memoryBytes;
    default:
      return series.others?.[name] ?? UNKNOWN;
  }
}

/** What is used now, of a profile. */
export function nowOf(profile: ArrayLike<number>, { resources, points }: Timeline): Resources {
  const both = { cpuCores: profile[0] ?? 0, memoryBytes: profile[points] ?? 0 };
  if (resources.length === RESOURCE_NAMES.length) return both;
  const others = resources
    .map((name, resource): [string, number] => [name, profile[resource * points] ?? 0])
    .slice(RESOURCE_NAMES.length);
  return { ...both, others: Object.fromEntries(others) };
}

/**
 * The amount of a resource that is not exceeded for `quantile` of the time that counts, in the resource's unit. Of 1 it is
 * the highest there is.
 */
export function quantileOf(
  profile: Profile,
  resource: number,
  timeline: Pick<Timeline, "points" | "weights">,
  quantile: number,
): number {
  const known = quantiles.get(profile) ?? new Map<number, number>();
  const key = resource + quantile / 2;
  const found = known.get(key);
  if (found !== undefined) return found;
  const reckoned = reckonQuantile(profile, resource, timeline, quantile);
  quantiles.set(profile, known.set(key, reckoned));
  return reckoned;
}

/** What was reckoned of a profile, which never changes once it is made, by resource and quantile. */
const quantiles = new WeakMap<Profile, Map<number, number>>();

function reckonQuantile(
  profile: Profile,
  resource: number,
  { points, weights }: Pick<Timeline, "points" | "weights">,
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
 * The share of the time that counts in which the two profiles together are above the limit, by more than rounding. `added`
 * may be null.
 */
export function shareAbove(
  limit: number,
  profile: Profile,
  added: Profile | null,
  resource: number,
  { points, weights }: Timeline,
): number {
  const first = resource * points;
  const most = limit * (1 + ROUNDING);
  let share = 0;
  for (let point = 0; point < points; point += 1) {
    const amount = (profile[first + point] ?? 0) + (added === null ? 0 : (added[first + point] ?? 0));
    if (amount > most) share += weights[point] ?? 0;
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

/** Adds a profile to the numbers from `first` on. */
export function addTo(numbers: Float64Array, first: number, profile: Profile): void {
  for (let at = 0; at < profile.length; at += 1)
    numbers[first + at] = (numbers[first + at] ?? 0) + (profile[at] ?? 0);
}
