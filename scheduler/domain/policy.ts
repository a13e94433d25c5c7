import type { PerResource, ResourceName } from "./resources.ts";

/** `observe` scores, `advise` plans and shows, `act` moves. */
export const MODES = ["observe", "advise", "act"] as const;
export type Mode = (typeof MODES)[number];

/** Shares of a node's capacity. A load above `high` calls for moves; moves aim at `target`, which is lower. */
export interface Marks {
  readonly high: number;
  readonly target: number;
  /** The share of the time for which a load must be below a mark: 1 for always. */
  readonly quantile: number;
}

/** What the planner strives for, the most important first. */
export const GOAL_NAMES = ["overload", "together", "apart", "spread", "even", "preferred"] as const;
export type GoalName = (typeof GOAL_NAMES)[number];

/** What the user wants of a decision. */
export interface Policy {
  readonly mode: Mode;
  /** By resource; one without marks is never too full. */
  readonly marks: PerResource<Marks>;
  /** The goals that are pursued; the order in which they count is that of their names. */
  readonly goals: readonly GoalName[];
  /** A node whose mean load is farther than this from the swarm's, as a share of capacity, is worth evening out. */
  readonly evenBand: number;
  /** Moves that are begun in one round, at the most. A plan may have more. */
  readonly movesPerRound: number;
  /** A task younger than this is left where it is. */
  readonly cooldownSeconds: number;
  /** A service whose spec was written within this time is left alone. */
  readonly quietSeconds: number;
  /** Usage is an average over this time; a younger task has none yet. */
  readonly windowSeconds: number;
  /** Only what this names is to be moved; all where it is absent. */
  readonly focus?: Focus;
}

/** A node, of which tasks are to leave, or a service. */
export interface Focus {
  readonly kind: "node" | "service";
  readonly id: string;
}

const NEVER_TOO_FULL: Marks = { high: Infinity, target: Infinity, quantile: 1 };

/** The marks of one resource. */
export function marksFor(marks: Policy["marks"], name: ResourceName): Marks {
  return Object.hasOwn(marks, name) ? (marks[name] ?? NEVER_TOO_FULL) : NEVER_TOO_FULL;
}
