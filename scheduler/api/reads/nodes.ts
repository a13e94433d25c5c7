import * as z from "zod";
import type { Node } from "../../domain/node.ts";
import { NOTHING, plus } from "../../domain/resources.ts";
import type { Snapshot } from "../../domain/snapshot.ts";
import { holdsRoom, type Task } from "../../domain/task.ts";
import type { Observe } from "../../observe/observer.ts";
import { knownSwarm, nodeNamed } from "../found.ts";
import { answers, document, problem } from "../http/answers.ts";
import { endpoint, json, type Endpoint } from "../http/endpoint.ts";
import { NODE_PATH } from "../schemas/parameters.ts";
import { NODE, TASK } from "../schemas/swarm.ts";
import { shownTasks } from "./tasks.ts";

const UNREADABLE = { 503: problem("the swarm cannot be read") };

/** The nodes, by hostname, with what they have, use and reserve. */
export function nodesEndpoint(observe: Observe): Endpoint {
  return endpoint({
    method: "get",
    path: "/v1/nodes",
    id: "listNodes",
    summary: "The nodes, with what they have, what is used of it and what is reserved",
    role: "viewer",
    answers: answers({ 200: document("the nodes", z.strictObject({ nodes: z.array(NODE) })), ...UNREADABLE }),
    async handle() {
      const snapshot = await knownSwarm(observe);
      const nodes = snapshot.nodes.map(shownNodes(snapshot));
      return json({ nodes: nodes.toSorted((a, b) => a.hostname.localeCompare(b.hostname, "en")) });
    },
  });
}

/** One node, with the tasks there. */
export function nodeEndpoint(observe: Observe): Endpoint {
  return endpoint({
    method: "get",
    path: "/v1/nodes/{node}",
    id: "getNode",
    summary: "A node, with the tasks that hold room there",
    role: "viewer",
    params: NODE_PATH,
    answers: answers({
      200: document("the node", NODE.omit({ tasks: true }).extend({ tasks: z.array(TASK) })),
      404: problem("there is no such node"),
      409: problem("several are called so"),
      ...UNREADABLE,
    }),
    async handle({ params }) {
      const snapshot = await knownSwarm(observe);
      const node = nodeNamed(snapshot, params.node);
      const tasks = tasksByNode(snapshot).get(node.id) ?? [];
      return json({ ...shownNodes(snapshot)(node), tasks: tasks.map(shownTasks(snapshot)) });
    },
  });
}

function shownNodes(snapshot: Snapshot): (node: Node) => z.output<typeof NODE> {
  const there = tasksByNode(snapshot);
  const reservationsOf = new Map(snapshot.services.map(({ id, reservations }) => [id, reservations]));
  return ({ id, hostname, address, role, leader, availability, state, labels }) => {
    const tasks = there.get(id) ?? [];
    const { capacity = null, used = null } = snapshot.nodeUsage[id] ?? {};
    const reserved = tasks.reduce(
      (sum, { serviceId }) => plus(sum, reservationsOf.get(serviceId) ?? NOTHING),
      NOTHING,
    );
    const load = { capacity, used, reserved, tasks: tasks.length };
    return { id, hostname, address, role, leader, availability, state, labels: { ...labels }, ...load };
  };
}

function tasksByNode({ tasks }: Snapshot): ReadonlyMap<string, readonly Task[]> {
  return Map.groupBy(tasks.filter(holdsRoom), ({ nodeId }) => nodeId);
}
