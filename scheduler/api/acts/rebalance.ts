import * as z from "zod";
import type { Decision } from "../../domain/decision.ts";
import type { Focus } from "../../domain/policy.ts";
import type { Snapshot } from "../../domain/snapshot.ts";
import { foundIn, knownSwarm, nodeNamed } from "../found.ts";
import { answers, document, problem } from "../http/answers.ts";
import { endpoint, json, type Endpoint } from "../http/endpoint.ts";
import { ORDERED } from "../schemas/operations.ts";
import { ACT_QUERY, REASON } from "../schemas/parameters.ts";
import { conflict, orderedMovesOf, orderMoves, WITHIN, type OrderMovesParts } from "./ordered.ts";

/** What rebalancing works with. */
export interface RebalanceParts extends OrderMovesParts {
  /** The decision that would be made on the snapshot, of all or of what the focus names. */
  readonly decideOn: (snapshot: Snapshot, focus: Focus | null) => Promise<Decision>;
}

const REBALANCE = z
  .strictObject({
    node: z.string().min(1).optional().describe("only what stands on this node is moved"),
    service: z.string().min(1).optional().describe("only tasks of this service are moved"),
    most: z.int().min(1).optional().describe("so many moves at the most, the first of the plan"),
    ...WITHIN,
    ...REASON,
  })
  .refine(({ node, service }) => node === undefined || service === undefined, {
    path: ["service"],
    message: "name a node or a service, not both",
  });

/** Plans now, and carries the plan out, in the mode `advise` too: a person asked for it. */
export function rebalanceEndpoint(parts: RebalanceParts): Endpoint {
  return endpoint({
    method: "post",
    path: "/v1/rebalance",
    id: "rebalance",
    summary: "Plan now and carry the plan out, in the mode advise too",
    role: "operator",
    query: ACT_QUERY,
    body: REBALANCE,
    answers: answers({
      200: document("what would be moved, or that nothing is to be", ORDERED),
      202: document("the operation to follow", ORDERED),
      404: problem("there is no such service or node"),
      409: problem("the mode is observe, or everything is paused"),
      503: problem("the swarm cannot be read"),
    }),
    async handle({ query: { dryRun }, body, caller }) {
      const snapshot = await knownSwarm(parts.observe);
      const decision = await parts.decideOn(snapshot, focusOf(body, snapshot));
      if (decision.mode === "observe")
        throw conflict("Nothing is planned", "the mode is observe; set BALLAST_MODE to advise or act");
      if (decision.moves.length === 0)
        return { ...json({ dryRun, operation: null, detail: decision.reason }), idle: true };
      const { reason, within, most = decision.moves.length } = body;
      const moves = orderedMovesOf(decision.moves.slice(0, most));
      const wanted = { act: "rebalance", moves, decision: decision.id, reason, within, caller } as const;
      return orderMoves(parts, snapshot, wanted, dryRun);
    },
  });
}

function focusOf({ node, service }: z.output<typeof REBALANCE>, snapshot: Snapshot): Focus | null {
  if (node !== undefined) return { kind: "node", id: nodeNamed(snapshot, node).id };
  if (service === undefined) return null;
  return { kind: "service", id: foundIn(snapshot.services, "service", service).id };
}
