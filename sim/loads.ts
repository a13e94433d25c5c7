import type { Resources } from "../scheduler/domain/resources.ts";
import { chance, keyOf } from "./random.ts";

/** Whose use is asked for: a replica, wherever it stands. */
interface Replica {
  readonly taskId: string;
  readonly serviceId: string;
  readonly slot: number;
  readonly nodeId: string;
}

/** What would truly be used at a moment, if nothing held it back: the same answer whenever it is asked. */
export interface Loads {
  ofTask(replica: Replica, atMs: number): Resources;
  /** What a node uses beside its tasks. */
  ofNode(nodeId: string, atMs: number): Resources;
}

/** What one task of a service uses. */
export interface ServiceLoad {
  readonly cpuCores: number;
  readonly memoryBytes: number;
  /** By how much of itself the CPU rises and falls within a day: 0 to 1. */
  readonly daily?: number;
  /** When within a day (UTC) it is highest. */
  readonly peakHour?: number;
}

export interface MadeUpLoads {
  /** By service id. */
  readonly services: ReadonlyMap<string, ServiceLoad>;
  /** Of every node, beside its tasks. */
  readonly beside?: Resources;
  /** By how much of itself what is used jumps up and down, from one moment to the next: 0.1 is ±10 %. */
  readonly noise?: number;
  /** How long such a moment is. */
  readonly noiseSeconds?: number;
  /** From this moment on the day's cycle stands still (the noise goes on); null: never. */
  readonly stillFromMs?: number | null;
  readonly seed?: number;
}

const DAY_MS = 86_400_000;
const NOTHING: Resources = { cpuCores: 0, memoryBytes: 0 };

/** Loads by numbers per service, with a day's cycle and noise. */
export function madeUpLoads(options: MadeUpLoads): Loads {
  const { services, beside = NOTHING, noise = 0, noiseSeconds = 15, stillFromMs = null, seed = 1 } = options;
  const keys = new Map<string, number>();
  const swing = (id: string, atMs: number): number => {
    if (noise === 0) return 1;
    const key = keys.get(id) ?? keyOf(id);
    keys.set(id, key);
    return 1 + noise * (2 * chance(seed, key, Math.floor(atMs / 1000 / noiseSeconds)) - 1);
  };
  return {
    ofTask({ taskId, serviceId }, atMs) {
      const load = services.get(serviceId);
      if (load === undefined) return NOTHING;
      const { cpuCores, memoryBytes, daily = 0, peakHour = 14 } = load;
      const shownMs = stillFromMs === null ? atMs : Math.min(atMs, stillFromMs);
      const hoursPast = (shownMs % DAY_MS) / 3_600_000 - peakHour;
      const cycle = 1 + daily * Math.cos((hoursPast / 24) * 2 * Math.PI);
      return {
        cpuCores: cpuCores * cycle * swing(taskId, atMs),
        memoryBytes: memoryBytes * swing(taskId, atMs),
      };
    },
    ofNode: (nodeId, atMs) => ({
      cpuCores: beside.cpuCores * swing(nodeId, atMs),
      memoryBytes: beside.memoryBytes * swing(nodeId, atMs),
    }),
  };
}
