import type { Snapshot } from "../domain/snapshot.ts";
import type { SwarmReader, UsageReader } from "../ports.ts";
import { snapshotOf, type TrustLimits } from "./snapshot.ts";

/** What was seen at one moment, and from where. */
export interface Observation {
  readonly snapshot: Snapshot;
  /** Whether the manager beside this scheduler leads the swarm: only then does it act. */
  readonly leads: boolean;
}

/** Looks at the swarm and at Prometheus, both afresh. */
export type Observe = () => Promise<Observation>;

export function createObserver(swarm: SwarmReader, usage: UsageReader, limits: TrustLimits): Observe {
  return async () => {
    const atMs = Date.now();
    const [swarmReading, usageReading] = await Promise.all([swarm.read(), usage.read(atMs)]);
    const leader = swarmReading.nodes.find((node) => node.leader);
    return {
      snapshot: snapshotOf(swarmReading, usageReading, atMs, limits),
      leads: swarmReading.ownNodeId !== "" && leader?.id === swarmReading.ownNodeId,
    };
  };
}
