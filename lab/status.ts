import type { Lab, LabNode } from "./names.ts";
import { daemonOf } from "./node/daemon.ts";
import { findInit } from "./node/processes.ts";
import { netnsPath } from "./node/namespaces.ts";
import { answeringManager, swarmNodes, type SwarmNode } from "./swarm.ts";

/** What a lab's node is doing: its process as the machine sees it, its state as a manager sees it. */
export interface NodeStatus extends LabNode {
  /** `gone`: the node's namespaces are not there. */
  readonly daemon: "running" | "stopped" | "dead" | "gone";
  /** The daemon's pid in the machine's own pid namespace. */
  readonly pid: number | null;
  /** Null when no manager answers. */
  readonly swarm: { readonly state: string; readonly availability: string; readonly id: string } | null;
}

export interface LabStatus extends Omit<Lab, "nodes"> {
  readonly nodes: readonly NodeStatus[];
}

/** Looks at every node of a lab. */
export async function status(lab: Lab): Promise<LabStatus> {
  const swarm = await asSeenByAManager(lab);
  return { ...lab, nodes: lab.nodes.map((node) => nodeStatus(lab.name, node, swarm)) };
}

async function asSeenByAManager(lab: Lab): Promise<readonly SwarmNode[]> {
  try {
    return await swarmNodes(await answeringManager(lab));
  } catch {
    // A lab without a manager that answers is a state to show, not a failure to show one.
    return [];
  }
}

function nodeStatus(lab: string, node: LabNode, swarm: readonly SwarmNode[]): NodeStatus {
  const process = daemonOf(lab, node.name);
  const seen = swarm.find(({ hostname }) => hostname === node.name);
  return {
    ...node,
    daemon: daemonState(lab, node.name, process?.state),
    pid: process?.pid ?? null,
    swarm: seen === undefined ? null : { state: seen.state, availability: seen.availability, id: seen.id },
  };
}

function daemonState(lab: string, node: string, state: string | undefined): NodeStatus["daemon"] {
  if (state !== undefined) return state === "T" ? "stopped" : "running";
  return findInit(netnsPath(lab, node)) === undefined ? "gone" : "dead";
}
