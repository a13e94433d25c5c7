import type { Series } from "../../scheduler/domain/history.ts";
import type { Node } from "../../scheduler/domain/node.ts";
import type { Policy } from "../../scheduler/domain/policy.ts";
import { GOAL_NAMES } from "../../scheduler/domain/policy.ts";
import { NOTHING, type Resources } from "../../scheduler/domain/resources.ts";
import type { Service } from "../../scheduler/domain/service.ts";
import type { Snapshot } from "../../scheduler/domain/snapshot.ts";
import type { Task } from "../../scheduler/domain/task.ts";
import { seeded } from "../../scheduler/engine/random.ts";
import { aNode, aPolicy, aService, aTask, GIB } from "../../test/support/swarm-builder.ts";
import { snapshotOf } from "./made-up.ts";

/** How large a made-up cluster is. */
export interface ClusterSize {
  readonly nodes: number;
  readonly tasks: number;
  /** Of the history, beside now. */
  readonly points: number;
}

/** Kinds of machines: cores and memory. */
const MACHINES: readonly Resources[] = [
  { cpuCores: 8, memoryBytes: 32 * GIB },
  { cpuCores: 16, memoryBytes: 64 * GIB },
  { cpuCores: 32, memoryBytes: 128 * GIB },
];
/** Of the swarm's whole capacity, what its tasks use on average. */
const USED = { cpu: 0.5, memory: 0.45 };
/** Services run from one to this many replicas. */
const REPLICAS_MOST = 12;

/** What one task of a service uses, in parts of the mean, and how that follows the day. */
interface Habit {
  readonly cpu: number;
  readonly memory: number;
  readonly hour: number;
  readonly swing: number;
}

/**
 * A cluster as Swarm leaves one: tasks spread by their number, whatever they use. Loads differ tenfold and more, follow
 * the day, each service with its own busy hour, and waver. The same seed makes the same cluster.
 */
export function clusterOf({ nodes, tasks, points }: ClusterSize, seed: number): Snapshot {
  const random = seeded(seed);
  const machines = Array.from({ length: nodes }, (_, at) => machineOf(at, random));
  const services: Service[] = [];
  const standing: { readonly task: Task; readonly habit: Habit }[] = [];
  while (standing.length < tasks) {
    const replicas = Math.min(tasks - standing.length, 1 + Math.floor(random() ** 2 * REPLICAS_MOST));
    const id = `s${services.length}`;
    services.push(aService(id, { replicas }));
    const habit = habitFrom(random);
    // Side by side from somewhere: a service's replicas stand on different nodes.
    const first = Math.floor(random() * nodes);
    for (let slot = 1; slot <= replicas; slot += 1)
      standing.push({ task: aTask(`${id}.${slot}`, { nodeId: `n${(first + slot) % nodes}` }), habit });
  }
  const cores = sum(machines.map(({ resources }) => resources.cpuCores));
  const bytes = sum(machines.map(({ resources }) => resources.memoryBytes));
  const unit = {
    cpuCores: (cores * USED.cpu) / sum(standing.map(({ habit }) => habit.cpu)),
    memoryBytes: (bytes * USED.memory) / sum(standing.map(({ habit }) => habit.memory)),
  };
  return snapshotOf({
    nodes: machines,
    services,
    placed: standing.map(({ task, habit }) => ({ task, series: seriesOf(habit, unit, points, random) })),
    points,
    // Daemons and the system.
    beside: ({ resources }) => ({
      cpuCores: 0.02 * resources.cpuCores,
      memoryBytes: 0.03 * resources.memoryBytes,
    }),
  });
}

function habitFrom(random: () => number): Habit {
  return {
    cpu: 0.1 + random() ** 3 * 4,
    memory: 0.1 + random() ** 2 * 2,
    hour: random(),
    swing: random() * 0.8,
  };
}

function seriesOf(
  { cpu, memory, hour, swing }: Habit,
  unit: Resources,
  points: number,
  random: () => number,
): Series {
  const wavering = (): number => 0.9 + 0.2 * random();
  return {
    cpuCores: Float32Array.from({ length: points }, (_, at) => {
      const day = 1 + swing * Math.sin(2 * Math.PI * (at / points + hour));
      return cpu * unit.cpuCores * day * wavering();
    }),
    memoryBytes: new Float32Array(points).fill(memory * unit.memoryBytes * wavering()),
  };
}

/** All goals, the marks that the product ships with. */
export const BENCH_POLICY: Policy = aPolicy({
  goals: GOAL_NAMES,
  evenBand: 0.2,
  marks: {
    cpu: { high: 0.8, target: 0.7, quantile: 0.95 },
    memory: { high: 0.85, target: 0.75, quantile: 1 },
  },
});

function machineOf(at: number, random: () => number): Node {
  const resources = MACHINES[Math.floor(random() * MACHINES.length)] ?? NOTHING;
  return aNode(`n${at}`, { hostname: `n${String(at).padStart(5, "0")}`, resources });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
