import type { UsageReading } from "../../scheduler/ports.ts";
import type { SimTask } from "../../sim/swarm/objects.ts";
import { isUp } from "../../sim/swarm/states.ts";
import type { Swarm } from "../../sim/swarm/swarm.ts";
import { everySo, type Ground, type Policy } from "./policy.ts";
import { openNodes, usageReader } from "./seen.ts";

/** Shares of capacity: a node below the first on everything is under-utilised, above the second on anything over. */
interface Thresholds {
  readonly low: Pair;
  readonly high: Pair;
}

type Pair = readonly [cpu: number, memory: number];

/** LowNodeUtilization with the thresholds of its documentation. */
export const DESCHEDULER: Policy = {
  name: "descheduler",
  about:
    "descheduler's LowNodeUtilization on measured use: while nodes are below 20 %, tasks on nodes above 50 % are ended, and Swarm places them",
  start: (ground) => evicting(ground, () => ({ low: [0.2, 0.2], high: [0.5, 0.5] })),
};

/** The same with thresholds beside the mean: its `useDeviationThresholds`. */
export const DESCHEDULER_DEVIATION: Policy = {
  name: "descheduler-mean",
  about: "the same with useDeviationThresholds: below and above are 10 points from the mean",
  start: (ground) =>
    evicting(ground, (shares) => {
      const mean = ([0, 1] as const).map(
        (at) => shares.reduce((sum, share) => sum + share[at], 0) / Math.max(1, shares.length),
      );
      const [cpu = 0, memory = 0] = mean;
      return { low: [cpu - MARGIN, memory - MARGIN], high: [cpu + MARGIN, memory + MARGIN] };
    }),
};

const MARGIN = 0.1;

/** A node as it is measured. */
interface Seen {
  readonly id: string;
  readonly has: Pair;
  readonly used: Pair;
}

function evicting(ground: Ground, thresholdsOf: (shares: readonly Pair[]) => Thresholds) {
  const read = usageReader(ground);
  return everySo(ground.swarm.clock, ground.actsFromMs, ground.lookSeconds, async () => {
    const reading = await read();
    for (const { id } of victimsOf(ground.swarm, reading, thresholdsOf)) ground.swarm.crash(id, "evicted");
  });
}

/** The tasks that one pass would evict: from the fullest node on, as long as the under-utilised ones have room. */
function victimsOf(
  swarm: Swarm,
  { nodeUsage, taskUsage }: UsageReading,
  thresholdsOf: (shares: readonly Pair[]) => Thresholds,
): readonly SimTask[] {
  const nodes = openNodes(swarm).flatMap(({ id }): Seen[] => {
    const usage = nodeUsage[id];
    if (usage === undefined) return [];
    const { capacity, used } = usage;
    return [{ id, has: [capacity.cpuCores, capacity.memoryBytes], used: [used.cpuCores, used.memoryBytes] }];
  });
  const { low, high } = thresholdsOf(nodes.map(shareOf));
  const isUnder = (seen: Seen): boolean => shareOf(seen).every((share, at) => share < (low[at] ?? 0));
  const isOver = (share: Pair): boolean => share.some((each, at) => each > (high[at] ?? 0));
  const under = nodes.filter(isUnder);
  const room = ([0, 1] as const).map((at) =>
    under.reduce((sum, { has, used }) => sum + Math.max(0, high[at] * has[at] - used[at]), 0),
  );
  const victims: SimTask[] = [];
  const over = nodes.filter((seen) => isOver(shareOf(seen)));
  for (const seen of over.toSorted((a, b) => Math.max(...shareOf(b)) - Math.max(...shareOf(a)))) {
    let [cpu, memory] = seen.used;
    for (const task of swarm.store.tasksOn(seen.id).filter(isUp)) {
      const isStillOver = isOver([cpu / seen.has[0], memory / seen.has[1]]);
      if (!isStillOver || room.some((left) => left <= 0)) break;
      const own = taskUsage[task.id];
      if (own === undefined) continue;
      victims.push(task);
      [cpu, memory] = [cpu - own.cpuCores, memory - own.memoryBytes];
      room[0] = (room[0] ?? 0) - own.cpuCores;
      room[1] = (room[1] ?? 0) - own.memoryBytes;
    }
  }
  return victims;
}

function shareOf({ has, used }: Seen): Pair {
  return [used[0] / has[0], used[1] / has[1]];
}
