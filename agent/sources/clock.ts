/** Time is an argument, so that tests have theirs. */
export interface Clock {
  /** Seconds since the epoch. */
  now(): number;
  /** Seconds since some fixed moment, never set back. */
  monotonic(): number;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now() / 1000,
  monotonic: () => performance.now() / 1000,
};
