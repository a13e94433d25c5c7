import type { ArrivalLimits } from "./arrivals.ts";
import type { BreakerLimits } from "./breaker.ts";
import type { Budgets } from "./budget.ts";
import type { PaceLimits } from "./pace.ts";

/** How much may be moved now: all that the governor goes by, beside what happened. */
export interface Limits {
  readonly budgets: Budgets;
  readonly pace: PaceLimits;
  readonly breaker: BreakerLimits;
  readonly arrivals: ArrivalLimits;
  /** More than this share of the nodes not ready is a mass outage. */
  readonly outageShare: number;
}

/** The limits that hold unless the user says otherwise. */
export const DEFAULT_LIMITS: Limits = {
  budgets: {
    // As `moves.perRound`: after two moves it is worth looking again, since the load has changed by then.
    perRound: 2,
    // One in three minutes. Who needs more for long has a cluster that is too small, which moves do not mend.
    perHour: 20,
    // Six tasks an hour: a node can be relieved, and never swaps all it holds before the averages have followed.
    perNodePerHour: 6,
    // A service that was moved three times in an hour is chased, not placed: its users notice each start.
    perServicePerHour: 3,
  },
  // Four image pulls and starts at once are what a small cluster's disks and registry bear beside their work. Ten times
  // as many moves as it takes to get there are remembered.
  pace: { most: 4, memory: 100 },
  // Once is bad luck and twice a bad service; three in a row, across services, is something that they share. A quarter
  // of an hour is what a registry's or a network's hiccup lasts; after four hours at the most one move is tried again,
  // so that a trouble that is over does not stop the scheduler for the night.
  breaker: { failures: 3, pauseSeconds: 900, longestPauseSeconds: 14_400 },
  // By then a node has lived through a few load windows and its image cache is warm.
  arrivals: { newcomerSeconds: 3600 },
  // One node of three is an ordinary loss; two of five, or one of two, is not.
  outageShare: 0.34,
};
