import * as z from "zod";
import { count } from "../../../common/config/types.ts";
import { OUTCOMES } from "../../domain/decision.ts";
import type { Journal } from "../../journal/journal.ts";
import { answers, document, problem } from "../http/answers.ts";
import { endpoint, json, refused, type Endpoint } from "../http/endpoint.ts";
import { ENTRY } from "../schemas/decision.ts";
import { DECISION_PATH } from "../schemas/parameters.ts";

const DEFAULT_LIMIT = 50;
const MOST = 200;

/** The loop's last decisions and what became of them, newest first. */
export function decisionsEndpoint(journal: Pick<Journal, "entries">): Endpoint {
  return endpoint({
    method: "get",
    path: "/v1/decisions",
    id: "listDecisions",
    summary: "The last decisions and what became of them, newest first; all of them are in /v1/history",
    role: "viewer",
    query: z.strictObject({
      limit: count(1, MOST).default(DEFAULT_LIMIT).describe(`how many, 1 to ${MOST}`),
      outcome: z.enum(OUTCOMES).optional().describe("only those that came to this"),
      trigger: z
        .string()
        .min(1)
        .optional()
        .describe("only those that this caused: schedule, alert, order, …"),
      before: z.string().min(1).optional().describe("only older ones than that of this id"),
    }),
    answers: answers({ 200: document("the decisions", z.strictObject({ decisions: z.array(ENTRY) })) }),
    handle({ query: { limit, outcome, trigger, before } }) {
      const entries = journal.entries();
      const from = before === undefined ? -1 : entries.findIndex(({ decision }) => decision.id === before);
      const decisions = (before !== undefined && from < 0 ? [] : entries.slice(from + 1)).filter(
        (entry) =>
          (outcome === undefined || entry.decision.outcome === outcome) &&
          (trigger === undefined || entry.trigger === trigger),
      );
      return json({ decisions: decisions.slice(0, limit) });
    },
  });
}

/** One decision and what became of it. */
export function decisionEndpoint(journal: Pick<Journal, "entries">): Endpoint {
  return endpoint({
    method: "get",
    path: "/v1/decisions/{decision}",
    id: "getDecision",
    summary: "A decision and what became of it",
    role: "viewer",
    params: DECISION_PATH,
    answers: answers({
      200: document("the decision", ENTRY),
      404: problem("it is not among the last ones; /v1/history has all that is kept"),
    }),
    handle({ params }) {
      const entry = journal.entries().find(({ decision }) => decision.id === params.decision);
      if (entry !== undefined) return json(entry);
      const detail = `${JSON.stringify(params.decision)} is not among the last decisions; look in /v1/history`;
      return refused({ status: 404, title: "No such decision", detail });
    },
  });
}
