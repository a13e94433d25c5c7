import type { Move, Refusal } from "../domain/decision.ts";
import type { Node } from "../domain/node.ts";
import { arrivalsAllowed } from "./arrivals.ts";
import { breakerOf, type Breaker } from "./breaker.ts";
import { overdraftOf } from "./budget.ts";
import { openingAt, type Calendar, type Opening } from "./calendar.ts";
import { collateralOf } from "./collateral.ts";
import { timesWithinHour, type PastMove } from "./history.ts";
import type { Limits } from "./limits.ts";
import { massOutage } from "./outage.ts";
import { paceOf } from "./pace.ts";

/** The names that a refusal of the governor may have as its `filter`, in the order in which they are asked. */
export const GOVERNORS = ["window", "outage", "breaker", "arrival", "budget", "collateral", "pace"] as const;
type Governor = (typeof GOVERNORS)[number];

/** What the governor knows. */
export interface Situation {
  /** What ended in the last hour, and whatever its age the last `pace.memory` moves; more does no harm. In any order. */
  readonly history: readonly PastMove[];
  readonly limits: Limits;
  readonly calendar: Calendar;
  /** When a person last reset the breaker; null when never. */
  readonly breakerResetAtMs: number | null;
  readonly nodes: readonly Node[];
  /** Since when nodes are ready, by node id; a node of which it is not known has no entry. */
  readonly readySinceMs: Readonly<Record<string, number>>;
  readonly nowMs: number;
}

/** How the governor stands, for metrics and API. */
export interface GovernorState {
  readonly opening: Opening;
  /** The mass outage that is on, in words; null when there is none. */
  readonly outage: string | null;
  readonly breaker: Breaker;
  /** Moves at once that the pace allows. */
  readonly atOnce: number;
  /** Moves within the last hour, those that gave way not counted. */
  readonly movesWithinHour: number;
}

export interface Admission {
  /** Some of the moves, in their order. */
  readonly admitted: readonly Move[];
  /** One for each of the others, in their order. */
  readonly refusals: readonly Refusal[];
  readonly state: GovernorState;
}

/** Why not, in whose name. */
interface Objection {
  readonly filter: Governor;
  /** A node's hostname, where the objection is about one. */
  readonly node: string | null;
  readonly detail: string;
}

/**
 * Which of the planned moves may begin now. Each is asked for in its order, and each admitted one counts for those after
 * it; a refused one does not, so that a service or node which has had its share does not stand in the way of others.
 *
 * More failures in the history never admit a move that would be refused alone. Of several that share nodes or
 * services, a refusal may let two through that the refused one would have kept out.
 */
export function admit(moves: readonly Move[], situation: Situation): Admission {
  const state = governorState(situation);
  const standstill = standstillOf(state);
  const admitted: Move[] = [];
  const refusals: Refusal[] = [];
  for (const move of moves) {
    const objection = standstill ?? objectionTo(move, admitted, state, situation);
    if (objection === null) admitted.push(move);
    else refusals.push({ service: move.service, task: move.taskId, ...objection });
  }
  return { admitted, refusals, state };
}

/** How the governor stands, also when nothing is planned. */
export function governorState(situation: Situation): GovernorState {
  const { history, limits, calendar, breakerResetAtMs, nodes, nowMs } = situation;
  return {
    opening: openingAt(calendar, nowMs),
    outage: massOutage(nodes, limits.outageShare),
    breaker: breakerOf(history, limits.breaker, breakerResetAtMs, nowMs),
    atOnce: paceOf(history, limits.pace),
    movesWithinHour: timesWithinHour(history, nowMs, () => true).length,
  };
}

/** What holds every move back. */
function standstillOf({ opening, outage, breaker }: GovernorState): Objection | null {
  if (!opening.open) return { filter: "window", node: null, detail: opening.detail };
  if (outage !== null) return { filter: "outage", node: null, detail: outage };
  if (breaker.state === "open") return { filter: "breaker", node: null, detail: breaker.detail };
  return null;
}

/** What holds one move back beside those already admitted. */
function objectionTo(
  move: Move,
  admitted: readonly Move[],
  { breaker, atOnce }: GovernorState,
  { history, limits, readySinceMs, nowMs }: Situation,
): Objection | null {
  if (breaker.state === "half-open" && admitted.length >= 1)
    return { filter: "breaker", node: null, detail: breaker.detail };
  const allowed = arrivalsAllowed(move.to, readySinceMs[move.to] ?? null, history, limits.arrivals, nowMs);
  const arriving = admitted.filter(({ to }) => to === move.to).length;
  if (allowed !== null && arriving >= allowed) {
    const detail = `${move.toName} is filled gradually: ${allowed} move(s) into it at once`;
    return { filter: "arrival", node: move.toName, detail };
  }
  const overdraft = overdraftOf(move, admitted, history, limits.budgets, nowMs);
  if (overdraft !== null) return { filter: "budget", node: overdraft.node, detail: overdraft.detail };
  const harm = collateralOf(move.serviceId, history);
  if (harm !== null) return { filter: "collateral", node: null, detail: harm };
  if (admitted.length < atOnce) return null;
  return { filter: "pace", node: null, detail: `${atOnce} move(s) run at once at the present pace` };
}
