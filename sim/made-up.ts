import type { Loads } from "./loads.ts";
import { madeUpLoads, type ServiceLoad } from "./loads.ts";
import { seeded } from "../scheduler/engine/random.ts";
import type { Swarm } from "./swarm/swarm.ts";

export interface MadeUp {
  readonly nodes: number;
  readonly tasks: number;
  readonly seed: number;
  /** The jumps of what is used, as a share of it. */
  readonly noise: number;
  /** From when on loads change no more but for the noise; null: never. */
  readonly stillFromMs?: number | null;
}

const GIB = 2 ** 30;
const NODE_SIZES = [
  { cpuCores: 8, memoryBytes: 32 * GIB },
  { cpuCores: 16, memoryBytes: 64 * GIB },
  { cpuCores: 32, memoryBytes: 128 * GIB },
];
const REPLICAS = [1, 2, 3, 5, 10, 20, 40, 100];
const MANAGERS = 3;
/** What all tasks use of all nodes, on average. */
const FULLNESS = 0.5;
const NANO = 1e9;

/** Makes a swarm up: nodes of three sizes and services of many, that reserve a part of what they use. */
export function makeUp(swarm: Swarm, { nodes, tasks, seed, noise, stillFromMs = null }: MadeUp): Loads {
  const random = seeded(seed);
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)];
  let cores = 0;
  for (let number = 1; number <= nodes; number += 1) {
    const resources = pick(NODE_SIZES) ?? { cpuCores: 8, memoryBytes: 32 * GIB };
    cores += resources.cpuCores;
    const role = number <= MANAGERS ? ("manager" as const) : ("worker" as const);
    swarm.join({ id: `n${number}`, hostname: `node${number}`, resources, role, leader: number === 1 });
  }
  const perTask = (FULLNESS * cores) / tasks;
  const services = new Map<string, ServiceLoad>();
  for (let left = tasks, number = 1; left > 0; number += 1) {
    const replicas = Math.min(left, pick(REPLICAS) ?? 1);
    left -= replicas;
    const cpuCores = perTask * (0.2 + 1.6 * random());
    const memoryBytes = Math.round(4 * GIB * cpuCores * (0.5 + random()));
    const id = swarm.createService({
      Name: `service${number}`,
      Labels: {},
      TaskTemplate: {
        ContainerSpec: { Image: `registry.example/service${number}:1@sha256:${"0".repeat(64)}` },
        Placement: {},
        Resources: {
          Reservations: {
            NanoCPUs: Math.round((cpuCores * NANO) / 4),
            MemoryBytes: Math.round(memoryBytes / 2),
          },
        },
      },
      Mode: { Replicated: { Replicas: replicas } },
      UpdateConfig: { Parallelism: Math.ceil(replicas / 10), Order: "start-first" },
    });
    services.set(id, { cpuCores, memoryBytes, daily: 0.6 * random(), peakHour: 8 + 12 * random() });
  }
  const beside = { cpuCores: 0.2, memoryBytes: GIB };
  return madeUpLoads({ services, noise, seed, beside, stillFromMs });
}
