import type { Refusal } from "../../domain/decision.ts";
import { amountOf } from "../../domain/resources.ts";
import { mayLeave, refusalOfTarget, type Context } from "../candidates.ts";
import type { Traveller } from "../filters/filter.ts";
import { hotSpots, type HotSpot } from "../hot-spots.ts";
import type { View } from "../view.ts";

/** Refusals are for people and for metrics: of a thousand alike some hundreds tell as much. */
const SPOTS_MOST = 8;
const REFUSALS_MOST = 400;

/** Why nothing (more) leaves the nodes that are still above their high mark: rule by rule, task by task, node by node. */
export function blockedAt(view: View, context: Context, moving: ReadonlySet<string>): readonly Refusal[] {
  const refusals: Refusal[] = [];
  for (const spot of hotSpots(view, context).slice(0, SPOTS_MOST)) {
    for (const task of spot.node.tasks) {
      if (refusals.length >= REFUSALS_MOST) return refusals;
      if (moving.has(task.serviceId)) continue;
      const answer = mayLeave(view, task, context);
      if (answer === null) continue;
      if (!answer.ok) refusals.push(answer.refusal);
      else if (amountOf(answer.traveller.load, spot.resource) <= 0)
        refusals.push(
          noGain(answer.traveller, `it uses no ${spot.resource}, so that its move would free none`),
        );
      else refusals.push(...refusalsOfTargets(view, answer.traveller, spot));
    }
  }
  return refusals;
}

function refusalsOfTargets(view: View, traveller: Traveller, spot: HotSpot): readonly Refusal[] {
  const others = [...view.nodes.values()].filter(({ node }) => node.id !== traveller.task.nodeId);
  const refusals = others.flatMap((target) => refusalOfTarget(traveller, target) ?? []);
  if (refusals.length === others.length) return refusals.slice(0, REFUSALS_MOST);
  return [noGain(traveller, `its move off ${spot.node.node.hostname} would gain less than it costs`)];
}

function noGain({ service, task }: Traveller, detail: string): Refusal {
  return { filter: "no-gain", service: service.name, task: task.id, node: null, detail };
}
