import type { Peaks, ResourceLoad } from "../domain/decision.ts";
import { marksFor, type Policy } from "../domain/policy.ts";
import {
  amountOf,
  perResource,
  type PerResource,
  type ResourceName,
  type Resources,
} from "../domain/resources.ts";
import { quantileOf, type Profile, type Timeline } from "./timeline.ts";
import type { NodeView } from "./view.ts";

/** Below this mean load a swarm counts as level: the coefficient of variation explodes when there is hardly any load. */
const HARDLY_ANY_LOAD = 0.05;

/**
 * used / capacity of one resource. Of what a node has none of, none is too much there: that nothing comes which uses it
 * is the affair of the filter `headroom`.
 */
export function ratioOf(used: Resources, capacity: Resources, name: ResourceName): number {
  return shareOf(amountOf(used, name), amountOf(capacity, name));
}

/** The same of an amount. */
export function shareOf(amount: number, whole: number): number {
  return whole > 0 ? amount / whole : 0;
}

/** A node's load by resource, or null when it was not measured. */
export function loadOf(
  { used, capacity, profile }: NodeView,
  timeline: Timeline,
  marks: Policy["marks"],
): PerResource<ResourceLoad> | null {
  if (used === null || capacity === null || profile === null) return null;
  const peaks = peaksOf(profile, capacity, timeline, marks);
  const one = (name: ResourceName): ResourceLoad => ({
    used: amountOf(used, name),
    capacity: amountOf(capacity, name),
    ratio: ratioOf(used, capacity, name),
    peak: peaks[name] ?? 0,
  });
  return perResource(timeline.resources, one);
}

/** What is not exceeded for as much of the time as counts, as shares of capacity. */
export function peaksOf(
  profile: Profile,
  capacity: Resources,
  timeline: Timeline,
  marks: Policy["marks"],
): Peaks {
  return perResource(timeline.resources, (name, resource) =>
    shareOf(
      quantileOf(profile, resource, timeline, marksFor(marks, name).quantile),
      amountOf(capacity, name),
    ),
  );
}

/**
 * How uneven the nodes are, 0 (all alike) to 1 (all load on one): the coefficient of variation of used / capacity over
 * the nodes, divided by its bound √(n−1); of the resources, the worst. As Proxmox's scheduler has it. Null when fewer
 * than two nodes are measured.
 */
export function imbalanceOf(nodes: Iterable<NodeView>, { resources }: Timeline): number | null {
  const loads = [...nodes].flatMap(({ used, capacity }) =>
    used === null || capacity === null ? [] : [{ used, capacity }],
  );
  if (loads.length < 2) return null;
  return Math.max(
    ...resources.map((name) => {
      const having = loads.filter(({ capacity }) => amountOf(capacity, name) > 0);
      return unevenness(having.map(({ used, capacity }) => ratioOf(used, capacity, name)));
    }),
  );
}

function unevenness(ratios: readonly number[]): number {
  if (ratios.length < 2) return 0;
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  if (mean < HARDLY_ANY_LOAD) return 0;
  const variance = ratios.reduce((sum, ratio) => sum + (ratio - mean) ** 2, 0) / ratios.length;
  return Math.sqrt(variance) / mean / Math.sqrt(ratios.length - 1);
}
