import { createAttempts } from "../../../common/http/web/attempts.ts";
import type { Guard } from "../../../common/http/web/gate.ts";
import type { Log } from "../../../common/log.ts";
import { holdsToken, type AccessRules } from "./access.ts";
import { createCallLimits, type CallLimits, type CallRates } from "./limits.ts";

export interface DoorParts {
  readonly access: AccessRules;
  readonly rates: CallRates;
  readonly log: Pick<Log, "warn">;
  /** Monotonic, in seconds. */
  readonly now?: () => number;
}

/**
 * What the server and the router need to know of callers: who is let in where the web configuration has users, and how
 * often who may call. Wrong passwords and wrong tokens of an address count together.
 */
export function doorOf({ access, rates, log, now = monotonic }: DoorParts): {
  readonly guard: Guard;
  readonly limits: CallLimits;
} {
  const attempts = createAttempts({
    now,
    onLockedOut: (address) => {
      log.warn({ address }, "too many wrong credentials; none from there are looked at for half a minute");
    },
  });
  return {
    guard: { attempts, knows: (authorization) => holdsToken(access.tokens, authorization) },
    limits: createCallLimits({ rates, attempts, now }),
  };
}

function monotonic(): number {
  return performance.now() / 1000;
}
