import type { ResourceName } from "./resources.ts";

/** `observe` scores, `advise` plans and shows, `act` moves. */
export const MODES = ["observe", "advise", "act"] as const;
export type Mode = (typeof MODES)[number];

/** Shares of a node's capacity. A load above `high` calls for moves; moves aim at `target`, which is lower. */
export interface Marks {
  readonly high: number;
  readonly target: number;
}

/** What the user wants of a decision. */
export interface Policy {
  readonly mode: Mode;
  readonly marks: Readonly<Record<ResourceName, Marks>>;
  /** Moves in one round, at the most. */
  readonly movesPerRound: number;
  /** A task younger than this is left where it is. */
  readonly cooldownSeconds: number;
  /** A service whose spec was written within this time is left alone. */
  readonly quietSeconds: number;
  /** Usage is an average over this time; a younger task has none yet. */
  readonly windowSeconds: number;
}
