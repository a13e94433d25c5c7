import { setTimeout as delay } from "node:timers/promises";

/** Waits so many milliseconds, or until the signal; neither end is an error. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

/** By this machine's clock. A process that has nothing else to do ends before. */
export const SYSTEM_PAUSE: Pause = async (ms, signal) => {
  await delay(ms, undefined, { signal, ref: false }).catch(() => undefined);
};
