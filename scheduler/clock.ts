import { setTimeout as delay } from "node:timers/promises";

/** The time, and waiting for it to pass. A simulated swarm has its own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  wait(ms: number): Promise<void>;
}

/** This machine's clock. */
export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  wait: (ms) => delay(ms),
};
