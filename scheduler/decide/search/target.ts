import type { Refusal } from "../../domain/decision.ts";
import { amountOf, plus } from "../../domain/resources.ts";
import { moveOrderOf } from "../../domain/service.ts";
import { refusalOfTarget, reserveAbout } from "../candidates.ts";
import type { Traveller } from "../filters/filter.ts";
import { ratioOf } from "../load.ts";
import type { NodeView } from "../view.ts";
import type { ProposedMove } from "./planned.ts";

interface TargetSearch {
  readonly target: NodeView | null;
  readonly refusals: readonly Refusal[];
}

/**
 * The node where the traveller may stand and that stays coolest with it; of those that a drain may use, first the ones
 * that Ballast would also choose by itself.
 */
export function bestTarget(traveller: Traveller): TargetSearch {
  const refusals: Refusal[] = [];
  const allowed: NodeView[] = [];
  for (const target of traveller.view.nodes.values()) {
    if (target.node.id === traveller.task.nodeId) continue;
    const refusal = refusalOfTarget(traveller, target);
    if (refusal === null) allowed.push(target);
    else refusals.push(refusal);
  }
  const ranked = allowed.map((target) => ({
    target,
    reserve: reserveAbout(traveller, target),
    worst: worstWith(traveller, target),
    // As Swarm itself has it, where nothing was measured.
    tasks: target.tasks.length,
  }));
  const [best] = ranked.sort(
    (a, b) => a.reserve - b.reserve || compare(a.worst, b.worst) || a.tasks - b.tasks,
  );
  return { target: best?.target ?? null, refusals };
}

/** The move that the search settled on, in the decision's own words. */
export function moveTo(
  { service, task, load, view }: Traveller,
  target: NodeView,
  goal: "drain" | "regret",
  reason: string,
): ProposedMove {
  return {
    serviceId: service.id,
    service: service.name,
    taskId: task.id,
    slot: task.slot,
    from: task.nodeId,
    to: target.node.id,
    fromName: view.nodes.get(task.nodeId)?.node.hostname ?? task.nodeId,
    toName: target.node.hostname,
    load,
    order: moveOrderOf(service),
    goal,
    gain: null,
    price: null,
    reason,
  };
}

/** The highest ratio the target would have with the task on it; infinite when that is not known. */
function worstWith({ load, view }: Traveller, { capacity, used }: NodeView): number {
  if (capacity === null || used === null) return Infinity;
  return Math.max(
    ...view.timeline.resources.map((name) =>
      amountOf(capacity, name) <= 0 && amountOf(load, name) > 0
        ? Infinity
        : ratioOf(plus(used, load), capacity, name),
    ),
  );
}

function compare(a: number, b: number): number {
  return Number(a > b) - Number(a < b);
}
