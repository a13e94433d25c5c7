import { plus, type Resources } from "../scheduler/domain/resources.ts";
import type { Loads } from "./loads.ts";
import type { Swarm } from "./swarm/swarm.ts";

/** What is truly asked of each node that is there, at this moment, by id: more than it has where it is overloaded. */
export function demands({ store, workers, clock }: Swarm, loads: Loads): ReadonlyMap<string, Resources> {
  const nowMs = clock.now();
  const found = new Map<string, Resources>();
  for (const { id, isAlive } of store.nodes.values()) if (isAlive) found.set(id, loads.ofNode(id, nowMs));
  for (const container of workers.containers.values()) {
    const here = found.get(container.nodeId);
    if (container.endedMs === null && here !== undefined)
      found.set(container.nodeId, plus(here, loads.ofTask(container, nowMs)));
  }
  return found;
}

/** How full each node truly is: its demand as a share of what it has, the higher of CPU and memory. */
export function fillings(swarm: Swarm, loads: Loads): ReadonlyMap<string, number> {
  return new Map(
    [...demands(swarm, loads)].map(([id, { cpuCores, memoryBytes }]) => {
      const has = swarm.store.nodes.get(id)?.facts.resources;
      return [id, has === undefined ? 0 : Math.max(cpuCores / has.cpuCores, memoryBytes / has.memoryBytes)];
    }),
  );
}
