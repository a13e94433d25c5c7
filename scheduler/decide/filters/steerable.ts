import { copiesOn } from "../view.ts";
import { OK, refuse, type TargetFilter, type Traveller } from "./filter.ts";

/**
 * Among eligible nodes Swarm picks the one with the fewest tasks of the service. Steering leaves eligible the nodes of
 * the copies that stay, and the target: the target must have strictly fewer than each of them, or Swarm may choose
 * otherwise. Spread preferences are weighed before that count, so a service with both is left alone.
 */
export const steerable: TargetFilter = {
  name: "steerable",
  allows: (traveller, { node }) =>
    traveller.service.replicas === 1 ||
    (traveller.service.spreadOver.length === 0 && rivalOf(traveller, node.id) === null),
  check(traveller, { node }) {
    const { service, view } = traveller;
    if (service.replicas === 1) return OK;
    if (service.spreadOver.length > 0) return refuse(`it is spread over ${service.spreadOver.join(", ")}`);
    const rival = rivalOf(traveller, node.id);
    if (rival === null) return OK;
    return refuse(`Swarm might choose ${view.nodes.get(rival)?.node.hostname ?? rival} instead`);
  },
};

/** The id of another node that stays eligible and has as few tasks of the service as the target; null when there is none. */
function rivalOf({ service, task, view }: Traveller, target: string): string | null {
  const there = copiesOn(view, service.id, target).length;
  const rival = (view.tasksOf.get(service.id) ?? []).find(
    ({ nodeId }) =>
      nodeId !== target && nodeId !== task.nodeId && copiesOn(view, service.id, nodeId).length <= there,
  );
  return rival?.nodeId ?? null;
}
