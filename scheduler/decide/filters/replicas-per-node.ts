import { OK, refuse, type TargetFilter } from "./filter.ts";

export const replicasPerNode: TargetFilter = {
  name: "replicas-per-node",
  check({ service }, { node, tasks }) {
    if (service.maxReplicasPerNode === 0) return OK;
    const there = tasks.filter((task) => task.serviceId === service.id).length;
    if (there < service.maxReplicasPerNode) return OK;
    return refuse(`${node.hostname} has its ${service.maxReplicasPerNode} replica(s) of it already`);
  },
};
