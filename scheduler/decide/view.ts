import type { Move } from "../domain/decision.ts";
import type { LearnedPrice, Lesson, Memory, Regret } from "../domain/memory.ts";
import type { Node } from "../domain/node.ts";
import type { Order } from "../domain/order.ts";
import { minus, NOTHING, plus, type Resources } from "../domain/resources.ts";
import type { Service } from "../domain/service.ts";
import type { NodeUsage, Snapshot } from "../domain/snapshot.ts";
import { holdsRoom, isRunning, type Task } from "../domain/task.ts";
import { Overlay } from "./overlay.ts";
import { standingsOf } from "./standing.ts";
import { nowOf, profileOf, sumOf, type Profile, type Timeline } from "./timeline.ts";

/** A node with what stands on it. */
export interface NodeView {
  readonly node: Node;
  /** Tasks that hold room there: running, starting or still stopping. */
  readonly tasks: readonly Task[];
  /** Their profiles one after the other; null where they do not lie so, since tasks came or left. */
  readonly loads: Float64Array | null;
  readonly reserved: Resources;
  readonly capacity: Resources | null;
  /** The load a decision counts with, at present; null when not measured at all. */
  readonly used: Resources | null;
  /** The same over time. */
  readonly profile: Profile | null;
  /** What of it is not of the tasks there. */
  readonly beside: Profile | null;
  /** Why the load cannot be counted on; empty when it can. */
  readonly unsettled: readonly string[];
}

/** The snapshot, arranged for questions. Values only: a planned move makes a new view. */
export interface View {
  /** When the snapshot was taken, milliseconds since 1970. */
  readonly takenAtMs: number;
  readonly nodes: ReadonlyMap<string, NodeView>;
  readonly services: ReadonlyMap<string, Service>;
  readonly tasksOf: ReadonlyMap<string, readonly Task[]>;
  /** By task id, as measured. */
  readonly usage: Readonly<Record<string, Resources>>;
  readonly timeline: Timeline;
  /** By task id, the load over time: measured, or of a task too young for that expected. */
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly images: Snapshot["images"];
  readonly orders: readonly Order[];
  /** Ids of the nodes that a person has asked to be emptied. */
  readonly draining: ReadonlySet<string>;
  /** What an earlier plan set out to mend and may not have finished. */
  readonly pursued: ReadonlySet<string>;
  /** The moves of an earlier plan. */
  readonly planned: Memory["planned"];
  readonly lessons: readonly Lesson[];
  readonly regrets: readonly Regret[];
  /** When a task of the service last landed on the node by a move, milliseconds since 1970: by their ids. */
  readonly landings: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** What moving a service has cost so far, by its id. */
  readonly prices: ReadonlyMap<string, LearnedPrice>;
}

/** What was arranged of snapshots, which never change: they are asked about more than once. */
const views = new WeakMap<Snapshot, View>();

/** Arranges a snapshot: nodes by hostname, tasks by id, so that the order in which Swarm lists them decides nothing. */
export function viewOf(snapshot: Snapshot): View {
  const view = views.get(snapshot) ?? arranged(snapshot);
  views.set(snapshot, view);
  return view;
}

function arranged(snapshot: Snapshot): View {
  const services = new Map(snapshot.services.map((service) => [service.id, service]));
  const live = snapshot.tasks.filter(holdsRoom).sort((a, b) => compare(a.id, b.id));
  const { timeline, onNode, profiles } = standingsOf(live, snapshot);
  const allNodes = snapshot.nodes.toSorted((a, b) => compare(a.hostname, b.hostname) || compare(a.id, b.id));
  const nodes = allNodes.flatMap((node): readonly [string, NodeView][] => {
    const standing = onNode.get(node.id);
    if (standing === undefined) return [];
    const { tasks, loads, unknown, carried, beside } = standing;
    const usage = snapshot.nodeUsage[node.id];
    return [
      [
        node.id,
        {
          node,
          tasks,
          loads,
          reserved: reservedBy(tasks, services),
          capacity: usage?.capacity ?? null,
          used: carried === null ? null : nowOf(carried, timeline),
          profile: carried,
          beside,
          unsettled:
            usage === undefined
              ? ["its agent is not measured"]
              : [...unknownResources(usage), ...unknownTasks(unknown)],
        },
      ],
    ];
  });
  return {
    takenAtMs: snapshot.takenAtMs,
    nodes: new Map(nodes),
    services,
    tasksOf: Map.groupBy(live, (task) => task.serviceId),
    usage: snapshot.taskUsage,
    timeline,
    profiles,
    images: snapshot.images,
    orders: snapshot.orders,
    draining: new Set(snapshot.orders.flatMap((order) => (order.kind === "drain" ? [order.node] : []))),
    pursued: new Set(snapshot.memory.pursues),
    planned: snapshot.memory.planned,
    lessons: snapshot.memory.lessons,
    regrets: snapshot.memory.regrets,
    landings: landingsIn(snapshot.memory),
    prices: new Map(snapshot.memory.prices.map((price) => [price.serviceId, price])),
  };
}

/** By code units: a locale, which is of the environment, must not decide. */
function compare(a: string, b: string): number {
  return Number(a > b) - Number(a < b);
}

function reservedBy(tasks: readonly Task[], services: View["services"]): Resources {
  return tasks.reduce(
    (sum, { serviceId }) => plus(sum, services.get(serviceId)?.reservations ?? NOTHING),
    NOTHING,
  );
}

/** What stands there and neither was measured nor can be expected of its service: it may use anything. */
function unknownTasks(unknown: number): readonly string[] {
  return unknown > 0 ? [`${unknown} task(s) there not measured over the whole window yet`] : [];
}

function unknownResources({ unknown = [] }: NodeUsage): readonly string[] {
  return unknown.map((name) => `its use of ${name} is not measured`);
}

function landingsIn({ landings }: Memory): View["landings"] {
  const ofServices = Map.groupBy(landings, ({ serviceId }) => serviceId);
  return new Map(
    [...ofServices].map(([id, landed]) => [id, new Map(landed.map(({ node, atMs }) => [node, atMs]))]),
  );
}

/** The running tasks of a service on a node. */
export function copiesOn(view: View, serviceId: string, nodeId: string): readonly Task[] {
  return (view.tasksOf.get(serviceId) ?? []).filter((task) => task.nodeId === nodeId && isRunning(task));
}

/** Whether the node's load can be reckoned with: it is there, and enough is known of it. */
export function isCounted({ node, unsettled, capacity }: NodeView): boolean {
  return (
    node.state === "ready" && node.availability !== "drain" && unsettled.length === 0 && capacity !== null
  );
}

/** The nodes that can carry load: what is drained or down is not uneven, it is away. */
export function serving(view: View): readonly NodeView[] {
  return [...view.nodes.values()].filter(
    ({ node }) => node.state === "ready" && node.availability === "active",
  );
}

/** The view as it will be when the move has landed. */
export function afterMove(view: View, move: Transfer): View {
  const draft = draftOf(view);
  moveWithin(draft, move);
  return draft;
}

/** What of a move changes a view. */
export type Transfer = Pick<Move, "taskId" | "serviceId" | "to" | "load">;

/** A view of one's own, that may be changed in place: where moves are tried by the thousand. */
export interface Draft extends View {
  readonly nodes: Overlay<string, NodeView>;
  readonly tasksOf: Overlay<string, readonly Task[]>;
}

/** A draft that changes while the view stays. */
export function draftOf(view: View): Draft {
  return { ...view, nodes: new Overlay(view.nodes), tasksOf: new Overlay(view.tasksOf) };
}

/** Moves a task within a draft. Nothing happens when the swarm no longer has it. */
export function moveWithin(draft: Draft, { serviceId, taskId, to, load }: Transfer): void {
  const tasks = draft.tasksOf.get(serviceId) ?? [];
  const moved = tasks.find((task) => task.id === taskId);
  const service = draft.services.get(serviceId);
  if (moved === undefined || service === undefined) return;
  const landed: Task = { ...moved, nodeId: to };
  const profile = draft.profiles.get(taskId) ?? profileOf(load, undefined, undefined, draft.timeline);
  changeNode(draft, moved.nodeId, profile, -1, (from) => ({
    tasks: from.tasks.filter((task) => task.id !== taskId),
    reserved: minus(from.reserved, service.reservations),
  }));
  changeNode(draft, to, profile, 1, (node) => ({
    tasks: [...node.tasks, landed],
    reserved: plus(node.reserved, service.reservations),
  }));
  draft.tasksOf.set(
    serviceId,
    tasks.map((task) => (task.id === taskId ? landed : task)),
  );
}

function changeNode(
  { nodes, timeline }: Draft,
  id: string,
  load: Profile,
  sign: 1 | -1,
  change: (node: NodeView) => Pick<NodeView, "tasks" | "reserved">,
): void {
  const node = nodes.get(id);
  if (node === undefined) return;
  const profile = node.profile === null ? null : sumOf(node.profile, load, sign);
  const used = profile === null ? null : nowOf(profile, timeline);
  nodes.set(id, { ...node, ...change(node), loads: null, profile, used });
}
