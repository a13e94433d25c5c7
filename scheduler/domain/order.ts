import type { Move } from "./decision.ts";

/** The label of the config objects that keep orders; its value is the order's kind. */
export const ORDER_LABEL = "ballast.order";

/** The label of such an object that says what has become of the order so far: the one part of it that can be written. */
export const PROGRESS_LABEL = "ballast.progress";

/**
 * What a person told Ballast to do, and what holds until it is done or taken back. Orders are kept in the swarm itself,
 * so that they outlive any scheduler and every one of them knows them, whichever leads.
 */
export type Order = PauseOrder | DrainOrder | ResetOrder | MovesOrder | RequestOrder;

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

/** What moves are ordered by: one that a person named, or a plan, made some time ago or just now. */
export const MOVE_ACTS = ["move", "apply", "rebalance"] as const;

/** A move with the batch that it is part of: those of a later one wait for it. */
export interface OrderedMove extends Move {
  readonly batch: number;
}

/** Moves that a person ordered. They are carried out whatever the mode, and kept for a while when they are over. */
export interface MovesOrder extends Given {
  readonly kind: "moves";
  /** What the order is followed by. */
  readonly operation: string;
  readonly act: (typeof MOVE_ACTS)[number];
  /** Who gave it. */
  readonly by: string;
  /** The decision that the moves are of; null for one that a person named. */
  readonly decision: string | null;
  /** In an order in which each is possible once those before it are done. */
  readonly moves: readonly OrderedMove[];
  /** What could not be begun by then is given up; ISO 8601. */
  readonly until: string;
  readonly progress: MovesProgress;
}

/** How an ordered move ended; `not_begun` where it was given up. */
export const ORDERED_OUTCOMES = ["landed", "undone", "gave_way", "failed", "not_begun"] as const;

/** What has become of ordered moves so far. */
export interface MovesProgress {
  readonly results: readonly OrderedResult[];
  /** Why none was begun the last time that some were to be; null where some were. */
  readonly obstacle: string | null;
  /** Null while there is something left to do. */
  readonly ended: { readonly how: "done" | "failed" | "cancelled"; readonly at: string } | null;
}

export interface OrderedResult {
  readonly taskId: string;
  readonly outcome: (typeof ORDERED_OUTCOMES)[number];
  readonly detail: string;
}

/** Of an order that nothing has become of yet. */
export const NO_PROGRESS: MovesProgress = { results: [], obstacle: null, ended: null };

/** A request that was answered, or is being: the same one again is not carried out again. */
export interface RequestOrder extends Given {
  readonly kind: "request";
  /** Whose it was: a caller's name, or that of a rule about alerts. */
  readonly by: string;
  /** When it is forgotten, ISO 8601. */
  readonly until: string;
}

/** The order that keeps Ballast from moving a service (or, with null, anything) at that moment; null for none. */
export function pauseOf(orders: readonly Order[], service: string | null, nowMs: number): PauseOrder | null {
  return (
    orders
      .filter((order) => order.kind === "pause")
      .find((order) => order.service === service && !hasPassed(order, nowMs)) ?? null
  );
}

/** So long it can be seen what became of moves. */
const ENDED_KEPT_MS = 3_600_000;

/** Whether an order has come to its own end. */
export function hasPassed(order: Order, nowMs: number): boolean {
  switch (order.kind) {
    case "drain":
      return false;
    case "moves":
      return order.progress.ended !== null && Date.parse(order.progress.ended.at) + ENDED_KEPT_MS <= nowMs;
    case "pause":
    case "reset":
    case "request":
      return order.until !== null && Date.parse(order.until) <= nowMs;
  }
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

/** The orders of moves that are not over, the oldest first. */
export function movesOrdered(orders: readonly Order[]): readonly MovesOrder[] {
  return orders
    .filter((order) => order.kind === "moves")
    .filter(({ progress }) => progress.ended === null)
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Whether a person named the very move: then only what protects the service and the node speaks against it. */
export function isNamedMove(orders: readonly Order[], taskId: string, to: string | null): boolean {
  return movesOrdered(orders).some(
    ({ act, moves }) => act === "move" && moves.some((move) => move.taskId === taskId && move.to === to),
  );
}
