import type { NewOrder, OrderBook } from "../../ports.ts";
import type { Order } from "../../domain/order.ts";
import type { Observe } from "../../observe/observer.ts";
import { json, type Reply } from "../http/endpoint.ts";

/** What acts work with. */
export interface ActParts {
  readonly observe: Observe;
  readonly orders: OrderBook;
  /** Called after an order was given or taken back. */
  readonly onOrder: () => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Gives an order, or tells what it would be. Orders go into the swarm, so any scheduler takes them. */
export async function give(
  { orders, onOrder }: ActParts,
  order: NewOrder,
  dryRun: boolean,
  more: Readonly<Record<string, number>> = {},
): Promise<Reply> {
  if (dryRun) return json({ dryRun, given: false, order, ...more });
  const given = await orders.give(order);
  onOrder();
  return json({ dryRun, given, order, ...more }, given ? 202 : 200);
}

/** Takes orders back, or tells how many there are. */
export async function takeBack(
  { orders, onOrder }: ActParts,
  given: readonly Order[],
  dryRun: boolean,
): Promise<Reply> {
  if (dryRun) return json({ dryRun, takenBack: given.length });
  for (const { id } of given) await orders.takeBack(id);
  onOrder();
  return json({ dryRun, takenBack: given.length });
}

/** ISO 8601. */
export function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
