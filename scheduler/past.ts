import type { PastMove } from "./govern/history.ts";
import type { MoveRecord } from "./journal/journal.ts";

/** A move of the journal as the governor and the memory see it. */
export function pastMoveOf({ at, serviceId, fromId, toId, outcome, collateral }: MoveRecord): PastMove {
  return { atMs: Date.parse(at), serviceId, from: fromId, to: toId, outcome, collateral };
}
