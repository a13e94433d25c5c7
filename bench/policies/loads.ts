import { NOTHING, type Resources } from "../../scheduler/domain/resources.ts";
import type { Loads } from "../../sim/loads.ts";
import { chance, keyOf } from "../../sim/random.ts";

/** What one replica uses over all days of the traces, by sample; after the last day comes the first. */
export interface ReplicaLoad {
  readonly cpuCores: Float32Array;
  readonly memoryBytes: Float32Array;
}

export interface TraceLoads {
  /** By service id, by slot from 1 on; where a service has fewer lines than slots they are used in turn. */
  readonly services: ReadonlyMap<string, readonly ReplicaLoad[]>;
  /** Of every node, beside its tasks. */
  readonly beside: Resources;
  /** When the first sample is. */
  readonly startMs: number;
  readonly sampleSeconds: number;
  /** By how much of itself what a task uses of CPU jumps up and down within a sample: 0.1 is ±10 %. */
  readonly noise: number;
  readonly seed: number;
}

/** The jumps last as long as a scrape's interval. */
const NOISE_SECONDS = 15;
/** Memory does not jump as CPU does. */
const NOISE_OF_MEMORY = 0.2;

/** Loads as traces have them, with noise. */
export function traceLoads(options: TraceLoads): Loads {
  const { services, beside, startMs, sampleSeconds, noise, seed } = options;
  const keys = new Map<string, number>();
  const jump = (id: string, atMs: number): number => {
    const key = keys.get(id) ?? keyOf(id);
    keys.set(id, key);
    return 2 * chance(seed, key, Math.floor(atMs / 1000 / NOISE_SECONDS)) - 1;
  };
  return {
    ofTask({ taskId, serviceId, slot }, atMs) {
      const lines = services.get(serviceId) ?? [];
      const line = lines[Math.max(0, slot - 1) % Math.max(1, lines.length)];
      if (line === undefined) return NOTHING;
      const sample = Math.max(0, Math.floor((atMs - startMs) / 1000 / sampleSeconds));
      const at = sample % line.cpuCores.length;
      const by = noise * jump(taskId, atMs);
      return {
        cpuCores: (line.cpuCores[at] ?? 0) * (1 + by),
        memoryBytes: (line.memoryBytes[at] ?? 0) * (1 + NOISE_OF_MEMORY * by),
      };
    },
    ofNode: () => beside,
  };
}
