import type Docker from "dockerode";
import * as z from "zod";
import { answered } from "../../../common/docker-call.ts";
import type { InputReport } from "../../domain/input-report.ts";
import type { SwarmReader, SwarmReading } from "../../ports.ts";
import { ORDER_LABEL } from "../../domain/order.ts";
import { brief } from "../brief.ts";
import { nodeOf, orderOf, serviceOf, taskOf } from "./parse.ts";
import { RAW_CONFIG, RAW_INFO, RAW_NODE, RAW_SERVICE, RAW_TASK } from "./raw.ts";

/** One object, so that a fault in it names which of the answers it stands in. */
const ANSWERS = z.object({
  info: RAW_INFO,
  nodes: listOf(RAW_NODE),
  services: listOf(RAW_SERVICE),
  tasks: listOf(RAW_TASK),
  configs: listOf(RAW_CONFIG),
});

/** Each id once: of two that differ, nobody knows which one is so. */
function listOf<Item extends z.ZodType<{ readonly ID: string }>>(item: Item) {
  return z.array(item).superRefine((items, context) => {
    const seen = new Set<string>();
    for (const [index, { ID }] of items.entries()) {
      if (seen.has(ID)) context.addIssue({ code: "custom", path: [index, "ID"], message: "is listed twice" });
      seen.add(ID);
    }
  });
}

/** Reads the swarm through the manager that `docker` speaks to. */
export function createSwarmReader(docker: Docker): SwarmReader {
  return { read: () => readSwarm(docker) };
}

async function readSwarm(docker: Docker): Promise<SwarmReading> {
  const startedMs = Date.now();
  try {
    const [info, nodes, services, tasks, configs] = await answersOf(docker);
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

function answersOf(docker: Docker): Promise<readonly unknown[]> {
  return answered(docker, (abortSignal) =>
    Promise.all([
      docker.info(),
      docker.listNodes({ abortSignal }),
      docker.listServices({ abortSignal }),
      docker.listTasks({ abortSignal }),
      docker.listConfigs({ abortSignal, filters: { label: [ORDER_LABEL] } }),
    ]),
  );
}

function failed(error: unknown): InputReport {
  const what =
    error instanceof z.ZodError
      ? brief(z.prettifyError(error))
      : `${brief(String(error))} (see that this manager, and more than half of all, are up)`;
  return { source: "swarm", ageSeconds: null, doubts: [`the swarm cannot be read: ${what}`] };
}
