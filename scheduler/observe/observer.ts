import type { Snapshot } from "../domain/snapshot.ts";
import type { SwarmReader, UsageReader } from "../ports.ts";
import { imagesToAskFor, type ImageReader } from "./images.ts";
import { snapshotOf, type TrustLimits } from "./snapshot.ts";

/** What was seen at one moment, and from where. */
export interface Observation {
  readonly snapshot: Snapshot;
  /** Whether the manager beside this scheduler leads the swarm: only then does it act. */
  readonly leads: boolean;
}

/** What was measured, and where images are if that can be read. */
type Measured = UsageReader & Partial<ImageReader>;

/** Looks at the swarm and at Prometheus, both afresh. */
export type Observe = () => Promise<Observation>;

export function createObserver(swarm: SwarmReader, usage: Measured, limits: TrustLimits): Observe {
  return async () => {
    const atMs = Date.now();
    // Which images matter, the managers tell; usage need not wait for them.
    const swarmAndImages = swarm.read().then(async (reading) => {
      const wanted = imagesToAskFor(reading.services);
      return { reading, images: (await usage.readImages?.(wanted, atMs)) ?? {} };
    });
    const [{ reading, images }, measured] = await Promise.all([swarmAndImages, usage.read(atMs)]);
    const leader = reading.nodes.find((node) => node.leader);
    return {
      snapshot: snapshotOf(reading, { ...measured, images }, atMs, limits),
      leads: reading.ownNodeId !== "" && leader?.id === reading.ownNodeId,
    };
  };
}
