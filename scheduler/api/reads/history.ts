import * as z from "zod";
import type { Journal } from "../../journal/journal.ts";
import { answers, document } from "../http/answers.ts";
import { endpoint, json, type Endpoint } from "../http/endpoint.ts";
import { PRICE } from "../schemas/answers.ts";

const JSON_LINES = "application/x-ndjson";

/** The whole journal as JSON lines, oldest first: decisions, moves, verdicts. */
export function historyEndpoint(journal: Pick<Journal, "lines">): Endpoint {
  return endpoint({
    method: "get",
    path: "/v1/history",
    id: "exportHistory",
    summary: "The journal as JSON lines, oldest first: decisions, moves, verdicts",
    role: "viewer",
    answers: answers({ 200: { description: "a record a line", schema: null, type: JSON_LINES } }),
    handle: () => ({ kind: "lines", type: JSON_LINES, lines: journal.lines() }),
  });
}

/** What moving each service costs, as learned. */
export function pricesEndpoint(journal: Pick<Journal, "prices">): Endpoint {
  return endpoint({
    method: "get",
    path: "/v1/prices",
    id: "listPrices",
    summary: "What moving each service costs, as learned",
    role: "viewer",
    answers: answers({ 200: document("the prices", z.strictObject({ prices: z.array(PRICE) })) }),
    handle: () => json({ prices: journal.prices() }),
  });
}
