import type { Move } from "../../scheduler/domain/decision.ts";
import { NO_HISTORY } from "../../scheduler/domain/history.ts";
import { NO_MEMORY } from "../../scheduler/domain/memory.ts";
import type { Node } from "../../scheduler/domain/node.ts";
import type { Policy } from "../../scheduler/domain/policy.ts";
import { NOTHING, plus, type Resources } from "../../scheduler/domain/resources.ts";
import type { Service } from "../../scheduler/domain/service.ts";
import type { InputReport } from "../../scheduler/domain/input-report.ts";
import type { Snapshot } from "../../scheduler/domain/snapshot.ts";
import { holdsRoom, type Task } from "../../scheduler/domain/task.ts";

/** A swarm as it truly is, of which a snapshot shows what could be measured. */
export interface World {
  readonly nowMs: number;
  readonly nodes: readonly Node[];
  readonly services: readonly Service[];
  readonly tasks: readonly Task[];
  /** What each task uses, by its id. */
  readonly loads: Readonly<Record<string, Resources>>;
  /** What each node uses beside its tasks, by its id. */
  readonly beside: Readonly<Record<string, Resources>>;
  /** Ids of nodes and tasks that were not measured. */
  readonly unmeasured: ReadonlySet<string>;
  readonly inputs: readonly InputReport[];
}

/** What a decision is shown of the world. */
export function snapshotOf(world: World): Snapshot {
  const { nodes, services, tasks, loads, beside, unmeasured } = world;
  const seen = nodes.filter(({ id }) => !unmeasured.has(id));
  const measured = tasks.filter((task) => holdsRoom(task) && !unmeasured.has(task.id));
  const usedOn = (nodeId: string): Resources =>
    tasks
      .filter((task) => task.nodeId === nodeId && holdsRoom(task))
      .reduce((sum, task) => plus(sum, loads[task.id] ?? NOTHING), beside[nodeId] ?? NOTHING);
  return {
    takenAtMs: world.nowMs,
    windowSeconds: 600,
    nodes,
    services,
    tasks,
    nodeUsage: Object.fromEntries(
      seen.map(({ id, resources }) => [
        id,
        { capacity: resources, used: usedOn(id), remainder: beside[id] ?? NOTHING },
      ]),
    ),
    taskUsage: Object.fromEntries(measured.map(({ id }) => [id, loads[id] ?? NOTHING])),
    images: {},
    history: NO_HISTORY,
    orders: [],
    inputs: world.inputs,
    memory: NO_MEMORY,
  };
}

/**
 * The world when every move has landed and all has settled: new tasks run in the old ones' slots under the same load,
 * and the window, the cooldown and the quiet period have passed.
 */
export function afterPlan(world: World, moves: readonly Move[], policy: Policy): World {
  const waitSeconds = Math.max(policy.windowSeconds, policy.cooldownSeconds, policy.quietSeconds) + 1;
  const landedAtMs = world.nowMs + 60_000;
  const loads = { ...world.loads };
  const tasks = world.tasks.flatMap((task): readonly Task[] => {
    const move = moves.find(({ taskId }) => taskId === task.id);
    if (move === undefined) return [task];
    const landed: Task = { ...task, id: `${task.id}'`, nodeId: move.to, stateSinceMs: landedAtMs };
    loads[landed.id] = world.loads[task.id] ?? NOTHING;
    return [{ ...task, state: "shutdown", desired: "shutdown", stateSinceMs: landedAtMs }, landed];
  });
  const written = new Set(moves.map(({ serviceId }) => serviceId));
  const services = world.services.map((service) =>
    written.has(service.id) ? { ...service, updatedAtMs: landedAtMs } : service,
  );
  return { ...world, nowMs: landedAtMs + waitSeconds * 1000, tasks, services, loads, unmeasured: new Set() };
}
