import type { LabelsOf } from "../collectors/container_labels.ts";
import type { Filter } from "../filter.ts";
import type { Family } from "../metric.ts";
import type { Identity } from "../sources/docker/identity.ts";
import { containerPeaks, nodePeaks } from "./peaks.ts";
import type { Pulse } from "./pulse.ts";
import type { Ring, TimedReading } from "./ring.ts";

/** What the peaks of a scrape are made of. */
export interface RecentParts {
  readonly pulse: Pick<Pulse, "node" | "containers">;
  readonly identity: Pick<Identity, "container">;
  readonly labelsOf: LabelsOf;
  /** Which containers are shown, by their names. */
  readonly isShown: Filter;
}

/** Peaks and percentiles of the window that began at `since`, on the monotonic clock. */
export function recentFamilies(
  { pulse, identity, labelsOf, isShown }: RecentParts,
  since: number,
): readonly Family[] {
  const windows = pulse.containers.flatMap(({ id, cgroup, ring }) => {
    const who = identity.container(id);
    if (who !== null && !isShown(who.name)) return [];
    return [{ labels: labelsOf(cgroup, who), readings: readingsOf(ring, since) }];
  });
  return [
    ...nodePeaks({ labels: {}, readings: readingsOf(pulse.node.ring, since) }),
    ...containerPeaks(windows),
  ];
}

/** A window in which no look fell, because two scrapes came within a second, shows the newest reading. */
function readingsOf(ring: Ring, since: number): readonly TimedReading[] {
  const within = ring.after(since);
  if (within.length > 0) return within;
  const latest = ring.latest();
  return latest === null ? [] : [latest];
}
