import { marksFor } from "../../domain/policy.ts";
import { amountOf } from "../../domain/resources.ts";
import { moveOrderOf, type Service } from "../../domain/service.ts";
import type { Task } from "../../domain/task.ts";
import type { Goal } from "../../engine/goal.ts";
import type { Shift, Worth } from "../../engine/position.ts";
import type { Found } from "../../engine/search.ts";
import type { Context } from "../candidates.ts";
import type { Ground } from "../goals/ground.ts";
import { peaksOf } from "../load.ts";
import { nowOf } from "../timeline.ts";
import { copiesOn, draftOf, moveWithin, type NodeView, type View } from "../view.ts";
import { FOLLOW_LABEL, PREFER_LABEL, SPREAD_LABEL } from "../wishes.ts";
import type { ProposedMove } from "./planned.ts";

/** Improvements below this are rounding. */
const NOTHING = 1e-9;

/** The shifts that the search found, as moves of tasks with the reason for each. */
export function proposedMoves(
  view: View,
  ground: Ground,
  goals: readonly Goal[],
  found: Found,
  context: Context,
): readonly ProposedMove[] {
  if (found.shifts.length === 0) return [];
  const draft = draftOf(view);
  let before = found.before;
  return found.shifts.flatMap((shift, at) => {
    const after = found.after[at] ?? before;
    const goal = servedBy(goals, before, after);
    const gain = before.total - after.total;
    before = after;
    const place = placeOf(shift, ground, draft);
    if (place === null) return [];
    const move: ProposedMove = {
      ...ofTask(place, draft),
      price: ground.board.problem.price[shift.item] ?? 0,
      goal,
      gain,
      reason: reasonFor(goal, place, draft, context),
    };
    moveWithin(draft, move);
    return [move];
  });
}

/** The first goal in the order that is better off. */
function servedBy(goals: readonly Goal[], before: Worth, after: Worth): string {
  const served = goals.find((_goal, at) => (after.costs[at] ?? 0) < (before.costs[at] ?? 0) - NOTHING);
  return served?.name ?? "room";
}

interface Place {
  readonly task: Task;
  readonly service: Service;
  readonly from: NodeView;
  readonly to: NodeView;
}

function placeOf(
  { item, from, to }: Shift,
  { tasks, kinds, services, nodes }: Ground,
  view: View,
): Place | null {
  const task = tasks[item];
  const service = services[kinds.of[item] ?? -1];
  const origin = view.nodes.get(nodes[from]?.node.id ?? "");
  const target = view.nodes.get(nodes[to]?.node.id ?? "");
  if (task === undefined || service === undefined || origin === undefined || target === undefined)
    return null;
  return { task, service, from: origin, to: target };
}

function ofTask(
  { task, service, from, to }: Place,
  view: View,
): Omit<ProposedMove, "goal" | "gain" | "price" | "reason"> {
  return {
    serviceId: service.id,
    service: service.name,
    taskId: task.id,
    slot: task.slot,
    from: from.node.id,
    to: to.node.id,
    fromName: from.node.hostname,
    toName: to.node.hostname,
    load: view.usage[task.id] ?? nowOf(view.profiles.get(task.id) ?? [], view.timeline),
    order: moveOrderOf(service),
  };
}

function reasonFor(goal: string, { service, from, to }: Place, view: View, context: Context): string {
  const { labels } = service;
  switch (goal) {
    case "overload":
      return `${from.node.hostname} stands at ${worst(from, view, context)}; ${to.node.hostname} has the most room for it`;
    case "together":
      return labels[FOLLOW_LABEL] === undefined
        ? `those that follow it stand on ${to.node.hostname}`
        : `it follows ${labels[FOLLOW_LABEL]}, which stands on ${to.node.hostname}`;
    case "apart":
      return `${from.node.hostname} runs ${copiesOn(view, service.id, from.node.id).length} copies of it`;
    case "spread":
      return `it is to be spread over ${labels[SPREAD_LABEL] ?? "a label"}, and others of it share that of ${from.node.hostname}`;
    case "even":
      return `${from.node.hostname} stands at ${worst(from, view, context)}, ${to.node.hostname} at ${worst(to, view, context)}`;
    case "preferred":
      return `it prefers ${labels[PREFER_LABEL] ?? "other nodes"}, as ${to.node.hostname} is`;
    default:
      return `it makes room on ${from.node.hostname} for another`;
  }
}

/** The resource that is used most there, as `92 % cpu`. */
function worst({ profile, capacity }: NodeView, { timeline }: View, { policy }: Context): string {
  if (profile === null || capacity === null) return "an unknown load";
  const peaks = peaksOf(profile, capacity, timeline, policy.marks);
  const nearness = (name: string): number => (peaks[name] ?? 0) / marksFor(policy.marks, name).high;
  const [name = "cpu"] = timeline.resources
    .filter((resource) => amountOf(capacity, resource) > 0)
    .toSorted((a, b) => nearness(b) - nearness(a));
  return `${Math.round((peaks[name] ?? 0) * 100)} % ${name}`;
}
