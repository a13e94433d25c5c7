import type { Answer } from "./post.ts";

/** `again`: it may go well the next time. */
export type Judgement = "delivered" | "refused" | "again";

const REQUEST_TIMEOUT = 408;
const TOO_MANY_REQUESTS = 429;

/**
 * What an answer comes to. What the other side does not want, or has moved elsewhere, it would not want the next time
 * either: 3xx and 4xx are refusals, but for 408 and 429, which are about the moment.
 */
export function judge({ status }: Pick<Answer, "status">): Judgement {
  if (status === null || status >= 500 || status === REQUEST_TIMEOUT || status === TOO_MANY_REQUESTS)
    return "again";
  return status >= 200 && status < 300 ? "delivered" : "refused";
}

const FIRST_MS = 1000;
const LONGEST_MS = 5 * 60_000;
/** However long the other side asks to be left alone. */
const LONGEST_ASKED_MS = 10 * 60_000;

/**
 * How long to wait after so many tries (from 1): exponential backoff with equal jitter (Brooker, "Exponential Backoff And
 * Jitter", 2015), and no less than `Retry-After` asks for, within bounds. `random` is from 0 to 1.
 */
export function waitMs(tries: number, retryAfter: string | null, random: number, nowMs: number): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** (tries - 1));
  return Math.max(whole / 2 + (whole / 2) * random, askedMs(retryAfter, nowMs));
}

/** Seconds or a date (RFC 9110, 10.2.3), in milliseconds from now; 0 for what is neither. */
function askedMs(retryAfter: string | null, nowMs: number): number {
  if (retryAfter === null) return 0;
  const words = retryAfter.trim();
  const ms = /^\d+$/.test(words) ? Number(words) * 1000 : Date.parse(words) - nowMs;
  return Number.isNaN(ms) ? 0 : Math.min(LONGEST_ASKED_MS, Math.max(0, ms));
}
