import type Docker from "dockerode";
import type { SimNode, SimService } from "../../sim/swarm/objects.ts";
import { isUp } from "../../sim/swarm/states.ts";
import type { Swarm } from "../../sim/swarm/swarm.ts";
import { everySo, type Policy } from "./policy.ts";
import { changeTemplate, countsOn, docker, isAtRest, openNodes } from "./seen.ts";

const HOUR_SECONDS = 3600;
/** Tasks that two nodes may differ by: placing a single one anew cannot do better than one. */
const UNEVEN_SERVICE = 2;
/** The same of all tasks of two nodes: fewer are chance. */
const UNEVEN_NODES = 4;

/** The script that people run from cron. */
export const FORCE: Policy = {
  name: "force-update",
  about:
    "a script, hourly: `docker service update --force` of services whose tasks stand unevenly, and of one on the node with most tasks",
  start(ground) {
    const api = docker(ground);
    return everySo(ground.swarm.clock, ground.actsFromMs, HOUR_SECONDS, () => forceUneven(ground.swarm, api));
  },
};

async function forceUneven(swarm: Swarm, api: Docker): Promise<void> {
  const nodes = openNodes(swarm);
  const services = [...swarm.store.services.values()].filter(isAtRest);
  const uneven = services.filter(({ id }) => spanOf(countsOn(swarm, nodes, id)) >= UNEVEN_SERVICE);
  const more = fromFullest(swarm, nodes, services);
  for (const { id } of new Set([...uneven, ...(more === null ? [] : [more])]))
    await changeTemplate(api, id, (template) => ({
      ...template,
      ForceUpdate: Number(template["ForceUpdate"] ?? 0) + 1,
    }));
}

/** Where nodes differ by too many tasks, the smallest service on the one with most. */
function fromFullest(
  swarm: Swarm,
  nodes: readonly SimNode[],
  services: readonly SimService[],
): SimService | null {
  const counts = countsOn(swarm, nodes);
  if (spanOf(counts) < UNEVEN_NODES) return null;
  const fullest = nodes[counts.indexOf(Math.max(...counts))];
  const there = new Set(swarm.store.tasksOn(fullest?.id ?? "").map(({ serviceId }) => serviceId));
  const sizeOf = ({ id }: SimService): number => swarm.store.tasksOf(id).filter(isUp).length;
  const [smallest] = services.filter(({ id }) => there.has(id)).toSorted((a, b) => sizeOf(a) - sizeOf(b));
  return smallest ?? null;
}

function spanOf(counts: readonly number[]): number {
  return counts.length === 0 ? 0 : Math.max(...counts) - Math.min(...counts);
}
