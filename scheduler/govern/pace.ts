import { disruptions, wentWrong, type PastMove } from "./history.ts";

export interface PaceLimits {
  /** Moves at once, at the most. */
  readonly most: number;
  /** How many of the last moves the pace is learned from. */
  readonly memory: number;
}

/**
 * How many moves may run at once, across services: additive increase, multiplicative decrease.
 *
 *     start       w = 1
 *     a round     w = min(most, w + 1)        a round is w moves that landed, none gone wrong between them
 *     gone wrong  w = max(1, floor(w / 2))    each move that was undone or failed
 *
 * A round is counted by its landings, as TCP counts a round trip by a window of acknowledgements: a pace that was not
 * made use of proves nothing and does not rise. Of all linear rules it is the one that comes to rest without
 * overloading (Chiu and Jain, "Analysis of the Increase and Decrease Algorithms for Congestion Avoidance in Computer
 * Networks", 1989); with these numbers it is TCP's (RFC 5681, section 3.1). It has no state of its own: a scheduler
 * that starts anew comes to the same pace from the same history.
 */
export function paceOf(history: readonly PastMove[], { most, memory }: PaceLimits): number {
  // slice(-0) would be all of them.
  const recent = memory > 0 ? disruptions(history).slice(-memory) : [];
  const { atOnce } = recent.reduce((pace, move) => step(pace, move, most), { atOnce: 1, landed: 0 });
  return atOnce;
}

interface Pace {
  readonly atOnce: number;
  /** Landings since it last changed. */
  readonly landed: number;
}

function step({ atOnce, landed }: Pace, move: PastMove, most: number): Pace {
  if (wentWrong(move)) return { atOnce: Math.max(1, Math.floor(atOnce / 2)), landed: 0 };
  if (landed + 1 < atOnce) return { atOnce, landed: landed + 1 };
  return { atOnce: Math.max(1, Math.min(most, atOnce + 1)), landed: 0 };
}
