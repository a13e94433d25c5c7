import type { Span } from "../range.ts";

const DAY_SECONDS = 86_400;
/** Of one query: what it holds of 20,000 tasks stays well below what any server takes. */
const PIECE_SECONDS = 2 * 3600;

/** What is read of the past. */
export interface Reach {
  /** A divisor of a day, so that each day has the same moments. */
  readonly stepSeconds: number;
  /** How many steps back. */
  readonly steps: number;
  /** How many moments that are once folded to a day. */
  readonly points: number;
  /** A step is closed when its end lies so far back: what was measured by then is there to be asked for. */
  readonly settleSeconds: number;
}

/** The reach of so long a history. */
export function reachOf(historySeconds: number, stepSeconds: number, settleSeconds: number): Reach {
  const steps = Math.max(1, Math.floor(historySeconds / stepSeconds));
  const points = Math.min(steps, Math.max(1, Math.floor(DAY_SECONDS / stepSeconds)));
  return { stepSeconds, steps, points, settleSeconds };
}

/** The newest closed step at this time. */
export function newestClosed({ stepSeconds, settleSeconds }: Reach, atMs: number): number {
  return Math.floor((atMs / 1000 - settleSeconds) / stepSeconds);
}

/** The steps up to `newest` within reach that come after `known` (null: none is known), in pieces, oldest first. */
export function missingSpans(reach: Reach, known: number | null, newest: number): readonly Span[] {
  const { stepSeconds, steps } = reach;
  const oldest = Math.max(0, newest - steps + 1, known === null ? 0 : known + 1);
  const length = Math.max(1, Math.floor(PIECE_SECONDS / stepSeconds));
  const count = Math.max(0, Math.ceil((newest - oldest + 1) / length));
  return Array.from({ length: count }, (_, index) => {
    const first = oldest + index * length;
    return { first, last: Math.min(newest, first + length - 1), stepSeconds };
  });
}
