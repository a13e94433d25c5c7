import { createHash } from "node:crypto";
import { SWARM } from "../../agent/sources/docker/labels.ts";

/** A container as a swarm would name and label it: series of such containers are as long as a user's. */
export interface BenchTask {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

const REPLICAS = 10;

/** The task of this number: services of ten replicas in one stack. */
export function benchTask(index: number): BenchTask {
  const service = `bench_service${Math.floor(index / REPLICAS)}`;
  const taskId = swarmId(`task ${index}`);
  const taskName = `${service}.${(index % REPLICAS) + 1}.${taskId}`;
  return {
    name: taskName,
    labels: {
      [SWARM.nodeId]: swarmId("node"),
      [SWARM.serviceId]: swarmId(service),
      [SWARM.serviceName]: service,
      [SWARM.taskId]: taskId,
      [SWARM.taskName]: taskName,
      [SWARM.stack]: "bench",
    },
  };
}

/** As Docker makes ids: 64 hexadecimal digits. */
export function containerId(index: number): string {
  return createHash("sha256").update(`container ${index}`).digest("hex");
}

/** As Swarm makes ids: 25 lower-case letters and digits. */
export function swarmId(seed: string): string {
  const digest = createHash("sha256").update(seed).digest("hex");
  return BigInt(`0x${digest}`).toString(36).slice(0, 25);
}
