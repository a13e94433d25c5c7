import type { RawSpec } from "../../scheduler/act/raw.ts";
import type { SimService, SimTask } from "../../sim/swarm/objects.ts";
import { isUp } from "../../sim/swarm/states.ts";
import { serviceTermsOf } from "../../sim/swarm/terms.ts";
import { everySo, type Ground, type Policy } from "./policy.ts";
import { changeTemplate, docker, isAtRest, openNodes, usageReader } from "./seen.ts";

const GIB = 2 ** 30;
// ORCHA's own defaults.
const DIFFERENCE_BYTES = 2 * GIB;
const SUSTAINED_MS = 10 * 60_000;
const COOLDOWN_MS = 15 * 60_000;
const PIN = "node.id==";

/** Largest free memory, as ORCHA (swarm-orchestration) has it for what it anchors. */
export const ORCHA: Policy = {
  name: "free-memory",
  about:
    "ORCHA's rule: a service of one task is pinned to the node with most free memory, when that has had 2 GiB more for 10 minutes",
  start(ground) {
    const memory: Memory = { highSinceMs: new Map(), movedMs: new Map() };
    const read = usageReader(ground);
    return everySo(ground.swarm.clock, ground.actsFromMs, ground.lookSeconds, () =>
      look(ground, read, memory),
    );
  },
};

interface Memory {
  /** By service id: since when another node has had so much more free. */
  readonly highSinceMs: Map<string, number>;
  readonly movedMs: Map<string, number>;
}

async function look(ground: Ground, read: ReturnType<typeof usageReader>, memory: Memory): Promise<void> {
  const { swarm } = ground;
  const nowMs = swarm.clock.now();
  const { nodeUsage, taskUsage } = await read();
  const free = new Map(
    openNodes(swarm).flatMap(({ id }): [string, number][] => {
      const usage = nodeUsage[id];
      return usage === undefined ? [] : [[id, usage.capacity.memoryBytes - usage.used.memoryBytes]];
    }),
  );
  for (const { service, task } of anchored(ground)) {
    const [target, most] = [...free].reduce((a, b) => (b[1] > a[1] ? b : a), ["", 0]);
    const here = free.get(task.nodeId);
    const isAway = here === undefined;
    const size = taskUsage[task.id]?.memoryBytes ?? 0;
    const isHigh = target !== task.nodeId && most - (here ?? 0) >= DIFFERENCE_BYTES && size <= most;
    if (!isHigh) {
      memory.highSinceMs.delete(service.id);
      continue;
    }
    const sinceMs = memory.highSinceMs.get(service.id) ?? nowMs;
    memory.highSinceMs.set(service.id, sinceMs);
    const isCool = nowMs - (memory.movedMs.get(service.id) ?? 0) >= COOLDOWN_MS;
    // A node that is not there is not waited for.
    if (!isAway && (nowMs - sinceMs < SUSTAINED_MS || !isCool)) continue;
    await changeTemplate(docker(ground), service.id, pinnedTo(target));
    memory.movedMs.set(service.id, nowMs);
    memory.highSinceMs.delete(service.id);
    // What was just moved is not measured there yet.
    free.set(target, most - size);
    if (here !== undefined) free.set(task.nodeId, here + size);
  }
}

/** Services of one task, with that task: what an anchor is. */
function anchored({
  swarm: { store },
}: Ground): readonly { readonly service: SimService; readonly task: SimTask }[] {
  return [...store.services.values()].flatMap((service) => {
    const isOne = serviceTermsOf(service.spec).service.replicas === 1;
    const tasks = store.tasksOf(service.id);
    const task = tasks.find(isUp) ?? tasks.find(({ state }) => state === "pending");
    return isOne && task !== undefined && isAtRest(service) ? [{ service, task }] : [];
  });
}

function pinnedTo(nodeId: string): (template: RawSpec) => RawSpec {
  return (template) => {
    const placement = (template["Placement"] ?? {}) as RawSpec;
    const own = (placement["Constraints"] ?? []) as readonly string[];
    const Constraints = [...own.filter((each) => !each.startsWith(PIN)), PIN + nodeId];
    return { ...template, Placement: { ...placement, Constraints } };
  };
}
