import { copiesOn } from "../view.ts";
import { OK, refuse, type TargetFilter } from "./filter.ts";

/**
 * Among eligible nodes Swarm picks the one with the fewest tasks of the service. Steering leaves eligible the nodes of
 * the copies that stay, and the target: the target must have strictly fewer than each of them, or Swarm may choose
 * otherwise. Spread preferences are weighed before that count, so a service with both is left alone.
 */
export const steerable: TargetFilter = {
  name: "steerable",
  check({ service, task, view }, { node }) {
    if (service.replicas === 1) return OK;
    if (service.spreadOver.length > 0) return refuse(`it is spread over ${service.spreadOver.join(", ")}`);
    const there = copiesOn(view, service.id, node.id).length;
    const rival = (view.tasksOf.get(service.id) ?? []).find(
      (copy) =>
        copy.nodeId !== node.id &&
        copy.nodeId !== task.nodeId &&
        copiesOn(view, service.id, copy.nodeId).length <= there,
    );
    if (rival === undefined) return OK;
    return refuse(
      `Swarm might choose ${view.nodes.get(rival.nodeId)?.node.hostname ?? rival.nodeId} instead`,
    );
  },
};
