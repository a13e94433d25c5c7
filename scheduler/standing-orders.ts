import type { Log } from "../common/log.ts";
import { contextOf } from "./decide/candidates.ts";
import { forecastDrain, type DrainForecast } from "./decide/search/empty.ts";
import { viewOf, type View } from "./decide/view.ts";
import { hasPassed, type DrainOrder } from "./domain/order.ts";
import type { Policy } from "./domain/policy.ts";
import { isSwarmKnown, type Snapshot } from "./domain/snapshot.ts";
import type { NodeWriter, OrderBook } from "./ports.ts";

/** What is needed to bring orders to their end. */
export interface OrderParts {
  readonly orders: OrderBook;
  readonly nodeWriter: NodeWriter;
  readonly policy: Policy;
  readonly log: Log;
}

/** What still stands between a drain order and its end; null when nothing does. */
export function obstacleToDrain(
  { moves, cut, pending }: DrainForecast,
  { force }: DrainOrder,
): string | null {
  if (moves.length > 0) return `still to be moved: ${moves.map(({ service }) => service).join(", ")}`;
  const left = [...cut, ...pending];
  if (force || left.length === 0) return null;
  const why = left.map(({ service, filter, detail }) => `${service} (${filter}: ${detail})`).join("; ");
  return `cannot be moved: ${why}; order it with force to have Swarm cut them`;
}

/** Rules that hold a task where it is for the time being: a drain waits for them, and nothing is cut meanwhile. */
const PASSING = new Set(["updating", "replicas-running"]);

/** What keeps a drain from being ordered without force: tasks that would have to be cut however long it waits. */
export function objectionToDrain(forecast: DrainForecast, order: DrainOrder): string | null {
  const lasts = ({ filter }: { readonly filter: string }) => !PASSING.has(filter);
  const { cut, pending, ended } = forecast;
  const left = { moves: [], cut: cut.filter(lasts), pending: pending.filter(lasts), ended };
  return obstacleToDrain(left, order);
}

/**
 * Ends the orders that have come to their end: pauses that ran out, drains of nodes that are empty (which are set to
 * drain then), or that somebody drained by hand, or that are gone. Only for the scheduler that acts.
 */
export async function endOrders(parts: OrderParts, snapshot: Snapshot, nowMs: number): Promise<void> {
  // On a large swarm a view takes its time, and most of the time there is no order.
  if (snapshot.orders.length === 0) return;
  const view = viewOf(snapshot);
  for (const order of snapshot.orders) {
    try {
      if (order.kind === "drain") await endDrain(parts, order, { view, snapshot, nowMs });
      else if (hasPassed(order, nowMs)) await parts.orders.takeBack(order.id);
    } catch (error) {
      // The order stays, and the next round comes to it again.
      parts.log.warn({ err: error, order: order.id }, "an order could not be ended");
    }
  }
}

interface Seen {
  readonly view: View;
  readonly snapshot: Snapshot;
  readonly nowMs: number;
}

async function endDrain(
  { orders, nodeWriter, policy, log }: OrderParts,
  order: DrainOrder,
  { view, snapshot, nowMs }: Seen,
): Promise<void> {
  if (!isSwarmKnown(snapshot)) return;
  const node = view.nodes.get(order.node)?.node;
  if (node === undefined || node.availability === "drain") {
    log.info({ node: node?.hostname ?? order.node }, "a drain is over: the node is gone, or drained by hand");
    return orders.takeBack(order.id);
  }
  const obstacle = obstacleToDrain(
    forecastDrain(view, order.node, contextOf(snapshot, policy, nowMs)),
    order,
  );
  if (obstacle !== null || isBusy(view, order.node)) return;
  await nodeWriter.setAvailability(order.node, "drain");
  await orders.takeBack(order.id);
  log.info({ node: node.hostname }, "the node is empty and set to drain");
}

/** Whether a move from or to the node is not wholly over: setting it to drain would cut into that. */
function isBusy(view: View, nodeId: string): boolean {
  return [...view.services.values()].some(
    ({ id, steer }) => steer !== null && (view.tasksOf.get(id) ?? []).some((task) => task.nodeId === nodeId),
  );
}
