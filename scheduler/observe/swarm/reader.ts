import type Docker from "dockerode";
import * as z from "zod";
import type { InputReport } from "../../domain/snapshot.ts";
import type { SwarmReader, SwarmReading } from "../../ports.ts";
import { ORDER_LABEL } from "../../domain/order.ts";
import { nodeOf, orderOf, serviceOf, taskOf } from "./parse.ts";
import { RAW_CONFIG, RAW_INFO, RAW_NODE, RAW_SERVICE, RAW_TASK } from "./raw.ts";

/** One object, so that a fault in it names which of the answers it stands in. */
const ANSWERS = z.object({
  info: RAW_INFO,
  nodes: z.array(RAW_NODE),
  services: z.array(RAW_SERVICE),
  tasks: z.array(RAW_TASK),
  configs: z.array(RAW_CONFIG),
});

/** Reads the swarm through the manager that `docker` speaks to. */
export function createSwarmReader(docker: Docker): SwarmReader {
  return { read: () => readSwarm(docker) };
}

async function readSwarm(docker: Docker): Promise<SwarmReading> {
  const startedMs = Date.now();
  try {
    const answers: readonly unknown[] = await Promise.all([
      docker.info(),
      docker.listNodes(),
      docker.listServices(),
      docker.listTasks(),
      docker.listConfigs({ filters: { label: [ORDER_LABEL] } }),
    ]);
    const [info, nodes, services, tasks, configs] = answers;
    const said = ANSWERS.parse({ info, nodes, services, tasks, configs });
    return {
      nodes: said.nodes.map(nodeOf),
      services: said.services.map(serviceOf),
      tasks: said.tasks.map(taskOf),
      orders: said.configs.map(orderOf),
      ownNodeId: said.info.Swarm.NodeID,
      report: { source: "swarm", ageSeconds: (Date.now() - startedMs) / 1000, doubts: [] },
    };
  } catch (error) {
    return { nodes: [], services: [], tasks: [], orders: [], ownNodeId: "", report: failed(error) };
  }
}

function failed(error: unknown): InputReport {
  const what = error instanceof z.ZodError ? z.prettifyError(error).replaceAll("\n", " ") : String(error);
  return { source: "swarm", ageSeconds: null, doubts: [`the swarm cannot be read: ${what}`] };
}
