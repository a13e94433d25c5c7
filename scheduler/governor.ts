import { SYSTEM_CLOCK, type Clock } from "./clock.ts";
import type { Decision, Move } from "./domain/decision.ts";
import { resetAt } from "./domain/order.ts";
import type { Snapshot } from "./domain/snapshot.ts";
import { admit, governorState, type Admission, type GovernorState, type Situation } from "./govern/admit.ts";
import { calendarOf, type Calendar } from "./govern/calendar.ts";
import { HOUR_MS } from "./govern/history.ts";
import type { Limits } from "./govern/limits.ts";
import type { Journal } from "./journal/journal.ts";
import { pastMoveOf } from "./past.ts";

/** Says how much may be moved now, by what was moved before. */
export interface Governor {
  admit(moves: readonly Move[], cause: Decision["cause"], snapshot: Snapshot): Admission;
  state(snapshot: Snapshot): GovernorState;
}

/** A breaker's pauses and a pace reach further back than the budgets' hour. */
const HISTORY_MS = 7 * 24 * HOUR_MS;
const NO_CALENDAR = calendarOf([], []);

/** A governor whose memory is the journal. */
export function createGovernor(
  limits: Limits,
  calendar: Calendar,
  journal: Pick<Journal, "moves">,
  clock: Clock = SYSTEM_CLOCK,
): Governor {
  function situationIn({ orders, nodes }: Snapshot): Situation {
    const nowMs = clock.now();
    return {
      history: journal.moves(nowMs - HISTORY_MS).map(pastMoveOf),
      limits,
      calendar,
      breakerResetAtMs: resetAt(orders),
      nodes,
      readySinceMs: Object.fromEntries(nodes.map(({ id, updatedAtMs }) => [id, updatedAtMs])),
      nowMs,
    };
  }
  return {
    admit: (moves, cause, snapshot) => {
      const situation = situationIn(snapshot);
      return admit(moves, BY_PEOPLE.has(cause) ? ordered(situation) : situation);
    },
    state: (snapshot) => governorState(situationIn(snapshot)),
  };
}

/** What moves are called for by: a drain, or an order that names them. */
const BY_PEOPLE: ReadonlySet<string> = new Set(["drain", "order"]);

/**
 * A person's order is not held to the hours, budgets and scruples of what Ballast does by itself; to breaker and pace it is, since
 * what fails is no better for being ordered.
 */
function ordered(situation: Situation): Situation {
  return {
    ...situation,
    calendar: NO_CALENDAR,
    history: situation.history.map((move) => ({ ...move, collateral: 0 })),
    limits: {
      ...situation.limits,
      budgets: {
        perRound: Infinity,
        perHour: Infinity,
        perNodePerHour: Infinity,
        perServicePerHour: Infinity,
      },
      arrivals: { newcomerSeconds: 0 },
    },
  };
}
