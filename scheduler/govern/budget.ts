import type { Move } from "../domain/decision.ts";
import { HOUR_MS, timesWithinHour, type PastMove } from "./history.ts";

/** How many moves may disrupt whom: in one round, and in any 60 minutes. Whole numbers, 0 for none at all. */
export interface Budgets {
  readonly perRound: number;
  /** In the whole cluster. */
  readonly perHour: number;
  /** Out of one node, and as many again into it. */
  readonly perNodePerHour: number;
  readonly perServicePerHour: number;
}

/** Why a move is over a budget. */
export interface Overdraft {
  readonly rule: keyof Budgets;
  /** The node's hostname for a budget of a node. */
  readonly node: string | null;
  readonly detail: string;
  /** When there is room again; null when it is the next round, or never since the budget is 0. */
  readonly freeAtMs: number | null;
}

/** What a budget of an hour counts, and in which words. */
interface Account {
  readonly rule: keyof Budgets;
  readonly node: string | null;
  readonly counts: (move: Pick<Move, "serviceId" | "from" | "to">) => boolean;
  readonly what: string;
}

function accountsOf({ serviceId, service, from, to, fromName, toName }: Move): readonly Account[] {
  return [
    { rule: "perHour", node: null, counts: () => true, what: "in the cluster" },
    {
      rule: "perNodePerHour",
      node: fromName,
      counts: (move) => move.from === from,
      what: `out of ${fromName}`,
    },
    { rule: "perNodePerHour", node: toName, counts: (move) => move.to === to, what: `into ${toName}` },
    {
      rule: "perServicePerHour",
      node: null,
      counts: (move) => move.serviceId === serviceId,
      what: `of ${service}`,
    },
  ];
}

/**
 * The budget that holds a move back, with those of the round that are already admitted counted as if made now; null when
 * there is room in every one. Of several it is the one that has room last.
 */
export function overdraftOf(
  move: Move,
  admitted: readonly Move[],
  history: readonly PastMove[],
  budgets: Budgets,
  nowMs: number,
): Overdraft | null {
  if (admitted.length >= budgets.perRound) {
    const detail = `the round has its ${budgets.perRound} move(s)`;
    return { rule: "perRound", node: null, detail, freeAtMs: null };
  }
  const overdrafts = accountsOf(move).flatMap(({ rule, node, counts, what }): readonly Overdraft[] => {
    const limit = budgets[rule];
    const past = timesWithinHour(history, nowMs, counts);
    const times = [...past, ...admitted.filter(counts).map(() => nowMs)].toSorted((a, b) => a - b);
    if (times.length < limit) return [];
    // As many as are over the limit, and one more, must be an hour old.
    const leaves = limit > 0 ? times[times.length - limit] : undefined;
    const freeAtMs = leaves === undefined ? null : leaves + HOUR_MS;
    const until = freeAtMs === null ? "" : `, until ${new Date(freeAtMs).toISOString()}`;
    const detail = `${times.length} move(s) ${what} within the hour; the limit is ${limit}${until}`;
    return [{ rule, node, detail, freeAtMs }];
  });
  return overdrafts.toSorted((a, b) => (b.freeAtMs ?? Infinity) - (a.freeAtMs ?? Infinity))[0] ?? null;
}
