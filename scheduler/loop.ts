import type { Log } from "../common/log.ts";

/** The loop: rounds one after the other, never two at once. */
export interface Loop {
  /** Asks for a round. One that is asked for during a round follows it; several such are one. */
  look(trigger: string): void;
  /** Starts no other round, and waits for the one under way. */
  rest(): Promise<void>;
  /** The same, and tells the one under way to come to its end. */
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
  let isResting = false;
  let waiting: string | null = null;
  let running: Promise<void> | null = null;

  async function runWaiting(): Promise<void> {
    while (waiting !== null && !isResting) {
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

  async function rest(): Promise<void> {
    isResting = true;
    await running;
  }

  return {
    look(trigger) {
      waiting ??= trigger;
      running ??= runWaiting();
    },
    rest,
    async stop() {
      stopping.abort();
      await rest();
    },
  };
}
