import type { GovernorState } from "../../govern/admit.ts";
import type { JournalState } from "../../journal/journal.ts";
import { answers, document } from "../http/answers.ts";
import { endpoint, json, type Endpoint } from "../http/endpoint.ts";
import { GOVERNOR } from "../schemas/answers.ts";

/** What holds Ballast back, and how its memory fares. */
export interface Standing {
  readonly governor: GovernorState;
  readonly journal: JournalState;
}

/** Breaker, pace, windows, outage, and the state of the journal that they are read off. */
export function governorEndpoint(standing: () => Promise<Standing>): Endpoint {
  return endpoint({
    method: "get",
    path: "/v1/governor",
    id: "getGovernor",
    summary: "What holds Ballast back: breaker, pace, windows, outage; and how its journal fares",
    role: "viewer",
    answers: answers({ 200: document("how it stands", GOVERNOR) }),
    handle: async () => json(await standing()),
  });
}
