import type { Problem } from "../../../common/http/problem.ts";
import type { Attempts } from "../../../common/http/web/attempts.ts";
import { createBuckets, type RateLimit } from "../../../common/http/web/rate-limit.ts";
import type { Role } from "./access.ts";

/** Calls that are limited alike. */
type Kind = "reads" | "acts" | "hooks";

/** Calls a second that one caller may make in the long run. */
export type CallRates = Readonly<Record<Kind, number>>;

/**
 * A dashboard asks for some ten things at once, a person orders one by one. kube-scheduler asks twice for each pod, of which
 * it starts a hundred a second at best; Alertmanager hardly ever.
 */
export const DEFAULT_CALL_RATES: CallRates = { reads: 50, acts: 5, hooks: 200 };

/** For how many seconds' worth a caller may go ahead. An act is seldom, but a script's are many. */
const BURST_SECONDS: CallRates = { reads: 2, acts: 4, hooks: 2 };

const MOST_CALLERS = 10_000;

/** How often callers may call. */
export interface CallLimits {
  /** Counts a call to what needs the role, and returns 0, if it may come now; else the seconds to wait. */
  call(role: Role, caller: string): number;
  /** Wrong tokens, by address. */
  readonly attempts: Attempts;
}

export interface CallLimitsParts {
  readonly rates: CallRates;
  readonly attempts: Attempts;
  /** Monotonic, in seconds. */
  readonly now: () => number;
}

/** Limits by caller and kind of call; who has no token is its address. */
export function createCallLimits({ rates, attempts, now }: CallLimitsParts): CallLimits {
  const bucketsFor = (kind: Kind) => createBuckets(limitOf(rates[kind], kind), now, MOST_CALLERS);
  const buckets = { reads: bucketsFor("reads"), acts: bucketsFor("acts"), hooks: bucketsFor("hooks") };
  return { attempts, call: (role, caller) => buckets[KINDS[role]].take(caller) };
}

const KINDS: Readonly<Record<Role, Kind>> = {
  viewer: "reads",
  hook: "hooks",
  operator: "acts",
  admin: "acts",
};

function limitOf(perSecond: number, kind: Kind): RateLimit {
  return { interval: 1 / perSecond, burst: perSecond * BURST_SECONDS[kind] };
}

/** What is answered to a call too many. */
export function tooMany(caller: string): Problem {
  return { status: 429, title: "Too many calls", detail: `${caller} asks too often; ask less often` };
}
