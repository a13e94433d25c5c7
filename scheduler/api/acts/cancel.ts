import * as z from "zod";
import { readUpdateId } from "../../domain/daily.ts";
import { knownSwarm } from "../found.ts";
import { answers, document, problem } from "../http/answers.ts";
import { endpoint, json, type Endpoint } from "../http/endpoint.ts";
import { movesOperation } from "../operation.ts";
import { operationIn } from "../operations-found.ts";
import { OPERATION } from "../schemas/operations.ts";
import { ACT_QUERY, OPERATION_PATH, REASON } from "../schemas/parameters.ts";
import type { ActParts } from "./act.ts";
import { conflict } from "./ordered.ts";
import { cancelled } from "./plan.ts";

/** Stops an operation: moves under way come to their end, nothing else begins. */
export function cancelOperationEndpoint(parts: ActParts): Endpoint {
  return endpoint({
    method: "post",
    path: "/v1/operations/{operation}/cancel",
    id: "cancelOperation",
    summary: "Stop an operation: moves under way come to their end, nothing else begins",
    role: "operator",
    params: OPERATION_PATH,
    query: ACT_QUERY,
    body: z.strictObject(REASON),
    answers: answers({
      200: document(
        "the operation as it is then",
        z.strictObject({ dryRun: z.boolean(), operation: OPERATION }),
      ),
      404: problem("there is none of that id"),
      409: problem("it is over"),
      503: problem("the swarm cannot be read"),
    }),
    async handle({ params, query: { dryRun } }) {
      if (readUpdateId(params.operation) !== null)
        throw conflict("Swarm is at it", "it is stopped by POST /v1/services/{service}/rollback");
      const snapshot = await knownSwarm(parts.observe);
      const { order, shown } = operationIn(snapshot, params.operation);
      if (order === null || shown.state !== "running") throw conflict("It is over", `it is ${shown.state}`);
      if (order.kind === "moves")
        return json({ dryRun, operation: movesOperation(await cancelled(parts, order, dryRun)) });
      if (!dryRun) {
        await parts.orders.takeBack(order.id);
        parts.onOrder();
      }
      return json({ dryRun, operation: { ...shown, state: "cancelled" } });
    },
  });
}
