import * as z from "zod";
import { movesOrdered, type MovesOrder, type Order } from "../../domain/order.ts";
import type { Journal, JournalEntry } from "../../journal/journal.ts";
import { knownSwarm } from "../found.ts";
import { answers, document, problem } from "../http/answers.ts";
import { endpoint, json, Refused, type Endpoint } from "../http/endpoint.ts";
import { movesOperation } from "../operation.ts";
import { OPERATION, ORDERED } from "../schemas/operations.ts";
import { ACT_QUERY, DECISION_PATH, REASON } from "../schemas/parameters.ts";
import { isoOf, type ActParts } from "./act.ts";
import { conflict, orderedMovesOf, orderMoves, WITHIN, type OrderMovesParts } from "./ordered.ts";

/** What carrying out a plan works with. */
export interface PlanParts extends OrderMovesParts {
  readonly journal: Pick<Journal, "entries">;
}

/** What a plan was made for does not last. */
const PLAN_LASTS_MS = 15 * 60_000;

/** Carries out a plan that was shown before, if every move of it still holds. */
export function applyEndpoint(parts: PlanParts): Endpoint {
  return endpoint({
    method: "post",
    path: "/v1/decisions/{decision}/apply",
    id: "applyPlan",
    summary: "Carry out the plan of a decision, if every move of it still holds",
    role: "operator",
    params: DECISION_PATH,
    query: ACT_QUERY,
    body: z.strictObject({ ...WITHIN, ...REASON }),
    answers: answers({
      200: document("what would be moved", ORDERED),
      202: document("the operation to follow", ORDERED),
      404: problem("it is not among the last decisions"),
      409: problem("it is no plan, too old, being carried out, or the swarm has moved on"),
      503: problem("the swarm cannot be read"),
    }),
    async handle({ params, query: { dryRun }, body: { reason, within }, caller }) {
      const { decision } = entryOf(parts.journal, params.decision);
      if (decision.moves.length === 0)
        throw conflict("No plan", `the decision came to ${decision.outcome}: ${decision.reason}`);
      const ageMs = parts.now() - Date.parse(decision.at);
      if (ageMs > PLAN_LASTS_MS)
        throw conflict(
          "The plan is old",
          `it was made ${Math.round(ageMs / 60_000)} minutes ago; POST /v1/rebalance makes a new one`,
        );
      const snapshot = await knownSwarm(parts.observe);
      if (ordersOf(snapshot.orders, decision.id).length > 0)
        throw conflict("Being carried out", "the plan is being carried out already");
      const moves = orderedMovesOf(decision.moves);
      const wanted = { act: "apply", moves, decision: decision.id, reason, within, caller } as const;
      return orderMoves(parts, snapshot, wanted, dryRun);
    },
  });
}

const CANCELLED = z.strictObject({ dryRun: z.boolean(), operations: z.array(OPERATION) });

/** Stops a plan: moves under way come to their end, no other begins. */
export function cancelPlanEndpoint(parts: PlanParts): Endpoint {
  return endpoint({
    method: "post",
    path: "/v1/decisions/{decision}/cancel",
    id: "cancelPlan",
    summary: "Stop the plan of a decision: moves under way come to their end, no other begins",
    role: "operator",
    params: DECISION_PATH,
    query: ACT_QUERY,
    body: z.strictObject(REASON),
    answers: answers({
      200: document("the operations that were stopped", CANCELLED),
      409: problem("the plan is not being carried out"),
      503: problem("the swarm cannot be read"),
    }),
    async handle({ params, query: { dryRun } }) {
      const { orders } = await knownSwarm(parts.observe);
      const open = ordersOf(orders, params.decision);
      if (open.length === 0) throw conflict("Nothing to stop", "the plan is not being carried out");
      const operations = [];
      for (const order of open) operations.push(movesOperation(await cancelled(parts, order, dryRun)));
      return json({ dryRun, operations });
    },
  });
}

/** The order as it is once it is cancelled; in earnest it then is. */
export async function cancelled(
  { orders, now }: Pick<ActParts, "orders" | "now">,
  order: MovesOrder,
  dryRun: boolean,
): Promise<MovesOrder> {
  const ended = { how: "cancelled", at: isoOf(now()) } as const;
  if (!dryRun)
    await orders.note(order.id, (progress) => (progress.ended === null ? { ...progress, ended } : null));
  return { ...order, progress: { ...order.progress, ended } };
}

function ordersOf(orders: readonly Order[], decision: string): readonly MovesOrder[] {
  return movesOrdered(orders).filter((order) => order.decision === decision);
}

function entryOf(journal: Pick<Journal, "entries">, id: string): JournalEntry {
  const entry = journal.entries().find(({ decision }) => decision.id === id);
  if (entry !== undefined) return entry;
  const detail = `${JSON.stringify(id)} is not among the last decisions; GET /v1/decisions has them`;
  throw new Refused({ status: 404, title: "No such decision", detail });
}
