import { disruptions, wentWrong, type PastMove } from "./history.ts";

export interface ArrivalLimits {
  /** A node that has been ready for longer is no newcomer. */
  readonly newcomerSeconds: number;
}

/**
 * How many moves into a node may run at once, so that one that joined or came back, empty and therefore the best target
 * of all, is filled gradually: 1, 2, 4 and so on, doubled when as many as were allowed have landed there since, begun
 * anew when a move into it went wrong. With n landings, 2^floor(log2(n + 1)): TCP's slow start (RFC 5681, section 3.1),
 * in whole steps. Null, which is no limit, for a node that has been ready for longer than a newcomer. When it became
 * ready is null where that is not known; then every landing in the history counts and the limit stays.
 */
export function arrivalsAllowed(
  nodeId: string,
  readySinceMs: number | null,
  history: readonly PastMove[],
  { newcomerSeconds }: ArrivalLimits,
  nowMs: number,
): number | null {
  if (readySinceMs !== null && nowMs - readySinceMs >= newcomerSeconds * 1000) return null;
  const arrivals = disruptions(history).filter(
    ({ to, atMs }) => to === nodeId && (readySinceMs === null || atMs >= readySinceMs),
  );
  const landed = arrivals.length - 1 - arrivals.findLastIndex(wentWrong);
  return 2 ** Math.floor(Math.log2(landed + 1));
}
