import { setTimeout as sleep } from "node:timers/promises";
import { LabError, messageOf } from "./errors.ts";

interface WaitOptions {
  readonly timeoutMs?: number;
  readonly everyMs?: number;
}

/**
 * Polls until the probe answers something other than undefined, null or false, and returns that answer.
 * A probe that throws counts as "not yet". Past the deadline it fails with what it waited for and what it saw
 * last: a bare `false` explains nothing, so a probe that wants to be understood throws.
 */
export async function waitFor<T>(
  what: string,
  probe: () => T | Promise<T>,
  { timeoutMs = 30_000, everyMs = 100 }: WaitOptions = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    let last: string;
    try {
      const seen = await probe();
      if (seen !== undefined && seen !== null && seen !== false)
        return seen as NonNullable<Exclude<T, false>>;
      last = String(seen);
    } catch (fault) {
      last = messageOf(fault);
    }
    if (Date.now() >= deadline)
      throw new LabError(`waited ${timeoutMs / 1000} s for ${what}; last seen: ${last}`);
    await sleep(everyMs);
  }
}
