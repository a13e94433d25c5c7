import Docker from "dockerode";
import * as z from "zod";
import type { DockerHost } from "../../common/docker.ts";
import { createSwarmGateway } from "../act/gateway.ts";
import { createMover } from "../act/mover.ts";
import { MOVER_PACE } from "../act/options.ts";
import { createOrderBook } from "../act/order-book.ts";
import { ORDER_LABEL } from "../domain/order.ts";
import { isScheduler, PART_LABEL, SCHEDULER_PART } from "./left.ts";
import { nodesSeen, ordersSeen, servicesSeen, tasksSeen, type SwarmSeen } from "./seen.ts";
import type { LeaveParts } from "./take-out.ts";

/** A manager that does not answer within this time is not there. */
const DOCKER_TIMEOUT_MS = 10_000;
/** The defaults of the scheduler's settings: what it began is ended at its own pace. */
const PACE = { ...MOVER_PACE, deadlineSeconds: 300, stabilitySeconds: 10 };

/** All that taking leave works with, at the manager whose Docker listens there. */
export function leavePartsOf(host: DockerHost): LeaveParts {
  return leavePartsOn(new Docker({ ...host, timeout: DOCKER_TIMEOUT_MS }));
}

/** The same, at the manager that `docker` speaks to. */
export function leavePartsOn(docker: Docker): LeaveParts {
  const gateway = createSwarmGateway(docker);
  return {
    read: () => readSwarm(docker),
    mover: (onStep) => createMover({ gateway, ...PACE, onStep }),
    orders: createOrderBook(docker),
  };
}

async function readSwarm(docker: Docker): Promise<SwarmSeen> {
  const answers: readonly unknown[] = await Promise.all([
    docker.listServices(),
    docker.listNodes(),
    docker.listConfigs({ filters: { label: [ORDER_LABEL] } }),
  ]);
  const [services, nodes, configs] = answers;
  try {
    const seen = servicesSeen(services);
    const schedulerIds = seen
      .map(({ service }) => service)
      .filter(isScheduler)
      .map(({ id }) => id);
    const schedulerTasks = await schedulerTasksOf(docker, schedulerIds);
    return { services: seen, schedulerTasks, nodes: nodesSeen(nodes), orders: ordersSeen(configs) };
  } catch (error) {
    if (error instanceof z.ZodError) throw new Error(z.prettifyError(error), { cause: error });
    throw error;
  }
}

/** By the service, and by the label that tasks keep of their service as it was when they were made, also once it is gone. */
async function schedulerTasksOf(
  docker: Docker,
  serviceIds: readonly string[],
): Promise<SwarmSeen["schedulerTasks"]> {
  const filters = [
    { label: [`${PART_LABEL}=${SCHEDULER_PART}`] },
    ...(serviceIds.length === 0 ? [] : [{ service: [...serviceIds] }]),
  ];
  const answers: readonly unknown[] = await Promise.all(
    filters.map((each) => docker.listTasks({ filters: each })),
  );
  return answers.flatMap(tasksSeen);
}
