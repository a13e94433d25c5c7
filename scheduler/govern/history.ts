/** A move that ended, as budgets, pace, breaker and arrivals remember it. */
export interface PastMove {
  /** When it ended, in milliseconds since 1970: a budget that counts by it never counts too little. */
  readonly atMs: number;
  readonly serviceId: string;
  /** Node ids. */
  readonly from: string;
  readonly to: string;
  /** As the mover says it. */
  readonly outcome: "landed" | "undone" | "gave_way" | "failed";
  /** Other tasks of the service that Swarm restarted because of it. */
  readonly collateral: number;
}

export const HOUR_MS = 3_600_000;

/** Whether it ended without the task on its target. A move that gave way to its owner's write says nothing of either. */
export function wentWrong({ outcome }: PastMove): boolean {
  return outcome === "undone" || outcome === "failed";
}

/**
 * The moves that disrupted somebody, oldest first. One that gave way is none of them. Of several that ended at the same
 * moment those that went wrong stand last, so that the order in which they were written down decides nothing, and
 * doubt counts against us.
 */
export function disruptions(history: readonly PastMove[]): readonly PastMove[] {
  return history
    .filter(({ outcome }) => outcome !== "gave_way")
    .toSorted((a, b) => a.atMs - b.atMs || Number(wentWrong(a)) - Number(wentWrong(b)));
}

/**
 * When the disruptions of the last hour were, oldest first, of those that `counts` picks. One of just an hour ago is no
 * longer counted; one that a wrong clock dated in the future is.
 */
export function timesWithinHour(
  history: readonly PastMove[],
  nowMs: number,
  counts: (move: PastMove) => boolean,
): readonly number[] {
  return disruptions(history)
    .filter((move) => move.atMs > nowMs - HOUR_MS && counts(move))
    .map(({ atMs }) => atMs);
}
