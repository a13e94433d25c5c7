import type { Log } from "../common/log.ts";

/** The loop: rounds one after the other, never two at once. */
export interface Loop {
  /** Asks for a round. One that is asked for during a round follows it; several such are one. */
  look(trigger: string): void;
  /** Tells a round under way to come to its end, waits for it, and starts no other. */
  stop(): Promise<void>;
}

/**
 * Makes the loop. A round is given what asked for it and a signal that says to come to an end, and tells whether another
 * is to follow at once.
 */
export function createLoop(
  round: (trigger: string, signal: AbortSignal) => Promise<boolean>,
  log: Log,
): Loop {
  const stopping = new AbortController();
  let waiting: string | null = null;
  let running: Promise<void> | null = null;

  async function runWaiting(): Promise<void> {
    while (waiting !== null && !stopping.signal.aborted) {
      const trigger = waiting;
      waiting = null;
      try {
        if (await round(trigger, stopping.signal)) waiting ??= trigger;
      } catch (error) {
        log.error(
          { err: error, trigger },
          "a round failed; the next one starts from what the swarm then says",
        );
      }
    }
    running = null;
  }

  return {
    look(trigger) {
      waiting ??= trigger;
      running ??= runWaiting();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
