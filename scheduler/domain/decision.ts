import type { InputReport } from "./input-report.ts";
import type { Mode } from "./policy.ts";
import type { PerResource, Resources } from "./resources.ts";
import type { MoveOrder } from "./service.ts";

/** A hard rule's answer. The same words feed the API, the log and, by the filter's name, a metric label. */
export type Verdict = { readonly ok: true } | { readonly ok: false; readonly detail: string };

/** Why something was not done: which rule, about what, in which words. */
export interface Refusal {
  readonly filter: string;
  readonly service: string;
  readonly task: string | null;
  readonly node: string | null;
  readonly detail: string;
}

/** One task of one service, from a node to a node. */
export interface Move {
  readonly serviceId: string;
  readonly service: string;
  /** The task on `from` that the plan weighed; of several copies there, Swarm picks one. */
  readonly taskId: string;
  readonly slot: number;
  readonly from: string;
  readonly to: string;
  /** Hostnames, for people. */
  readonly fromName: string;
  readonly toName: string;
  readonly load: Resources;
  readonly order: MoveOrder;
  readonly reason: string;
}

/** Shares of a node's capacity that are not exceeded for as much of the time as counts. */
export type Peaks = PerResource<number>;

/** The numbers that speak for a move, as they are when those before it in the plan are done. */
export interface Evidence {
  /** ISO 8601: when they were measured. */
  readonly at: string;
  /** Null where a node is not measured. */
  readonly fromBefore: Peaks | null;
  readonly fromAfter: Peaks | null;
  readonly toBefore: Peaks | null;
  readonly toAfter: Peaks | null;
}

/** A move with its place in a plan. */
export interface PlannedMove extends Move {
  /** The goal that it serves first, or `drain`, `regret`, or `room` for one that only makes room for another. */
  readonly goal: string;
  /** Moves of one batch may run at once; those of a later one wait for it. From 0. */
  readonly batch: number;
  /** What it betters the objective by, and what it costs of that; null for what is ordered. */
  readonly gain: number | null;
  readonly price: number | null;
  /** Ids of the tasks whose moves wait for this one. */
  readonly unlocks: readonly string[];
  readonly evidence: Evidence;
}

/** How a goal fares by the plan: costs, lower is better. */
export interface GoalScore {
  readonly goal: string;
  readonly before: number;
  readonly after: number;
  /** No plan, of however many moves, ends below this. */
  readonly least: number;
}

export interface ResourceLoad {
  readonly used: number;
  readonly capacity: number;
  /** used / capacity, at present. */
  readonly ratio: number;
  /** The same, as it is not exceeded for as much of the time as counts. */
  readonly peak: number;
}

/** How a node stands now and how it would stand after the plan. */
export interface NodeScore {
  readonly id: string;
  readonly hostname: string;
  readonly state: string;
  /** Null when the node's load is not known. */
  readonly load: PerResource<ResourceLoad> | null;
  readonly loadAfter: PerResource<ResourceLoad> | null;
  /** Why the load is not known, or what is wrong with it; empty when all is well. */
  readonly notes: readonly string[];
}

/**
 * `level`: no node is above its high mark. `settling`: wait, loads are on their way to being known or a rule passes with
 * time. `overloaded`: a node is above, and the mode plans nothing. `plan`: moves were found. `stuck`: moves are called
 * for and none is allowed. `untrusted`: an input is missing, partial or old, so nothing was planned.
 */
export const OUTCOMES = ["level", "settling", "overloaded", "plan", "stuck", "untrusted"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The one document that API, log, metrics and page show. */
export interface Decision {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly mode: Mode;
  readonly outcome: Outcome;
  /** One word for a metric's label: what decided the outcome. */
  readonly cause: string;
  /** One sentence for people. */
  readonly reason: string;
  readonly inputs: readonly InputReport[];
  /** 0 (level) to 1 (all on one node); null when not known. */
  readonly imbalance: number | null;
  readonly imbalanceAfter: number | null;
  readonly nodes: readonly NodeScore[];
  /** The whole plan, in an order in which each is possible once those before it are done. */
  readonly moves: readonly PlannedMove[];
  /** The goals in their order; empty when nothing was planned by goals. */
  readonly goals: readonly GoalScore[];
  /** The objective before the first move and after each: where it flattens, more moves buy little. */
  readonly curve: readonly number[];
  /** What the plan is after, for the next one to go on with. */
  readonly pursues: readonly string[];
  /** What would help where moves do not. */
  readonly advice: readonly string[];
  readonly refusals: readonly Refusal[];
}
