import type { Decision } from "../../domain/decision.ts";
import { answers, document } from "../http/answers.ts";
import { endpoint, json, type Endpoint } from "../http/endpoint.ts";
import { DECISION } from "../schemas/decision.ts";

/** The decision as it would be now, with every node's score and every refusal. */
export function planEndpoint(decideNow: () => Promise<Decision>): Endpoint {
  return endpoint({
    method: "get",
    path: "/v1/plan",
    id: "getPlan",
    summary: "The decision as it would be now; nothing is written",
    role: "viewer",
    answers: answers({ 200: document("the decision", DECISION) }),
    handle: async () => json(await decideNow()),
  });
}
