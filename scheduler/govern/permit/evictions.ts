import { refusingConstraint } from "../../domain/constraint.ts";
import { PART_LABEL } from "../../domain/daily.ts";
import type { Node } from "../../domain/node.ts";
import type { Service } from "../../domain/service.ts";
import { holdsRoom, type Task } from "../../domain/task.ts";
import type { Facts } from "./asked.ts";

/** Tasks of one service that Swarm would shut down, and why. */
export interface Eviction {
  readonly service: Service;
  readonly tasks: number;
  /** The constraint that the node would no longer match. */
  readonly constraint: string;
}

/**
 * What Swarm's constraint enforcer would shut down once the node is as `after`: tasks that their service's constraints
 * then keep off it. At once, whatever the update configuration says. `before` is null where the enforcer did not look at
 * the node until now. Ballast's own parts follow the managers, and do not count.
 */
export function evictionsFrom(facts: Facts, before: Node | null, after: Node): readonly Eviction[] {
  return tasksByService(facts, after.id).flatMap(({ service, tasks }): readonly Eviction[] => {
    if (Object.hasOwn(service.labels, PART_LABEL)) return [];
    const constraint = refusingConstraint(after, service.constraints);
    if (constraint === null) return [];
    if (before !== null && refusingConstraint(before, service.constraints) !== null) return [];
    return [{ service, tasks: tasks.length, constraint }];
  });
}

/** The services that have tasks on the node which hold room there. */
export function tasksByService(
  { tasks, services }: Facts,
  nodeId: string,
): readonly { readonly service: Service; readonly tasks: readonly Task[] }[] {
  const there = tasks.filter((task) => task.nodeId === nodeId && holdsRoom(task));
  const byService = Map.groupBy(there, ({ serviceId }) => serviceId);
  return services.flatMap((service) => {
    const own = byService.get(service.id);
    return own === undefined ? [] : [{ service, tasks: own }];
  });
}

/** `web (2 tasks, node.labels.disk==ssd)` */
export function describeEvictions(evictions: readonly Eviction[]): string {
  return evictions
    .map(({ service, tasks, constraint }) => `${service.name} (${countOf(tasks)}, ${constraint})`)
    .join(", ");
}

/** `1 task`, `2 tasks` */
export function countOf(tasks: number): string {
  return `${tasks} task${tasks === 1 ? "" : "s"}`;
}
