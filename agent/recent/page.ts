import type { Clock } from "../sources/clock.ts";
import type { Sources } from "../sources/sources.ts";
import type { Pulse } from "./pulse.ts";
import { isWanted, type RecentQuery } from "./query.ts";
import type { Ring, TimedReading } from "./ring.ts";
import { viewOf } from "./view.ts";

/** Writes the last minute, or its last second, as compact JSON. */
export interface RecentPage {
  minute(query: RecentQuery): string;
  second(query: RecentQuery): string;
}

export function createRecentPage(pulse: Pulse, sources: Sources): RecentPage {
  const { clock, identity, node, procfs } = sources;

  function written(query: RecentQuery, readingsOf: (ring: Ring) => readonly TimedReading[]): string {
    const view = viewOf({
      now: clock.now(),
      epoch: epochOf(clock),
      interval: pulse.interval,
      nodeName: identity.node?.name ?? null,
      capacity: node.capacity(procfs),
      nodeReadings: readingsOf(pulse.node.ring),
      containers: pulse.containers
        .map(({ id, ring }) => ({ id, identity: identity.container(id), ring }))
        .filter((container) => isWanted(query, container))
        .map(({ id, identity: who, ring }) => ({ id, identity: who, readings: readingsOf(ring) })),
    });
    return JSON.stringify(view);
  }

  return {
    minute: (query) => written(query, (ring) => ring.after(Number.NEGATIVE_INFINITY)),
    second: (query) =>
      written(query, (ring) => {
        const latest = ring.latest();
        // A container that ended has an old one; it was told already.
        return latest === null || clock.monotonic() - latest.at > pulse.interval ? [] : [latest];
      }),
  };
}

function epochOf(clock: Clock): number {
  return clock.now() - clock.monotonic();
}
