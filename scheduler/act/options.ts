import { SYSTEM_CLOCK, type Clock } from "../clock.ts";
import type { MoveResult } from "../ports.ts";
import type { SwarmGateway } from "./gateway.ts";

export interface MoverOptions {
  readonly gateway: SwarmGateway;
  /** By which deadlines are kept; this machine's own unless told otherwise. */
  readonly clock?: Clock;
  /** From the steering write; a move that has not landed by then is undone. */
  readonly deadlineSeconds: number;
  /** How long the new task must have run before the move counts as landed. */
  readonly stabilitySeconds: number;
  /** How long a move may still take to land once we are told to stop. */
  readonly stopGraceSeconds: number;
  /** Within this time of a write, Swarm's updater has taken it up. */
  readonly updaterSeconds: number;
  /** How long after letting go other tasks of the service are watched: Swarm restarts what it deems changed at once. */
  readonly aftermathSeconds: number;
  /** Between two looks at a move under way. */
  readonly pollSeconds: number;
  /** Called at each step, for the log. */
  readonly onStep: (moveId: string, step: string, detail: string) => void;
}

/** The clock that a move goes by. */
export function clockOf({ clock = SYSTEM_CLOCK }: Pick<MoverOptions, "clock">): Clock {
  return clock;
}

/** The times of a move that nobody needs to set. */
export const MOVER_PACE = {
  // Within Swarm's own grace period (see docker-stack.yml): time to land or to undo, then to answer what is asked.
  stopGraceSeconds: 20,
  // The updater takes a write up at once; a busy manager may need a moment.
  updaterSeconds: 2,
  // What Swarm deems changed by our letting go, it restarts within this time.
  aftermathSeconds: 1,
  // A new task takes about a second to run: looking more often would tell nothing sooner.
  pollSeconds: 0.25,
} as const satisfies Partial<MoverOptions>;

/** How a move ended and why. */
export type Ending = Pick<MoveResult, "outcome" | "detail"> &
  Partial<Pick<MoveResult, "startSeconds" | "prepareSeconds" | "collateral">>;
