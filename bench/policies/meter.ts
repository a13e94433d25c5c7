import type { Loads } from "../../sim/loads.ts";
import type { Happened } from "../../sim/life.ts";
import type { Swarm } from "../../sim/swarm/swarm.ts";
import { serviceTermsOf } from "../../sim/swarm/terms.ts";
import { demands } from "../../sim/truth.ts";

/** Shares of a node's capacity above which it is called overloaded. */
export interface HighMarks {
  readonly cpu: number;
  readonly memory: number;
}

/** What is measured of a run, by what truly was so and not by what anybody saw of it. */
export interface Measured {
  /** Minutes of nodes above a high mark of CPU or memory. */
  readonly overloadMinutes: number;
  /** Minutes of nodes that were asked for more than they have. */
  readonly starvedMinutes: number;
  /** The overload minutes of the node with the most of them. */
  readonly worstNodeMinutes: number;
  /** What the fullest node was asked for at the fullest minute, as a share of what it has. */
  readonly fullest: number;
  /** Starts of tasks beyond those that deploys, crashes, lost and drained nodes forced. */
  readonly moves: number;
  /** All starts. */
  readonly starts: number;
  /** Seconds of replicas that were wanted and did not run. */
  readonly missingReplicaSeconds: number;
}

export interface Meter {
  read(): Measured;
}

const MINUTE_MS = 60_000;
const KEPT_MS = 3_600_000;

/** Measures from now on. */
export function startMeter(swarm: Swarm, loads: Loads, marks: HighMarks, happened: Happened): Meter {
  const ofNodes = meterNodes(swarm, loads, marks);
  const ofReplicas = meterReplicas(swarm);
  const forcedBefore = happened.forcedStarts;
  return {
    read: () => {
      const { starts, missingSeconds } = ofReplicas();
      const { minutesOf, ...nodes } = ofNodes;
      return {
        ...nodes,
        worstNodeMinutes: Math.max(0, ...minutesOf.values()),
        fullest: Number(nodes.fullest.toFixed(3)),
        moves: Math.max(0, starts - (happened.forcedStarts - forcedBefore)),
        starts,
        missingReplicaSeconds: Math.round(missingSeconds),
      };
    },
  };
}

interface OfNodes {
  overloadMinutes: number;
  starvedMinutes: number;
  fullest: number;
  readonly minutesOf: Map<string, number>;
}

function meterNodes(swarm: Swarm, loads: Loads, marks: HighMarks): OfNodes {
  const known: OfNodes = { overloadMinutes: 0, starvedMinutes: 0, fullest: 0, minutesOf: new Map() };
  const look = (): void => {
    for (const [id, { cpuCores, memoryBytes }] of demands(swarm, loads)) {
      const has = swarm.store.nodes.get(id)?.facts.resources;
      if (has === undefined) continue;
      const [cpu, memory] = [cpuCores / has.cpuCores, memoryBytes / has.memoryBytes];
      known.fullest = Math.max(known.fullest, cpu, memory);
      if (cpu > 1 || memory > 1) known.starvedMinutes += 1;
      if (cpu <= marks.cpu && memory <= marks.memory) continue;
      known.overloadMinutes += 1;
      known.minutesOf.set(id, (known.minutesOf.get(id) ?? 0) + 1);
    }
    swarm.workers.forgetEnded(swarm.clock.now() - KEPT_MS);
    swarm.clock.after(MINUTE_MS, look);
  };
  swarm.clock.after(MINUTE_MS, look);
  return known;
}

interface OfReplicas {
  readonly starts: number;
  readonly missingSeconds: number;
}

/** Adds up what is missing from one container's start or end to the next. */
function meterReplicas(swarm: Swarm): () => OfReplicas {
  const { clock, store, workers } = swarm;
  const running = new Map<string, number>();
  const add = (serviceId: string, by: number): void => {
    running.set(serviceId, (running.get(serviceId) ?? 0) + by);
  };
  for (const { serviceId, endedMs } of workers.containers.values()) if (endedMs === null) add(serviceId, 1);
  const missingOf = (serviceId: string): number => {
    const service = store.services.get(serviceId);
    const wanted = service === undefined ? 0 : (serviceTermsOf(service.spec).service.replicas ?? 0);
    return Math.max(0, wanted - (running.get(serviceId) ?? 0));
  };
  let starts = 0;
  let missingSeconds = 0;
  let missing = [...store.services.keys()].reduce((sum, id) => sum + missingOf(id), 0);
  let sinceMs = clock.now();
  const settle = (): void => {
    missingSeconds += (missing * (clock.now() - sinceMs)) / 1000;
    sinceMs = clock.now();
  };
  swarm.onContainer(({ action, container: { serviceId } }) => {
    settle();
    missing -= missingOf(serviceId);
    add(serviceId, action === "start" ? 1 : -1);
    missing += missingOf(serviceId);
    if (action === "start") starts += 1;
  });
  return () => {
    settle();
    return { starts, missingSeconds };
  };
}
