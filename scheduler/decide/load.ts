import type { Peaks, ResourceLoad } from "../domain/decision.ts";
import type { Policy } from "../domain/policy.ts";
import { amountOf, RESOURCE_NAMES, type ResourceName, type Resources } from "../domain/resources.ts";
import { quantileOf, type Profile, type Timeline } from "./timeline.ts";
import type { NodeView } from "./view.ts";

/** Below this mean load a swarm counts as level: the coefficient of variation explodes when there is hardly any load. */
const HARDLY_ANY_LOAD = 0.05;

/** used / capacity of one resource; a node without capacity is full. */
export function ratioOf(used: Resources, capacity: Resources, name: ResourceName): number {
  const whole = amountOf(capacity, name);
  return whole > 0 ? amountOf(used, name) / whole : 1;
}

/** A node's load by resource, or null when it was not measured. */
export function loadOf(
  { used, capacity, profile }: NodeView,
  timeline: Timeline,
  marks: Policy["marks"],
): Readonly<Record<ResourceName, ResourceLoad>> | null {
  if (used === null || capacity === null || profile === null) return null;
  const peaks = peaksOf(profile, capacity, timeline, marks);
  const one = (name: ResourceName): ResourceLoad => ({
    used: amountOf(used, name),
    capacity: amountOf(capacity, name),
    ratio: ratioOf(used, capacity, name),
    peak: peaks[name],
  });
  return { cpu: one("cpu"), memory: one("memory") };
}

/** What is not exceeded for as much of the time as counts, as shares of capacity. */
export function peaksOf(
  profile: Profile,
  capacity: Resources,
  timeline: Timeline,
  marks: Policy["marks"],
): Peaks {
  const one = (name: ResourceName, resource: number): number => {
    const whole = amountOf(capacity, name);
    return whole > 0 ? quantileOf(profile, resource, timeline, marks[name].quantile) / whole : 1;
  };
  return { cpu: one("cpu", 0), memory: one("memory", 1) };
}

/**
 * How uneven the nodes are, 0 (all alike) to 1 (all load on one): the coefficient of variation of used / capacity over
 * the nodes, divided by its bound √(n−1); of the resources, the worst. As Proxmox's scheduler has it. Null when fewer
 * than two nodes are measured.
 */
export function imbalanceOf(nodes: Iterable<NodeView>): number | null {
  const loads = [...nodes].flatMap(({ used, capacity }) =>
    used === null || capacity === null ? [] : [{ used, capacity }],
  );
  if (loads.length < 2) return null;
  return Math.max(
    ...RESOURCE_NAMES.map((name) =>
      unevenness(loads.map(({ used, capacity }) => ratioOf(used, capacity, name))),
    ),
  );
}

function unevenness(ratios: readonly number[]): number {
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  if (mean < HARDLY_ANY_LOAD) return 0;
  const variance = ratios.reduce((sum, ratio) => sum + (ratio - mean) ** 2, 0) / ratios.length;
  return Math.sqrt(variance) / mean / Math.sqrt(ratios.length - 1);
}
