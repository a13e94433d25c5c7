import type { MoveResult } from "../ports.ts";
import type { SwarmGateway } from "./gateway.ts";

export interface MoverOptions {
  readonly gateway: SwarmGateway;
  /** From the steering write; a move that has not landed by then is undone. */
  readonly deadlineSeconds: number;
  /** How long the new task must have run before the move counts as landed. */
  readonly stabilitySeconds: number;
  /** How long a move may still take to land once we are told to stop. */
  readonly stopGraceSeconds: number;
  /** Between two looks at a move under way. */
  readonly pollSeconds: number;
  /** Called at each step, for the log. */
  readonly onStep: (moveId: string, step: string, detail: string) => void;
}

/** How a move ended and why. */
export type Ending = Pick<MoveResult, "outcome" | "detail"> & Partial<Pick<MoveResult, "startSeconds">>;
