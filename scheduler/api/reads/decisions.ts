import * as z from "zod";
import { count } from "../../../common/config/types.ts";
import type { Journal } from "../../journal/journal.ts";
import { answers, document } from "../http/answers.ts";
import { endpoint, json, type Endpoint } from "../http/endpoint.ts";
import { ENTRY } from "../schemas/decision.ts";

const DEFAULT_LIMIT = 50;
const MOST = 200;

/** The loop's last decisions and what became of them, newest first. */
export function decisionsEndpoint(journal: Pick<Journal, "entries">): Endpoint {
  return endpoint({
    method: "get",
    path: "/v1/decisions",
    id: "listDecisions",
    summary: "The last decisions and what became of them, newest first",
    role: "viewer",
    query: z.strictObject({
      limit: count(1, MOST).default(DEFAULT_LIMIT).describe(`how many, 1 to ${MOST}`),
    }),
    answers: answers({ 200: document("the decisions", z.strictObject({ decisions: z.array(ENTRY) })) }),
    handle: ({ query }) => json({ decisions: journal.entries().slice(0, query.limit) }),
  });
}
