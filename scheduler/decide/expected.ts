import type { History, Series } from "../domain/history.ts";
import { NOTHING, plus, type Resources } from "../domain/resources.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { Task } from "../domain/task.ts";

/**
 * By id, what tasks too young to have been measured can be expected to use: the mean of their service's measured tasks, or
 * else the last that is known of one of its service's tasks (Trimaran's correction for averages that lag). A task of
 * which nothing can be expected has no entry, nor has one that has run for long and was not measured all the same:
 * something is wrong with it, or with the measuring.
 */
export function expectedUsage(
  tasks: readonly Task[],
  {
    taskUsage,
    history,
    takenAtMs,
    windowSeconds,
  }: Pick<Snapshot, "taskUsage" | "history" | "takenAtMs" | "windowSeconds">,
): ReadonlyMap<string, Resources> {
  const isYoung = ({ stateSinceMs }: Task): boolean => stateSinceMs > takenAtMs - windowSeconds * 1000;
  const young = tasks.filter((task) => isYoung(task) && taskUsage[task.id] === undefined);
  const services = new Set(young.map(({ serviceId }) => serviceId));
  if (services.size === 0) return new Map();
  const siblings = Map.groupBy(
    tasks.filter(({ serviceId }) => services.has(serviceId)),
    ({ serviceId }) => serviceId,
  );
  const expected = new Map(
    [...siblings].map(([serviceId, ofService]) => [
      serviceId,
      meanOf(ofService.flatMap(({ id }) => taskUsage[id] ?? [])) ?? lastOf(history, serviceId),
    ]),
  );
  return new Map(
    young.flatMap(({ id, serviceId }): readonly [string, Resources][] => {
      const usage = expected.get(serviceId) ?? null;
      return usage === null ? [] : [[id, usage]];
    }),
  );
}

function meanOf(usages: readonly Resources[]): Resources | null {
  if (usages.length === 0) return null;
  const { cpuCores, memoryBytes, ...rest } = usages.reduce(plus, NOTHING);
  const mean = { cpuCores: cpuCores / usages.length, memoryBytes: memoryBytes / usages.length };
  if (rest.others === undefined) return mean;
  const others = Object.entries(rest.others).map(([name, sum]) => [name, sum / usages.length]);
  return { ...mean, others: Object.fromEntries(others) as Resources["others"] & object };
}

function lastOf({ services }: History, serviceId: string): Resources | null {
  const series: Series | undefined = services[serviceId];
  const cpuCores = series?.cpuCores.findLast((value) => !Number.isNaN(value));
  const memoryBytes = series?.memoryBytes.findLast((value) => !Number.isNaN(value));
  return cpuCores === undefined || memoryBytes === undefined ? null : { cpuCores, memoryBytes };
}
