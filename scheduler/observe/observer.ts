import { SYSTEM_CLOCK, type Clock } from "../clock.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { HistoryReader, HistoryReading, SwarmReader, SwarmReading, UsageReader } from "../ports.ts";
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

/** Without a reader of the past, there is no history. */
export function createObserver(
  swarm: SwarmReader,
  usage: Measured,
  limits: TrustLimits,
  history: HistoryReader | null = null,
  clock: Clock = SYSTEM_CLOCK,
): Observe {
  return async () => {
    const atMs = clock.now();
    // Which images matter, and whose past, the managers tell; usage need not wait for them.
    const swarmAndMore = swarm.read().then(async (reading) => {
      const wanted = imagesToAskFor(reading.services);
      const [images = {}, past] = await Promise.all([
        usage.readImages?.(wanted, atMs),
        pastOf(reading, history, atMs),
      ]);
      return { reading, images, ...(past === null ? {} : { past }) };
    });
    const [{ reading, ...more }, measured] = await Promise.all([swarmAndMore, usage.read(atMs)]);
    const leader = reading.nodes.find((node) => node.leader);
    return {
      snapshot: snapshotOf(reading, { ...measured, ...more }, atMs, limits),
      leads: reading.ownNodeId !== "" && leader?.id === reading.ownNodeId,
    };
  };
}

/** A swarm that could not be read seems empty: the past of all that is in it would be forgotten, and read again. */
function pastOf(
  reading: SwarmReading,
  history: HistoryReader | null,
  atMs: number,
): Promise<HistoryReading> | null {
  return history === null || reading.report.doubts.length > 0 ? null : history.readHistory(reading, atMs);
}
