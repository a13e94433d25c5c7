/** Labels that Swarm puts on its tasks' containers. */
export const SWARM = {
  nodeId: "com.docker.swarm.node.id",
  serviceId: "com.docker.swarm.service.id",
  serviceName: "com.docker.swarm.service.name",
  taskId: "com.docker.swarm.task.id",
  taskName: "com.docker.swarm.task.name",
  stack: "com.docker.stack.namespace",
} as const;
