import type { Effort } from "../../scheduler/decide/search/improve.ts";
import type { SimClock } from "../../sim/clock.ts";
import type { Loads } from "../../sim/loads.ts";
import type { Swarm } from "../../sim/swarm/swarm.ts";

/** What a policy works on: it sees the swarm through Docker and Prometheus, and the clock. */
export interface Ground {
  readonly swarm: Swarm;
  readonly loads: Loads;
  /** How often it looks. */
  readonly lookSeconds: number;
  /** Before this moment it may look and learn, and nothing else. */
  readonly actsFromMs: number;
  /** How hard a planner tries. */
  readonly effort: Effort;
}

/** A policy at work. */
export interface Acting {
  /** Begins nothing more, and waits for what is under way. */
  stop(): Promise<void>;
}

/** A way to keep a swarm level, to be compared with others. */
export interface Policy {
  readonly name: string;
  /** One line for people. */
  readonly about: string;
  start(ground: Ground): Acting;
}

/** Does the work at a moment and then again and again, never twice at once, until it is stopped. */
export function everySo(
  clock: SimClock,
  fromMs: number,
  seconds: number,
  work: (signal: AbortSignal) => Promise<void>,
): Acting {
  const stopping = new AbortController();
  let running: Promise<void> | null = null;
  const tick = (): void => {
    if (stopping.signal.aborted) return;
    running ??= work(stopping.signal).finally(() => {
      running = null;
    });
    clock.after(seconds * 1000, tick);
  };
  clock.at(fromMs, tick);
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
