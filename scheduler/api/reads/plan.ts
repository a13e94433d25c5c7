import type { Decision } from "../../domain/decision.ts";
import type { Focus } from "../../domain/policy.ts";
import type { Snapshot } from "../../domain/snapshot.ts";
import type { Observe } from "../../observe/observer.ts";
import { answers, document } from "../http/answers.ts";
import { endpoint, type Endpoint } from "../http/endpoint.ts";
import { DECISION } from "../schemas/decision.ts";

interface PlanReadParts {
  readonly observe: Observe;
  readonly decideOn: (snapshot: Snapshot, focus: Focus | null) => Promise<Decision>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** However many ask: a decision on a large swarm takes its time, and its document is long. */
const FRESH_MS = 5000;

/** The decision as it would be now, with every node's score and every refusal. */
export function planEndpoint({ observe, decideOn, now }: PlanReadParts): Endpoint {
  let last: { readonly text: Promise<string>; madeAtMs: number | null } | null = null;
  const decided = async (): Promise<string> =>
    JSON.stringify(await decideOn((await observe()).snapshot, null));
  return endpoint({
    method: "get",
    path: "/v1/plan",
    id: "getPlan",
    summary: `The decision as it would be now, made ${FRESH_MS / 1000} s ago at the most; nothing is written`,
    role: "viewer",
    answers: answers({ 200: document("the decision", DECISION) }),
    async handle() {
      // Its age counts from when it is there: of a swarm so large that it takes longer, it would never be shared otherwise.
      if (last === null || (last.madeAtMs !== null && Math.abs(now() - last.madeAtMs) > FRESH_MS)) {
        const made: NonNullable<typeof last> = { text: decided(), madeAtMs: null };
        last = made;
        made.text.then(
          () => (made.madeAtMs = now()),
          // What failed is not kept.
          () => {
            if (last === made) last = null;
          },
        );
      }
      return { kind: "text", type: "application/json", text: await last.text };
    },
  });
}
