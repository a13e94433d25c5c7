import type { Decision } from "../domain/decision.ts";
import type { Journal, JournalEntry } from "../journal/journal.ts";
import type { DecisionBrief } from "./event.ts";
import type { Events } from "./events.ts";

/** More of a plan is in the decision itself. */
const MOVES_TOLD = 20;

/** The journal, with each thing that is written told to those who listen, once it is written. */
export function announcing(journal: Journal, { publish }: Pick<Events, "publish">): Journal {
  let last: string | null = null;
  return {
    ...journal,
    write(entry) {
      journal.write(entry);
      // A plan that is carried out is written a second time, with its results.
      const stage = entry.decision.id === last ? "carried out" : "decided";
      last = entry.decision.id;
      publish("decision", briefOf(entry, stage));
    },
    moved(move) {
      journal.moved(move);
      publish("move", move);
    },
    judged(verdict) {
      journal.judged(verdict);
      publish("verdict", verdict);
    },
  };
}

function briefOf(
  { decision, trigger, leads, withheld, results }: JournalEntry,
  stage: DecisionBrief["stage"],
): DecisionBrief {
  const { id, outcome, cause, reason, imbalance, imbalanceAfter, moves } = decision;
  return {
    decision: id,
    stage,
    trigger,
    outcome,
    cause,
    reason,
    imbalance,
    imbalanceAfter,
    leads,
    withheld,
    moves: moves.length,
    plan: planOf(decision),
    results: results.map(({ moveId, service, outcome: ending }) => ({ moveId, service, outcome: ending })),
  };
}

function planOf({ moves }: Decision): DecisionBrief["plan"] {
  return moves
    .slice(0, MOVES_TOLD)
    .map(({ service, fromName, toName, goal }) => ({ service, from: fromName, to: toName, goal }));
}
