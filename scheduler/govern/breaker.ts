import { disruptions, wentWrong, type PastMove } from "./history.ts";

export interface BreakerLimits {
  /** So many moves that went wrong in a row, of whatever services, open it; at least 1. */
  readonly failures: number;
  /** How long it stays open the first time. */
  readonly pauseSeconds: number;
  /** Each further failure doubles the pause, up to this. */
  readonly longestPauseSeconds: number;
}

/** `closed`: moves run. `open`: none does. `half-open`: the pause is over and one move may be tried. */
export const BREAKER_STATES = ["closed", "open", "half-open"] as const;

export interface Breaker {
  readonly state: (typeof BREAKER_STATES)[number];
  /** Since when it is in this state; null when it was never open, as far as the history goes. */
  readonly sinceMs: number | null;
  /** When an open one becomes half-open; null in the other states. */
  readonly untilMs: number | null;
  /** Moves that went wrong since one last landed or a person reset the breaker. */
  readonly consecutive: number;
  /** One sentence for people. */
  readonly detail: string;
}

/**
 * The circuit breaker, read off the history. With n moves gone wrong since one last landed, the last of them at t:
 *
 *     closed      n < failures
 *     open        otherwise, while now < t + min(longest pause, pause × 2^(n − failures))
 *     half-open   from then on: one move may be tried. Landing closes the breaker; going wrong makes n + 1
 *
 * After Nygard, "Release It!" (2007), with the doubled pause of exponential backoff. What ended before `resetAtMs`, a
 * person's reset, does not count; null when there was none.
 */
export function breakerOf(
  history: readonly PastMove[],
  limits: BreakerLimits,
  resetAtMs: number | null,
  nowMs: number,
): Breaker {
  const run = runOf(history, limits, resetAtMs);
  const { consecutive, lastMs } = run;
  if (lastMs === null || consecutive < limits.failures) {
    const detail = `closed: ${consecutive} of ${limits.failures} failures in a row that would open it`;
    return { state: "closed", sinceMs: run.closedMs, untilMs: null, consecutive, detail };
  }
  const untilMs = lastMs + pauseSecondsAfter(consecutive, limits) * 1000;
  const cause = `${consecutive} moves in a row were undone or failed`;
  if (nowMs < untilMs) {
    const detail = `open: ${cause}; one move may be tried at ${new Date(untilMs).toISOString()}`;
    return { state: "open", sinceMs: lastMs, untilMs, consecutive, detail };
  }
  const detail = `half-open: ${cause}; one move may be tried`;
  return { state: "half-open", sinceMs: untilMs, untilMs: null, consecutive, detail };
}

function pauseSecondsAfter(consecutive: number, limits: BreakerLimits): number {
  const { failures, pauseSeconds, longestPauseSeconds } = limits;
  return Math.min(longestPauseSeconds, pauseSeconds * 2 ** (consecutive - failures));
}

interface Run {
  readonly consecutive: number;
  /** When the last one went wrong. */
  readonly lastMs: number | null;
  /** When the breaker was last closed, after it had been open. */
  readonly closedMs: number | null;
}

function runOf(history: readonly PastMove[], { failures }: BreakerLimits, resetAtMs: number | null): Run {
  const counted = disruptions(history).filter(({ atMs }) => resetAtMs === null || atMs > resetAtMs);
  const start: Run = { consecutive: 0, lastMs: null, closedMs: resetAtMs };
  return counted.reduce((run, move): Run => {
    if (wentWrong(move)) return { ...run, consecutive: run.consecutive + 1, lastMs: move.atMs };
    const wasOpen = run.consecutive >= failures;
    return { consecutive: 0, lastMs: null, closedMs: wasOpen ? move.atMs : run.closedMs };
  }, start);
}
