import type { Move } from "../domain/decision.ts";
import type { Lesson, Regret } from "../domain/memory.ts";
import type { Node } from "../domain/node.ts";
import type { Order } from "../domain/order.ts";
import { minus, NOTHING, plus, type Resources } from "../domain/resources.ts";
import type { Service } from "../domain/service.ts";
import type { NodeUsage, Snapshot } from "../domain/snapshot.ts";
import { holdsRoom, isRunning, type Task } from "../domain/task.ts";

/** A node with what stands on it. */
export interface NodeView {
  readonly node: Node;
  /** Tasks that hold room there: running, starting or still stopping. */
  readonly tasks: readonly Task[];
  readonly reserved: Resources;
  readonly capacity: Resources | null;
  /** The load a decision counts with; null when not measured at all. */
  readonly used: Resources | null;
  /** Why the load cannot be counted on; empty when it can. */
  readonly unsettled: readonly string[];
}

/** The snapshot, arranged for questions. Values only: a planned move makes a new view. */
export interface View {
  readonly nodes: ReadonlyMap<string, NodeView>;
  readonly services: ReadonlyMap<string, Service>;
  readonly tasksOf: ReadonlyMap<string, readonly Task[]>;
  readonly usage: Readonly<Record<string, Resources>>;
  readonly images: Snapshot["images"];
  readonly orders: readonly Order[];
  /** Ids of the nodes that a person has asked to be emptied. */
  readonly draining: ReadonlySet<string>;
  readonly lessons: readonly Lesson[];
  readonly regrets: readonly Regret[];
}

/**
 * Arranges a snapshot: nodes by hostname, tasks by id, so that the order in which Swarm lists them decides nothing.
 * `windowSeconds` is the time that usage was averaged over.
 */
export function viewOf(snapshot: Snapshot, windowSeconds: number): View {
  const services = new Map(snapshot.services.map((service) => [service.id, service]));
  const horizonMs = snapshot.takenAtMs - windowSeconds * 1000;
  const allTasks = snapshot.tasks.toSorted((a, b) => compare(a.id, b.id));
  const byNode = Map.groupBy(allTasks, (task) => task.nodeId);
  const allNodes = snapshot.nodes.toSorted((a, b) => compare(a.hostname, b.hostname) || compare(a.id, b.id));
  const nodes = allNodes.map((node): [string, NodeView] => {
    const everRan = byNode.get(node.id) ?? [];
    const tasks = everRan.filter(holdsRoom);
    const usage = snapshot.nodeUsage[node.id];
    return [
      node.id,
      {
        node,
        tasks,
        reserved: tasks.reduce(
          (sum, task) => plus(sum, services.get(task.serviceId)?.reservations ?? NOTHING),
          NOTHING,
        ),
        capacity: usage?.capacity ?? null,
        used: usage === undefined ? null : countedLoad(usage, tasks, snapshot.taskUsage),
        unsettled:
          usage === undefined
            ? ["its agent is not measured"]
            : comingsAndGoings(everRan, snapshot, horizonMs),
      },
    ];
  });
  const live = allTasks.filter(holdsRoom);
  return {
    nodes: new Map(nodes),
    services,
    tasksOf: Map.groupBy(live, (task) => task.serviceId),
    usage: snapshot.taskUsage,
    images: snapshot.images,
    orders: snapshot.orders,
    draining: new Set(snapshot.orders.flatMap((order) => (order.kind === "drain" ? [order.node] : []))),
    lessons: snapshot.memory.lessons,
    regrets: snapshot.memory.regrets,
  };
}

/** By code units: a locale, which is of the environment, must not decide. */
function compare(a: string, b: string): number {
  return Number(a > b) - Number(a < b);
}

/** The tasks now there, plus what the node uses beside them (daemons, the system, containers that are no tasks). */
function countedLoad(usage: NodeUsage, tasks: readonly Task[], taskUsage: Snapshot["taskUsage"]): Resources {
  const ofTasks = tasks.reduce((sum, task) => plus(sum, taskUsage[task.id] ?? NOTHING), NOTHING);
  return plus(ofTasks, minus(usage.used, ofTasks));
}

/**
 * An average lags: it still holds what left the node within the window and not yet the whole of what came. Until the
 * window has passed, such a node neither gives nor takes.
 */
function comingsAndGoings(tasks: readonly Task[], snapshot: Snapshot, horizonMs: number): readonly string[] {
  const came = tasks.filter((task) => holdsRoom(task) && snapshot.taskUsage[task.id] === undefined);
  const left = tasks.filter((task) => !holdsRoom(task) && task.stateSinceMs > horizonMs);
  return [
    ...(came.length > 0 ? [`${came.length} task(s) there not measured over the whole window yet`] : []),
    ...(left.length > 0 ? [`${left.length} task(s) left it within the window`] : []),
  ];
}

/** The running tasks of a service on a node. */
export function copiesOn(view: View, serviceId: string, nodeId: string): readonly Task[] {
  return (view.tasksOf.get(serviceId) ?? []).filter((task) => task.nodeId === nodeId && isRunning(task));
}

/** The view as it will be when the move has landed. */
export function afterMove(view: View, move: Move): View {
  const moved = (view.tasksOf.get(move.serviceId) ?? []).find((task) => task.id === move.taskId);
  const service = view.services.get(move.serviceId);
  if (moved === undefined || service === undefined) return view;
  const landed: Task = { ...moved, nodeId: move.to };
  const nodes = new Map(view.nodes);
  changeNode(nodes, move.from, (from) => ({
    ...from,
    tasks: from.tasks.filter((task) => task.id !== moved.id),
    reserved: minus(from.reserved, service.reservations),
    used: from.used === null ? null : minus(from.used, move.load),
  }));
  changeNode(nodes, move.to, (to) => ({
    ...to,
    tasks: [...to.tasks, landed],
    reserved: plus(to.reserved, service.reservations),
    used: to.used === null ? null : plus(to.used, move.load),
  }));
  const tasksOf = new Map(view.tasksOf);
  tasksOf.set(
    service.id,
    (view.tasksOf.get(service.id) ?? []).map((task) => (task.id === moved.id ? landed : task)),
  );
  return { ...view, nodes, tasksOf };
}

function changeNode(nodes: Map<string, NodeView>, id: string, change: (node: NodeView) => NodeView): void {
  const node = nodes.get(id);
  if (node !== undefined) nodes.set(id, change(node));
}
