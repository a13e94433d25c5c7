import * as z from "zod";
import type { Move } from "../../domain/decision.ts";
import type { Node } from "../../domain/node.ts";
import { moveOrderOf, type Service } from "../../domain/service.ts";
import type { Snapshot } from "../../domain/snapshot.ts";
import { isRunning, type Task } from "../../domain/task.ts";
import { foundIn, knownSwarm, nodeNamed } from "../found.ts";
import { answers, document, problem } from "../http/answers.ts";
import { endpoint, json, type Endpoint } from "../http/endpoint.ts";
import { ORDERED } from "../schemas/operations.ts";
import { ACT_QUERY, REASON, SERVICE_PATH } from "../schemas/parameters.ts";
import { conflict, orderedMovesOf, orderMoves, WITHIN, type OrderMovesParts } from "./ordered.ts";

const MOVE = z.strictObject({
  to: z.string().min(1).describe("the node it is to stand on, by hostname or id"),
  from: z.string().min(1).optional().describe("the node it stands on, where there are several"),
  slot: z.int().min(1).optional().describe("the replica's number, where there are several"),
  ...WITHIN,
  ...REASON,
});

/** Moves a task to a node that a person names. */
export function moveEndpoint(parts: OrderMovesParts): Endpoint {
  return endpoint({
    method: "post",
    path: "/v1/services/{service}/move",
    id: "moveTask",
    summary:
      "Move a task of the service to a node; hard rules hold, what only guards the rest of the swarm does not",
    role: "operator",
    params: SERVICE_PATH,
    query: ACT_QUERY,
    body: MOVE,
    answers: answers({
      200: document("what would be moved, or that it stands there already", ORDERED),
      202: document("the operation to follow", ORDERED),
      404: problem("there is no such service or node"),
      409: problem("a rule speaks against it, or several tasks could be meant"),
      503: problem("the swarm cannot be read"),
    }),
    async handle({ params, query: { dryRun }, body, caller }) {
      const snapshot = await knownSwarm(parts.observe);
      const service = foundIn(snapshot.services, "service", params.service);
      const to = nodeNamed(snapshot, body.to);
      const from = body.from === undefined ? null : nodeNamed(snapshot, body.from);
      const running = snapshot.tasks.filter((task) => task.serviceId === service.id && isRunning(task));
      const meant = running.filter(
        ({ nodeId, slot }) =>
          (from === null || nodeId === from.id) && (body.slot === undefined || slot === body.slot),
      );
      const away = meant.filter(({ nodeId }) => nodeId !== to.id);
      if (meant.length > 0 && away.length === 0) {
        const detail = `${service.name} stands on ${to.hostname} already`;
        return { ...json({ dryRun, operation: null, detail }), idle: true };
      }
      const task = onlyOne(away, service, snapshot);
      const { reason, within } = body;
      const moves = orderedMovesOf([moveOf(task, service, to, snapshot, reason)]);
      return orderMoves(
        parts,
        snapshot,
        { act: "move", moves, decision: null, reason, within, caller },
        dryRun,
      );
    },
  });
}

/** Of tasks on one node any will do: Swarm picks one of them itself. */
function onlyOne(tasks: readonly Task[], service: Service, { nodes }: Snapshot): Task {
  const [first] = tasks;
  if (first === undefined) throw conflict("Nothing to move", `no such task of ${service.name} runs`);
  const where = new Set(tasks.map(({ nodeId }) => nodeId));
  if (where.size === 1) return first;
  const names = [...where].map((id) => nodes.find((node) => node.id === id)?.hostname ?? id);
  throw conflict(
    "Several tasks",
    `${service.name} runs on ${names.join(", ")}; say which with \`from\` or \`slot\``,
  );
}

function moveOf(task: Task, service: Service, to: Node, snapshot: Snapshot, reason: string): Move {
  return {
    serviceId: service.id,
    service: service.name,
    taskId: task.id,
    slot: task.slot,
    from: task.nodeId,
    to: to.id,
    fromName: snapshot.nodes.find(({ id }) => id === task.nodeId)?.hostname ?? task.nodeId,
    toName: to.hostname,
    load: snapshot.taskUsage[task.id] ?? service.reservations,
    order: moveOrderOf(service),
    reason: reason === "" ? "a person named it" : reason,
  };
}
