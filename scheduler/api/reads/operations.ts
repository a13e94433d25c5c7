import * as z from "zod";
import { updateProgress } from "../../decide/update-progress.ts";
import { readUpdateId } from "../../domain/daily.ts";
import type { Snapshot } from "../../domain/snapshot.ts";
import type { DailyParts } from "../acts/daily/parts.ts";
import { knownSwarm } from "../found.ts";
import { answers, document, problem } from "../http/answers.ts";
import { endpoint, json, type Endpoint } from "../http/endpoint.ts";
import { drainOperation, movesOperation, updateOperation } from "../operation.ts";
import { operationIn } from "../operations-found.ts";
import { OPERATION, type Operation } from "../schemas/operations.ts";
import { OPERATION_PATH } from "../schemas/parameters.ts";
import { obstacleOf, type OrderReadParts } from "./orders.ts";

/** Ordered moves, those that ended within the last hour too, and drains that are under way. */
export function operationsEndpoint(parts: OrderReadParts): Endpoint {
  return endpoint({
    method: "get",
    path: "/v1/operations",
    id: "listOperations",
    summary: "Ordered moves, those that ended within the last hour too, and drains under way; oldest first",
    role: "viewer",
    answers: answers({
      200: document("the operations", z.strictObject({ operations: z.array(OPERATION) })),
      503: problem("the swarm cannot be read"),
    }),
    async handle() {
      const snapshot = await knownSwarm(parts.observe);
      return json({ operations: operationsOf(snapshot, parts) });
    },
  });
}

/** One piece of work, to be followed until it has ended. */
export function operationEndpoint(parts: OrderReadParts & DailyParts): Endpoint {
  return endpoint({
    method: "get",
    path: "/v1/operations/{operation}",
    id: "getOperation",
    summary: "How far an operation has come",
    role: "viewer",
    params: OPERATION_PATH,
    answers: answers({
      200: document("the operation", OPERATION),
      404: problem("there is none of that id, or it ended more than an hour ago"),
      503: problem("the swarm cannot be read"),
    }),
    async handle({ params }) {
      const mark = readUpdateId(params.operation);
      if (mark !== null) {
        const seen = await parts.daily.services.look(mark.serviceId);
        const progress = updateProgress(seen?.service ?? null, seen?.tasks ?? [], mark);
        return json(updateOperation(mark, progress));
      }
      const snapshot = await knownSwarm(parts.observe);
      const { order, shown } = operationIn(snapshot, params.operation);
      if (order?.kind !== "drain") return json(shown);
      return json({ ...shown, detail: obstacleOf(order, snapshot, parts.policy, parts.now()) ?? "" });
    },
  });
}

function operationsOf(snapshot: Snapshot, { policy, now }: OrderReadParts): readonly Operation[] {
  return snapshot.orders
    .flatMap((order): readonly Operation[] => {
      if (order.kind === "moves") return [movesOperation(order)];
      if (order.kind !== "drain") return [];
      return [drainOperation(order.node, order, obstacleOf(order, snapshot, policy, now()))];
    })
    .toSorted((a, b) => Date.parse(a.at ?? "") - Date.parse(b.at ?? ""));
}
