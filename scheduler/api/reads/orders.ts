import * as z from "zod";
import { contextOf } from "../../decide/candidates.ts";
import { forecastDrain } from "../../decide/search/empty.ts";
import { viewOf } from "../../decide/view.ts";
import type { DrainOrder, Order, RequestOrder } from "../../domain/order.ts";
import type { Policy } from "../../domain/policy.ts";
import type { Snapshot } from "../../domain/snapshot.ts";
import type { Observe } from "../../observe/observer.ts";
import { obstacleToDrain } from "../../standing-orders.ts";
import { knownSwarm, nodeIn } from "../found.ts";
import { answers, document, problem } from "../http/answers.ts";
import { endpoint, json, type Endpoint } from "../http/endpoint.ts";
import { FORECAST, SHOWN_ORDER } from "../schemas/answers.ts";
import { NODE_PATH } from "../schemas/parameters.ts";

export interface OrderReadParts {
  readonly observe: Observe;
  readonly policy: Policy;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What people told Ballast to do, with names for people, and what keeps a drain from its end. */
export function ordersEndpoint({ observe, policy, now }: OrderReadParts): Endpoint {
  return endpoint({
    method: "get",
    path: "/v1/orders",
    id: "listOrders",
    summary: "What people told Ballast to do, and what keeps it from its end",
    role: "viewer",
    answers: answers({
      200: document("the orders", z.strictObject({ orders: z.array(SHOWN_ORDER) })),
      503: problem("the swarm cannot be read"),
    }),
    async handle() {
      const snapshot = await knownSwarm(observe);
      const standing = snapshot.orders.filter(isToBeDone);
      return json({ orders: standing.map((order) => shown(order, snapshot, policy, now())) });
    },
  });
}

/** What a drain would come to. */
export function forecastEndpoint({ observe, policy, now }: OrderReadParts): Endpoint {
  return endpoint({
    method: "get",
    path: "/v1/nodes/{node}/drain",
    id: "forecastDrain",
    summary: "What a drain of the node would come to: moves, and what would be cut",
    role: "viewer",
    params: NODE_PATH,
    answers: answers({
      200: document("the forecast", FORECAST),
      404: problem("there is no such node"),
      409: problem("several are called so"),
      503: problem("the swarm cannot be read"),
    }),
    async handle({ params }) {
      const { node, snapshot } = await nodeIn(observe, params.node);
      const forecast = forecastDrain(viewOf(snapshot), node.id, contextOf(snapshot, policy, now()));
      return json({ node: node.hostname, ...forecast });
    },
  });
}

/** What is over, and what is only remembered, are no orders to people. */
function isToBeDone(order: Order): order is Exclude<Order, RequestOrder> {
  return order.kind === "moves" ? order.progress.ended === null : order.kind !== "request";
}

function shown(
  order: Exclude<Order, RequestOrder>,
  snapshot: Snapshot,
  policy: Policy,
  nowMs: number,
): object {
  if (order.kind === "reset") return { ...order, name: "breaker" };
  if (order.kind === "moves") {
    const { kind, id, reason, at, until, operation, moves } = order;
    const name = moves.map(({ service, toName }) => `${service} to ${toName}`).join(", ");
    return { kind, id, name, reason, at, until, operation };
  }
  if (order.kind === "pause") {
    const service = snapshot.services.find(({ id }) => id === order.service);
    return { ...order, name: service?.name ?? order.service };
  }
  const name = snapshot.nodes.find(({ id }) => id === order.node)?.hostname ?? order.node;
  return { ...order, name, obstacle: obstacleOf(order, snapshot, policy, nowMs) };
}

/** What keeps an ordered drain from its end, as things are now; null when nothing does. */
export function obstacleOf(
  order: DrainOrder,
  snapshot: Snapshot,
  policy: Policy,
  nowMs: number,
): string | null {
  const forecast = forecastDrain(viewOf(snapshot), order.node, contextOf(snapshot, policy, nowMs));
  return obstacleToDrain(forecast, order);
}
