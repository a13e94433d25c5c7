import type Docker from "dockerode";
import { z } from "zod";
import type { InputReport } from "../../domain/snapshot.ts";
import type { SwarmReader, SwarmReading } from "../../ports.ts";
import { nodeOf, serviceOf, taskOf } from "./parse.ts";
import { RAW_INFO, RAW_NODE, RAW_SERVICE, RAW_TASK } from "./raw.ts";

/** Reads the swarm through the manager that `docker` speaks to. */
export function createSwarmReader(docker: Docker): SwarmReader {
  return { read: () => readSwarm(docker) };
}

async function readSwarm(docker: Docker): Promise<SwarmReading> {
  const startedMs = Date.now();
  try {
    const [info, nodes, services, tasks] = await Promise.all([
      docker.info().then((raw) => RAW_INFO.parse(raw)),
      docker.listNodes().then((raw) => z.array(RAW_NODE).parse(raw)),
      docker.listServices().then((raw) => z.array(RAW_SERVICE).parse(raw)),
      docker.listTasks().then((raw) => z.array(RAW_TASK).parse(raw)),
    ]);
    return {
      nodes: nodes.map(nodeOf),
      services: services.map(serviceOf),
      tasks: tasks.map(taskOf),
      ownNodeId: info.Swarm.NodeID,
      report: { source: "swarm", ageSeconds: (Date.now() - startedMs) / 1000, doubts: [] },
    };
  } catch (error) {
    return { nodes: [], services: [], tasks: [], ownNodeId: "", report: failed(error) };
  }
}

function failed(error: unknown): InputReport {
  const what = error instanceof z.ZodError ? z.prettifyError(error).replaceAll("\n", " ") : String(error);
  return { source: "swarm", ageSeconds: null, doubts: [`the swarm cannot be read: ${what}`] };
}
