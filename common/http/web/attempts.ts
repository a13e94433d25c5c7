import { createBuckets, type RateLimit } from "./rate-limit.ts";

/** How often an address may send wrong credentials. */
export interface Attempts {
  /** Seconds until credentials from there are looked at again; 0 for now. */
  wait(address: string): number;
  /** Counts wrong ones. */
  failed(address: string): void;
}

export interface AttemptsParts {
  /** Monotonic, in seconds. */
  readonly now: () => number;
  /** Called when an address has used up its attempts. */
  readonly onLockedOut: (address: string) => void;
}

/** Ten for who mistypes; then 2,880 guesses a day, which find no secret of 16 characters. */
const WRONG_ONES: RateLimit = { interval: 30, burst: 10 };

const MOST_ADDRESSES = 10_000;

/**
 * Slows down who guesses. While an address is locked out its right credentials are not looked at either: they would be the
 * guess that succeeds.
 */
export function createAttempts({ now, onLockedOut }: AttemptsParts): Attempts {
  const left = createBuckets(WRONG_ONES, now, MOST_ADDRESSES);
  return {
    wait: (address) => left.wait(address),
    failed(address) {
      if (left.take(address) === 0 && left.wait(address) > 0) onLockedOut(address);
    },
  };
}
