import * as z from "zod";
import type { Snapshot } from "../../domain/snapshot.ts";
import type { Task } from "../../domain/task.ts";
import type { Observe } from "../../observe/observer.ts";
import { foundIn, knownSwarm, nodeNamed } from "../found.ts";
import { answers, document, problem } from "../http/answers.ts";
import { endpoint, json, type Endpoint } from "../http/endpoint.ts";
import { PAGE, pageOf } from "../schemas/parameters.ts";
import { TASK } from "../schemas/swarm.ts";

/** The tasks, of all or of one service or node, with what they use. */
export function tasksEndpoint(observe: Observe): Endpoint {
  return endpoint({
    method: "get",
    path: "/v1/tasks",
    id: "listTasks",
    summary: "The tasks, with where they stand and what they use, in the order of their ids",
    role: "viewer",
    query: z.strictObject({
      service: z.string().min(1).optional().describe("only of this one, by name or id"),
      node: z.string().min(1).optional().describe("only on this one, by hostname or id"),
      state: z.string().min(1).optional().describe("only in this state, such as running"),
      ...PAGE,
    }),
    answers: answers({
      200: document("the tasks", z.strictObject({ tasks: z.array(TASK), next: z.string().nullable() })),
      404: problem("there is no such service or node"),
      409: problem("several are called so"),
      503: problem("the swarm cannot be read"),
    }),
    async handle({ query }) {
      const snapshot = await knownSwarm(observe);
      const service =
        query.service === undefined ? null : foundIn(snapshot.services, "service", query.service);
      const node = query.node === undefined ? null : nodeNamed(snapshot, query.node);
      const wanted = snapshot.tasks.filter(
        (task) =>
          (service === null || task.serviceId === service.id) &&
          (node === null || task.nodeId === node.id) &&
          (query.state === undefined || task.state === query.state),
      );
      const { part, next } = pageOf(wanted, ({ id }) => id, query);
      return json({ tasks: part.map(shownTasks(snapshot)), next });
    },
  });
}

/** Shows tasks with names for people. */
export function shownTasks({ services, nodes, taskUsage }: Snapshot): (task: Task) => z.output<typeof TASK> {
  const serviceOf = new Map(services.map(({ id, name }) => [id, name]));
  const nodeOf = new Map(nodes.map(({ id, hostname }) => [id, hostname]));
  return ({ id, serviceId, slot, nodeId, state, desired, stateSinceMs, error }) => ({
    id,
    service: serviceOf.get(serviceId) ?? serviceId,
    slot,
    node: nodeOf.get(nodeId) ?? (nodeId === "" ? null : nodeId),
    state,
    desired,
    since: new Date(stateSinceMs).toISOString(),
    usage: taskUsage[id] ?? null,
    error,
  });
}
