import * as z from "zod";
import { contextOf } from "../../decide/candidates.ts";
import { forecastDrain } from "../../decide/search/empty.ts";
import { viewOf } from "../../decide/view.ts";
import type { Policy } from "../../domain/policy.ts";
import type { NodeWriter } from "../../ports.ts";
import { objectionToDrain } from "../../standing-orders.ts";
import { nodeIn } from "../found.ts";
import { answers, document, problem } from "../http/answers.ts";
import { endpoint, json, refused, type Endpoint } from "../http/endpoint.ts";
import { GIVEN, RESTORED } from "../schemas/answers.ts";
import { ACT_QUERY, NODE_PATH, REASON } from "../schemas/parameters.ts";
import { give, isoOf, type ActParts } from "./act.ts";

export interface DrainParts extends ActParts {
  readonly policy: Policy;
  readonly nodeWriter: NodeWriter;
}

const DRAIN = z.strictObject({
  force: z
    .boolean()
    .default(false)
    .describe("drain although tasks are left that cannot be moved: Swarm cuts them"),
  ...REASON,
});
const UNKNOWN = {
  404: problem("there is no such node"),
  503: problem("the swarm cannot be read"),
};

/** Has a node emptied without a gap, then drained. */
export function drainEndpoint(parts: DrainParts): Endpoint {
  return endpoint({
    method: "post",
    path: "/v1/nodes/{node}/drain",
    id: "drainNode",
    summary: "Move off all that can be moved without a gap, then drain the node",
    role: "operator",
    params: NODE_PATH,
    query: ACT_QUERY,
    body: DRAIN,
    answers: answers({
      200: document("what it would be, or that it is being drained already", GIVEN),
      202: document("the order stands", GIVEN),
      409: problem("tasks would be cut, or several nodes are called so"),
      ...UNKNOWN,
    }),
    async handle({ params, query, body: { force, reason } }) {
      const { node, snapshot } = await nodeIn(parts.observe, params.node);
      const nowMs = parts.now();
      const order = { kind: "drain", node: node.id, force, reason, at: isoOf(nowMs) } as const;
      const context = contextOf(snapshot, parts.policy, nowMs);
      const forecast = forecastDrain(viewOf(snapshot), node.id, context);
      const objection = objectionToDrain(forecast, { ...order, id: "" });
      if (objection !== null) return refused({ status: 409, title: "Tasks would be cut", detail: objection });
      return give(parts, order, query.dryRun, { moves: forecast.moves.length });
    },
  });
}

/** Takes a drain back, Ballast's or anybody's: the node takes tasks again. */
export function restoreEndpoint(parts: DrainParts): Endpoint {
  return endpoint({
    method: "post",
    path: "/v1/nodes/{node}/restore",
    id: "restoreNode",
    summary: "Have a drained node take tasks again",
    role: "operator",
    params: NODE_PATH,
    query: ACT_QUERY,
    body: z.strictObject({}),
    answers: answers({
      200: document("its availability, and how many orders it ended", RESTORED),
      409: problem("several nodes are called so"),
      ...UNKNOWN,
    }),
    async handle({ params, query: { dryRun } }) {
      const { node, snapshot } = await nodeIn(parts.observe, params.node);
      const drains = snapshot.orders.filter((order) => order.kind === "drain" && order.node === node.id);
      const told = { dryRun, node: node.hostname, availability: "active", takenBack: drains.length };
      if (dryRun) return json(told);
      for (const { id } of drains) await parts.orders.takeBack(id);
      await parts.nodeWriter.setAvailability(node.id, "active");
      parts.onOrder();
      return json(told);
    },
  });
}
