import type { RawSpec } from "../../scheduler/act/raw.ts";
import { seeded } from "../../scheduler/engine/random.ts";
import type { Loads } from "../../sim/loads.ts";
import type { Swarm } from "../../sim/swarm/swarm.ts";
import { traceLoads, type ReplicaLoad } from "./loads.ts";
import { meanOf, type Traces } from "./traces.ts";

export interface Landscape {
  readonly nodes: number;
  readonly tasks: number;
  readonly seed: number;
  /** What all tasks use of all nodes on average, of CPU and of memory alike. */
  readonly fullness: number;
  /** Of the first sample. */
  readonly startMs: number;
  readonly noise: number;
}

const GIB = 2 ** 30;
const NANO = 1e9;
const DAY_SECONDS = 86_400;
/** Two generations of machines and one between. */
const NODE_SIZES = [
  { cpuCores: 8, memoryBytes: 32 * GIB },
  { cpuCores: 12, memoryBytes: 48 * GIB },
  { cpuCores: 16, memoryBytes: 64 * GIB },
] as const;
const MANAGERS = 3;
const BESIDE = { cpuCores: 0.2, memoryBytes: GIB };
const REPLICAS = [1, 1, 1, 2, 3, 5, 8] as const;
/** How large a task is made beside others of the same trace. */
const SIZES = [1, 1, 2, 2, 4, 8] as const;
/** Gibibytes for a core: what caches and what reckons. */
const MEMORY_PER_CORE = [1, 2, 4, 8] as const;
/** No task uses more than this of the smallest node, at its highest: nothing that moves tasks could help. */
const LARGEST = 0.4;
/** Owners reserve a part of what is used on average. */
const RESERVED = 0.5;
/** Of its memory a task holds this whatever it does; the rest comes with work. */
const HELD_MEMORY = 0.6;
/** What came with work is half given back after so many seconds. */
const MEMORY_HALF_LIFE = 7200;

interface Replica {
  /** Percent, by sample. */
  readonly line: Float32Array;
  readonly size: number;
  readonly memoryPerCore: number;
}

type ServiceDraft = readonly Replica[];

/**
 * Makes a swarm whose tasks use what the traces tell. Half of the services with several replicas share one line among them,
 * as requests that a mesh spreads do; the replicas of the others have a line each, as workers do. Half of the services are
 * updated as Swarm does it unless told otherwise, stop-first, half start-first.
 */
export function landscapeOf(swarm: Swarm, traces: Traces, landscape: Landscape): Loads {
  const random = seeded(landscape.seed);
  const whole = joinNodes(swarm, landscape.nodes, random);
  const drafts = draftsOf(traces, landscape.tasks, random);
  const sampleSeconds = DAY_SECONDS / traces.samples;
  const smallest = NODE_SIZES[0].cpuCores;
  const loads = scaledTo(
    landscape.fullness * whole.cpuCores - landscape.nodes * BESIDE.cpuCores,
    drafts.map((draft) => draft.map(({ line, size }) => line.map((percent) => (percent / 100) * size))),
    LARGEST * smallest,
  );
  const memories = scaledTo(
    landscape.fullness * whole.memoryBytes - landscape.nodes * BESIDE.memoryBytes,
    loads.map((replicas, at) =>
      replicas.map((cpu, slot) => memoryOf(cpu, drafts[at]?.[slot]?.memoryPerCore ?? 1, sampleSeconds)),
    ),
    LARGEST * NODE_SIZES[0].memoryBytes,
  );
  const services = new Map<string, readonly ReplicaLoad[]>();
  loads.forEach((replicas, at) => {
    const lines = replicas.map((cpuCores, slot) => ({
      cpuCores,
      memoryBytes: memories[at]?.[slot] ?? new Float32Array(cpuCores.length),
    }));
    services.set(swarm.createService(specOf(at + 1, lines, random)), lines);
  });
  const { startMs, noise, seed } = landscape;
  return traceLoads({ services, beside: BESIDE, startMs, sampleSeconds, noise, seed });
}

function joinNodes(swarm: Swarm, nodes: number, random: () => number) {
  const whole = { cpuCores: 0, memoryBytes: 0 };
  for (let number = 1; number <= nodes; number += 1) {
    const resources = pick(NODE_SIZES, random) ?? NODE_SIZES[0];
    whole.cpuCores += resources.cpuCores;
    whole.memoryBytes += resources.memoryBytes;
    const role = number <= MANAGERS ? ("manager" as const) : ("worker" as const);
    swarm.join({ id: `n${number}`, hostname: `node${number}`, resources, role, leader: number === 1 });
  }
  return whole;
}

function draftsOf({ lines }: Traces, tasks: number, random: () => number): readonly ServiceDraft[] {
  const drafts: ServiceDraft[] = [];
  for (let left = tasks; left > 0;) {
    const replicas = Math.min(left, pick(REPLICAS, random) ?? 1);
    left -= replicas;
    const isShared = random() < 0.5;
    const size = pick(SIZES, random) ?? 1;
    const memoryPerCore = pick(MEMORY_PER_CORE, random) ?? 1;
    const first = pick(lines, random) ?? new Float32Array(1);
    const draft = Array.from({ length: replicas }, (_, at) => ({
      line: at === 0 || isShared ? first : (pick(lines, random) ?? first),
      size,
      memoryPerCore,
    }));
    drafts.push(draft);
  }
  return drafts;
}

/**
 * What a task holds, in gibibytes: a part whatever it does, by its mean use of CPU, and a part that follows its use, rises
 * with it at once and is given back slowly, as caches and heaps are.
 */
function memoryOf(cpu: Float32Array, perCore: number, sampleSeconds: number): Float32Array {
  const mean = Math.max(meanOf(cpu), 0.05);
  const keep = 0.5 ** (sampleSeconds / MEMORY_HALF_LIFE);
  let warm = mean;
  return cpu.map((cores) => {
    warm = Math.max(cores, mean + (warm - mean) * keep);
    return perCore * (HELD_MEMORY * mean + (1 - HELD_MEMORY) * Math.min(warm, 3 * mean));
  });
}

/** Scales lines so that their means come to the sum, none of them anywhere above `most`. */
function scaledTo(
  sum: number,
  groups: readonly (readonly Float32Array[])[],
  most: number,
): readonly (readonly Float32Array[])[] {
  const all = groups.flat().map((line) => ({ mean: meanOf(line), top: Math.max(...line) }));
  const factorOf = (scale: number, top: number): number =>
    Math.min(scale, most / Math.max(top, Number.MIN_VALUE));
  let [low, high] = [
    0,
    (2 * most) / Math.max(1e-12, Math.min(...all.map(({ top }) => top).filter((top) => top > 0))),
  ];
  // What is cut off at the most of some, the others make up for.
  for (let round = 0; round < 60; round += 1) {
    const middle = (low + high) / 2;
    const reached = all.reduce((total, { mean, top }) => total + mean * factorOf(middle, top), 0);
    if (reached < sum) low = middle;
    else high = middle;
  }
  return groups.map((lines) =>
    lines.map((line) => {
      const factor = factorOf(low, Math.max(...line));
      return line.map((value) => value * factor);
    }),
  );
}

function specOf(number: number, lines: readonly ReplicaLoad[], random: () => number): RawSpec {
  const mean = (of: (line: ReplicaLoad) => Float32Array): number =>
    lines.reduce((sum, line) => sum + meanOf(of(line)), 0) / Math.max(1, lines.length);
  const Order = random() < 0.5 ? "stop-first" : "start-first";
  return {
    Name: `service${number}`,
    Labels: {},
    TaskTemplate: {
      ContainerSpec: { Image: `registry.example/service${number}:1@sha256:${"0".repeat(64)}` },
      Placement: {},
      Resources: {
        Reservations: {
          NanoCPUs: Math.round(mean(({ cpuCores }) => cpuCores) * RESERVED * NANO),
          MemoryBytes: Math.round(mean(({ memoryBytes }) => memoryBytes) * RESERVED),
        },
      },
    },
    Mode: { Replicated: { Replicas: lines.length } },
    UpdateConfig: { Parallelism: 1, Order },
  };
}

function pick<Item>(items: readonly Item[], random: () => number): Item | undefined {
  return items[Math.floor(random() * items.length)];
}
