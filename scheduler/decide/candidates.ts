import type { Move, Refusal } from "../domain/decision.ts";
import { isNamedMove } from "../domain/order.ts";
import type { Policy } from "../domain/policy.ts";
import type { Resources } from "../domain/resources.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { Task } from "../domain/task.ts";
import type { Candidate, TargetFilter, Traveller } from "./filters/filter.ts";
import { TARGET_FILTERS } from "./filters/target-filters.ts";
import { TASK_FILTERS } from "./filters/task-filters.ts";
import { profileOf } from "./timeline.ts";
import type { NodeView, View } from "./view.ts";

/** What every question of one decision shares. */
export interface Context {
  readonly policy: Policy;
  readonly nowMs: number;
  /** When the loads were measured. */
  readonly measuredAtMs: number;
}

/** The context of a decision on the snapshot. */
export function contextOf(
  { takenAtMs }: Pick<Snapshot, "takenAtMs">,
  policy: Policy,
  nowMs: number,
): Context {
  return { policy, nowMs, measuredAtMs: takenAtMs };
}

/** A task that may leave its node, or the rule that keeps it there. */
export type TaskAnswer =
  { readonly ok: true; readonly traveller: Traveller } | { readonly ok: false; readonly refusal: Refusal };

/**
 * Asks every task filter in order; null for a task whose service Swarm no longer lists. `to`: the id of the only node that
 * it would go to, where that is settled.
 */
export function mayLeave(
  view: View,
  task: Task,
  context: Context,
  to: string | null = null,
): TaskAnswer | null {
  const service = view.services.get(task.serviceId);
  if (service === undefined) return null;
  const candidate: Candidate = { task, service, view, ...context };
  const isUrgent = isWanted(view, task, to);
  for (const filter of TASK_FILTERS) {
    if (isUrgent && filter.yieldsToDrain === true) continue;
    const verdict = filter.check(candidate);
    if (!verdict.ok) return { ok: false, refusal: refusalOf(candidate, filter.name, verdict.detail, null) };
  }
  // What a task uses that must leave need not be known: what it reserves is what Swarm would reckon with.
  const load: Resources | undefined = view.usage[task.id] ?? (isUrgent ? service.reservations : undefined);
  if (load === undefined) return null;
  const profile = view.profiles.get(task.id) ?? profileOf(load, undefined, undefined, view.timeline);
  return { ok: true, traveller: { ...candidate, load, profile } };
}

/** Asks every target filter in order; null when the task may stand on the node. */
export function refusalOfTarget(traveller: Traveller, target: NodeView): Refusal | null {
  const { view, task } = traveller;
  const isUrgent = isWanted(view, task, target.node.id);
  return refusalAmong(
    TARGET_FILTERS.filter((filter) => !isUrgent || filter.yieldsToDrain !== true),
    traveller,
    target,
  );
}

/** Whether a person wants it, or a move is to be taken back: then what only guards the swarm's rest does not count. */
function isWanted(view: View, task: Task, to: string | null): boolean {
  return view.draining.has(task.nodeId) || isReturn(view, task, to) || isNamedMove(view.orders, task.id, to);
}

/** Whether the node is where the task came from by a move that is to be taken back: what guards its rest yields to that. */
function isReturn(view: View, { serviceId, nodeId }: Task, to: string | null): boolean {
  return view.regrets.some(
    (regret) => regret.serviceId === serviceId && regret.to === nodeId && regret.from === to,
  );
}

/** The rules on targets that a drain may go against, the gravest first. */
const RESERVES = TARGET_FILTERS.filter((filter) => filter.yieldsToDrain === true);

/** How gravely a rule speaks against a target that a drain may use all the same; 0 when none does. */
export function reserveAbout(traveller: Traveller, target: NodeView): number {
  const first = RESERVES.findIndex((filter) => !filter.check(traveller, target).ok);
  return first < 0 ? 0 : RESERVES.length - first;
}

/** The first of the filters that refuses, in its words; null when none does. */
export function refusalAmong(
  filters: readonly TargetFilter[],
  traveller: Traveller,
  target: NodeView,
): Refusal | null {
  for (const filter of filters) {
    const verdict = filter.check(traveller, target);
    if (!verdict.ok) return refusalOf(traveller, filter.name, verdict.detail, target.node.hostname);
  }
  return null;
}

/**
 * Whether a planned move still holds on a fresh view: the task stands where the plan saw it and no rule refuses.
 * Returns the refusal, or null when the move may go ahead.
 */
export function recheckMove(view: View, move: Move, context: Context): Refusal | null {
  const gone = (detail: string): Refusal => ({
    filter: "changed",
    service: move.service,
    task: move.taskId,
    node: move.toName,
    detail,
  });
  const task = (view.tasksOf.get(move.serviceId) ?? []).find((candidate) => candidate.id === move.taskId);
  const target = view.nodes.get(move.to);
  if (task === undefined || target === undefined)
    return gone("its task or its target is gone since the plan was made");
  if (task.nodeId !== move.from) return gone("its task stands elsewhere since the plan was made");
  const answer = mayLeave(view, task, context, move.to);
  if (answer === null) return gone("its service or its measurement is gone since the plan was made");
  return answer.ok ? refusalOfTarget(answer.traveller, target) : answer.refusal;
}

function refusalOf(candidate: Candidate, filter: string, detail: string, node: string | null): Refusal {
  return { filter, service: candidate.service.name, task: candidate.task.id, node, detail };
}
