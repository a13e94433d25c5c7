/** The label of the config objects that keep orders; its value is the order's kind. */
export const ORDER_LABEL = "ballast.order";

/**
 * What a person told Ballast to do, and what holds until it is done or taken back. Orders are kept in the swarm itself,
 * so that they outlive any scheduler and every one of them knows them, whichever leads.
 */
export type Order = PauseOrder | DrainOrder | ResetOrder;

interface Given {
  /** What it is taken back by. */
  readonly id: string;
  readonly reason: string;
  /** When it was given, ISO 8601. */
  readonly at: string;
}

/** Ballast moves nothing, or nothing of one service. */
export interface PauseOrder extends Given {
  readonly kind: "pause";
  /** The service's id; null for all. */
  readonly service: string | null;
  /** When it ends by itself, ISO 8601; null for never. */
  readonly until: string | null;
}

/** What went wrong before it no longer counts against moving: the circuit breaker closes. */
export interface ResetOrder extends Given {
  readonly kind: "reset";
  /** When it is forgotten, ISO 8601: by then the breaker would have tried again by itself. */
  readonly until: string;
}

/** A node is emptied without a gap and then set to drain. */
export interface DrainOrder extends Given {
  readonly kind: "drain";
  /** The node's id. */
  readonly node: string;
  /** Whether the node is set to drain although tasks are left that cannot be moved: Swarm then cuts them. */
  readonly force: boolean;
}

/** The order that keeps Ballast from moving a service (or, with null, anything) at that moment; null for none. */
export function pauseOf(orders: readonly Order[], service: string | null, nowMs: number): PauseOrder | null {
  return (
    orders
      .filter((order) => order.kind === "pause")
      .find((order) => order.service === service && !hasPassed(order, nowMs)) ?? null
  );
}

/** Whether an order has come to its own end. */
export function hasPassed(order: Order, nowMs: number): boolean {
  return order.kind !== "drain" && order.until !== null && Date.parse(order.until) <= nowMs;
}

/** When a person last reset the breaker, in milliseconds since 1970; null when never. */
export function resetAt(orders: readonly Order[]): number | null {
  const reset = orders.find((order) => order.kind === "reset");
  return reset === undefined ? null : Date.parse(reset.at);
}

/** An order in words, with when and why it was given. */
export function describeOrder({ at, reason }: Order, what: string): string {
  return `${what} since ${at}${reason === "" ? "" : `: ${reason}`}`;
}
