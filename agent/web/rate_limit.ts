/** Requests that may come: one each `interval` seconds in the long run, `burst` at once. */
export interface RateLimit {
  readonly interval: number;
  readonly burst: number;
}

/** A token bucket, full at the start: whether one more request may come now. `now` in seconds. */
export function createRateLimit({ interval, burst }: RateLimit, now: () => number): () => boolean {
  if (interval === 0) return () => true;
  let tokens = burst;
  let filledAt = now();
  return () => {
    const time = now();
    tokens = Math.min(burst, tokens + (time - filledAt) / interval);
    filledAt = time;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
