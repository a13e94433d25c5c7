/** Requests that may come: one each `interval` seconds in the long run, `burst` at once. */
export interface RateLimit {
  /** 0 for as many as come. */
  readonly interval: number;
  readonly burst: number;
}

/** A token bucket for each key. */
export interface Buckets {
  /** Seconds until the key's next one may come; 0 for now. */
  wait(key: string): number;
  /** Counts one, and returns 0, if it may come now; else counts nothing and returns the seconds to wait. */
  take(key: string): number;
}

/** Seconds: what floating point makes of a sum of nothing. */
const NO_TIME = 1e-6;

/**
 * Token buckets, full at the start. The key that was longest not counted is forgotten, and so let off, when there are more
 * than `mostKeys`: what strangers send must not fill the memory. `now` in seconds.
 */
export function createBuckets(
  { interval, burst }: RateLimit,
  now: () => number,
  mostKeys = Infinity,
): Buckets {
  // Of each key the time at which its bucket is full again, which says all (the generic cell rate algorithm of ATM).
  const fullAt = new Map<string, number>();
  const filled = (key: string, time: number): number => Math.max(time, fullAt.get(key) ?? time);
  const secondsTo = (full: number, time: number): number => {
    const seconds = full - (burst - 1) * interval - time;
    return interval === 0 || seconds < NO_TIME ? 0 : seconds;
  };
  return {
    wait(key) {
      const time = now();
      return secondsTo(filled(key, time), time);
    },
    take(key) {
      const time = now();
      const full = filled(key, time);
      const seconds = secondsTo(full, time);
      if (seconds > 0 || interval === 0) return seconds;
      // Anew, to be the last of all in the order of the keys.
      fullAt.delete(key);
      fullAt.set(key, full + interval);
      const [oldest] = fullAt.keys();
      if (fullAt.size > mostKeys && oldest !== undefined) fullAt.delete(oldest);
      return 0;
    },
  };
}

/** One token bucket for all: 0 when one more request may come now, else the seconds to wait. `now` in seconds. */
export function createRateLimit(limit: RateLimit, now: () => number): () => number {
  const buckets = createBuckets(limit, now);
  return () => buckets.take("");
}

/** The header that tells a caller when to come again: whole seconds (RFC 9110, 10.2.3), never 0. */
export function retryAfter(seconds: number): Readonly<Record<"Retry-After", string>> {
  return { "Retry-After": String(Math.max(1, Math.ceil(seconds))) };
}
