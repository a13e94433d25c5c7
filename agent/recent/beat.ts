import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../../common/log.ts";
import type { Clock } from "../sources/clock.ts";

interface Beat {
  readonly look: () => Promise<void>;
  /** Seconds from the beginning of one look to that of the next; asked after each. */
  readonly interval: () => number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Looks again and again until the signal, one look at a time. A look that fails is told once and tried again. */
export async function beat({ look, interval, clock, log }: Beat, signal: AbortSignal): Promise<void> {
  let failing = false;
  let due = clock.monotonic();
  while (!signal.aborted) {
    try {
      await look();
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ err: error }, "the look at recent use failed");
      failing = true;
    }
    // Counted from when this one was due, so that looks do not drift; what was missed is not made up for.
    due = Math.max(due + interval(), clock.monotonic());
    await sleep((due - clock.monotonic()) * 1000, undefined, { signal }).catch(() => undefined);
  }
}
