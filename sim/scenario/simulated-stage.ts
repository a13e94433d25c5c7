import { createClock, type SimClock } from "../clock.ts";
import { dockerOf } from "../docker/docker.ts";
import type { ContainerEvent } from "../swarm/containers.ts";
import { createSwarm, type Swarm } from "../swarm/swarm.ts";
import type { Timings } from "../swarm/timings.ts";
import { isCrashing } from "./scenario.ts";
import type { Stage } from "./stage.ts";

export interface SimulatedStage extends Stage {
  readonly clock: SimClock;
  readonly swarm: Swarm;
}

const NODES = 4;
const NODE = { cpuCores: 2, memoryBytes: 4 * 2 ** 30 };
const SCARCE = "scarce:1";
const START_MS = Date.UTC(2026, 0, 1);
const CRASH_AFTER_MS = 1050;

/** A simulated swarm of node1, which manages it, to node4. */
export function simulatedStage(seed = 1, timings: Partial<Timings> = {}): SimulatedStage {
  const clock = createClock(START_MS);
  const ways = {
    canPull: (image: string) => image !== SCARCE,
    fate: ({ template }: { readonly template: Readonly<Record<string, unknown>> }) =>
      isCrashing(template) ? { afterMs: CRASH_AFTER_MS, error: "task: non-zero exit (3)" } : null,
  };
  const swarm = createSwarm({ clock, seed, timings: { pullMs: 0, ...timings }, ways });
  for (let number = 1; number <= NODES; number += 1) {
    const role = number === 1 ? ("manager" as const) : ("worker" as const);
    const images = number === 2 ? [SCARCE] : [];
    const node = { id: `id-${number}`, hostname: `node${number}`, resources: NODE, images };
    swarm.join({ ...node, role, leader: number === 1 });
  }
  const events: ContainerEvent[] = [];
  swarm.onContainer((event) => void events.push(event));
  const named = (hostname: string): string =>
    [...swarm.store.nodes.values()].find(({ facts }) => facts.hostname === hostname)?.id ?? "";
  const until = async (id: string, state: string): Promise<void> => {
    while (swarm.store.nodes.get(id)?.facts.state !== state) await clock.wait(100);
  };
  return {
    docker: dockerOf(swarm),
    clock,
    swarm,
    images: { workload: "workload:1", scarce: SCARCE },
    async lose(hostname) {
      swarm.lose(named(hostname));
      await until(named(hostname), "down");
    },
    async revive(hostname) {
      swarm.revive(named(hostname));
      await until(named(hostname), "ready");
    },
    events: (sinceMs) =>
      Promise.resolve(
        events
          .filter(({ atMs }) => atMs >= sinceMs)
          .map(({ action, atMs, container }) => ({
            node: swarm.store.nodes.get(container.nodeId)?.facts.hostname ?? "",
            action,
            taskId: container.taskId,
            atMs,
          })),
      ),
  };
}
