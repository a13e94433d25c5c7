import { createClock, type SimClock } from "../../../sim/clock.ts";
import { isUp } from "../../../sim/swarm/states.ts";
import { createSwarm, type NewNode, type Swarm, type SwarmOptions } from "../../../sim/swarm/swarm.ts";

export const START = Date.UTC(2026, 0, 1);
export const GIB = 2 ** 30;

/** A simulated swarm of so many nodes, n1 to nN, of which the first leads. */
export function aSimSwarm(
  nodes: number,
  over: Partial<NewNode> = {},
  options: Partial<SwarmOptions> = {},
): Swarm & { readonly clock: SimClock } {
  const clock = createClock(START);
  const swarm = createSwarm({ clock, ...options });
  for (let number = 1; number <= nodes; number += 1) {
    const id = `n${number}`;
    const role = number === 1 ? ("manager" as const) : ("worker" as const);
    const resources = { cpuCores: 4, memoryBytes: 8 * GIB };
    swarm.join({ id, hostname: id, resources, role, leader: number === 1, ...over });
  }
  return swarm;
}

interface Sketch {
  readonly name?: string;
  readonly replicas?: number;
  readonly image?: string;
  readonly placement?: Readonly<Record<string, unknown>>;
  readonly memoryBytes?: number;
  readonly update?: Readonly<Record<string, unknown>>;
  readonly restart?: Readonly<Record<string, unknown>>;
}

/** A service's spec as the Docker API has it. */
export function aSpec(sketch: Sketch = {}): Readonly<Record<string, unknown>> {
  const { name = "web", replicas = 1, image = "web:1", placement = {}, memoryBytes = 0 } = sketch;
  return {
    Name: name,
    TaskTemplate: {
      ContainerSpec: { Image: image },
      Placement: placement,
      Resources: { Reservations: { MemoryBytes: memoryBytes } },
      ...(sketch.restart === undefined ? {} : { RestartPolicy: sketch.restart }),
    },
    Mode: { Replicated: { Replicas: replicas } },
    ...(sketch.update === undefined ? {} : { UpdateConfig: sketch.update }),
  };
}

/** The service writes itself anew, as its owner would. */
export function rewrite(swarm: Swarm, id: string, spec: Readonly<Record<string, unknown>>): void {
  swarm.writeService(id, swarm.store.services.get(id)?.version ?? -1, spec);
}

/** The nodes on which a service's tasks run, one entry for each. */
export function placesOf({ store }: Swarm, serviceId: string): readonly string[] {
  return store
    .tasksOf(serviceId)
    .filter(isUp)
    .map(({ nodeId }) => nodeId)
    .sort();
}

export function pass({ clock }: Swarm, seconds: number): void {
  clock.runUntil(clock.now() + seconds * 1000);
}
