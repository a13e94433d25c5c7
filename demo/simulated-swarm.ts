import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load, YAML11_SCHEMA } from "js-yaml";
import * as z from "zod";
import { createClock, type SimClock } from "../sim/clock.ts";
import { madeUpLoads, type Loads, type ServiceLoad } from "../sim/loads.ts";
import { isUp } from "../sim/swarm/states.ts";
import { createSwarm, type Swarm } from "../sim/swarm/swarm.ts";
import { serviceTermsOf } from "../sim/swarm/terms.ts";
import { STACK, type ServiceState } from "./workload.ts";

/** As the demo on a real swarm has it. */
const NODE = { cpuCores: 0.5, memoryBytes: 2 ** 30 };
const BESIDE = { cpuCores: 0.02, memoryBytes: 100 * 2 ** 20 };
const NOISE = 0.05;
const MEGABYTE = 2 ** 20;
const NANO = 1e9;
const SETTLED_MS = 30_000;

const WORKLOAD = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string(),
      environment: z.object({ LOAD_CPU: z.coerce.number(), LOAD_MEMORY_MB: z.coerce.number() }),
      deploy: z.object({
        replicas: z.number(),
        placement: z.object({ constraints: z.array(z.string()) }),
        resources: z.object({
          reservations: z.object({ cpus: z.coerce.number(), memory: z.string().regex(/^\d+M$/) }),
        }),
      }),
    }),
  ),
});

/** A swarm in memory with the demo's workload on it. */
export interface SimulatedSwarm {
  readonly swarm: Swarm;
  readonly clock: SimClock;
  readonly loads: Loads;
}

/** The name of the simulated node of that number: it says what it is wherever it is shown. */
export function nameOf(number: number): string {
  return `simulated${number}`;
}

/** Starts the demo's workload on two simulated nodes, of which only the second is a worker. */
export function startSwarm(startMs: number): SimulatedSwarm {
  const clock = createClock(startMs);
  const swarm = createSwarm({ clock });
  addNode(swarm, 1);
  addNode(swarm, 2);
  const services = new Map<string, ServiceLoad>();
  const file = readFileSync(join(import.meta.dirname, "workload.yml"), "utf8");
  const workload = WORKLOAD.parse(load(file, { schema: YAML11_SCHEMA }));
  for (const [name, service] of Object.entries(workload.services)) {
    const { environment, deploy } = service;
    const { reservations } = deploy.resources;
    const id = swarm.createService({
      Name: `${STACK}_${name}`,
      Labels: { "com.docker.stack.namespace": STACK },
      TaskTemplate: {
        ContainerSpec: { Image: service.image },
        Placement: { Constraints: deploy.placement.constraints },
        Resources: {
          Reservations: {
            NanoCPUs: reservations.cpus * NANO,
            MemoryBytes: Number.parseInt(reservations.memory, 10) * MEGABYTE,
          },
        },
      },
      Mode: { Replicated: { Replicas: deploy.replicas } },
    });
    const memoryBytes = environment.LOAD_MEMORY_MB * MEGABYTE;
    services.set(id, { cpuCores: environment.LOAD_CPU, memoryBytes });
  }
  clock.runUntil(startMs + SETTLED_MS);
  return { swarm, clock, loads: madeUpLoads({ services, beside: BESIDE, noise: NOISE }) };
}

/** A further, empty worker. */
export function joinNode({ swarm }: SimulatedSwarm, number: number): void {
  addNode(swarm, number);
}

function addNode(swarm: Swarm, number: number): void {
  const role = number === 1 ? ("manager" as const) : ("worker" as const);
  const node = { id: `simulated-node-${number}`, hostname: nameOf(number), resources: NODE };
  swarm.join({ ...node, role, leader: number === 1 });
}

/** The workload as the simulated swarm itself has it. */
export function statesOf({ store }: Swarm): readonly ServiceState[] {
  return [...store.services.values()].map(({ id, spec }) => {
    const { name, replicas } = serviceTermsOf(spec).service;
    const { Placement = {} } = (spec["TaskTemplate"] ?? {}) as {
      readonly Placement?: { readonly Constraints?: readonly string[] };
    };
    return {
      name,
      replicas: replicas ?? 0,
      running: store.tasksOf(id).filter(isUp).length,
      placement: JSON.stringify(Placement),
      constraints: Placement.Constraints ?? [],
      ours: Object.keys(spec["Labels"] ?? {}).filter((label) => label.startsWith("ballast.")),
    };
  });
}
