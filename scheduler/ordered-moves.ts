import { doubtAbout, notBegun, stepOf } from "./decide/ordered.ts";
import {
  describeOrder,
  movesOrdered,
  pauseOf,
  type MovesOrder,
  type MovesProgress,
  type OrderedMove,
  type OrderedResult,
} from "./domain/order.ts";
import type { Policy } from "./domain/policy.ts";
import type { Snapshot } from "./domain/snapshot.ts";
import type { Governor } from "./governor.ts";
import type { Mover, MoveResult, OrderBook } from "./ports.ts";
import type { Thinker } from "./thinker/thinker.ts";

/** What ordered moves are carried out with. */
export interface OrderedParts {
  readonly thinker: Pick<Thinker, "recheck">;
  readonly governor: Governor;
  readonly mover: Mover;
  readonly orders: OrderBook;
  readonly policy: Policy;
  /** Told of each move's end. */
  readonly onMoved: (result: MoveResult, order: MovesOrder) => void;
}

/**
 * Brings ordered moves on by one batch: of the oldest order of which some can begin. Says whether any began; then there
 * may be more to do at once. Only for the scheduler that acts.
 */
export async function carryOutOrders(
  parts: OrderedParts,
  snapshot: Snapshot,
  nowMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  for (const order of movesOrdered(snapshot.orders)) {
    if (signal.aborted) return false;
    if (await carryOut(parts, order, snapshot, nowMs, signal)) return true;
  }
  return false;
}

async function carryOut(
  parts: OrderedParts,
  order: MovesOrder,
  snapshot: Snapshot,
  nowMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const { results, next } = stepOf(order, snapshot, nowMs);
  if (next.length === 0) {
    await note(parts, order, results, { obstacle: null, endedAt: nowMs });
    return false;
  }
  const { begin, given, obstacle } = await admitted(parts, order, next, snapshot, nowMs);
  const moved = await Promise.all(
    begin.map(async (move) => {
      const result = await parts.mover.move(move, snapshot.nodes, signal);
      parts.onMoved(result, order);
      return { taskId: move.taskId, outcome: result.outcome, detail: result.detail };
    }),
  );
  // One that was undone since this scheduler is to stop can be made by the next.
  const told = moved.filter(({ outcome }) => outcome === "landed" || !signal.aborted);
  await note(parts, order, [...results, ...given, ...told], {
    obstacle: begin.length > 0 ? null : obstacle,
    endedAt: null,
  });
  return begin.length > 0;
}

interface Admitted {
  readonly begin: readonly OrderedMove[];
  /** Of those that can never begin. */
  readonly given: readonly OrderedResult[];
  /** Why the others wait. */
  readonly obstacle: string;
}

/** Which of the moves may begin now: by the rules, on what is so now, and as far as breaker and pace let it be. */
async function admitted(
  { thinker, governor, policy }: OrderedParts,
  order: MovesOrder,
  next: readonly OrderedMove[],
  snapshot: Snapshot,
  nowMs: number,
): Promise<Admitted> {
  const nothing = (obstacle: string): Admitted => ({ begin: [], given: [], obstacle });
  const doubt = doubtAbout(order, snapshot);
  if (doubt !== null) return nothing(doubt);
  const pause = pauseOf(snapshot.orders, null, nowMs);
  if (pause !== null) return nothing(describeOrder(pause, "paused"));
  const rechecked = await thinker.recheck(snapshot, policy, nowMs, next.slice(0, policy.movesPerRound));
  const allowed = governor.admit(rechecked.moves, "order", snapshot);
  const begin = next.filter(({ taskId }) => allowed.admitted.some((move) => move.taskId === taskId));
  const refusals = [...rechecked.refusals, ...allowed.refusals];
  const given = refusals.flatMap(({ filter, task, detail }) =>
    filter === "changed" && task !== null ? [notBegun({ taskId: task }, detail)] : [],
  );
  const obstacle = refusals
    .map(({ service, filter, detail }) => `${service}: ${filter}: ${detail}`)
    .join("; ");
  return { begin, given, obstacle };
}

/** Writes down how far it has come; an end that somebody wrote meanwhile, a cancellation, stays. */
async function note(
  { orders }: OrderedParts,
  { id, moves }: MovesOrder,
  results: readonly OrderedResult[],
  { obstacle, endedAt }: { readonly obstacle: string | null; readonly endedAt: number | null },
): Promise<void> {
  const how = results.length >= moves.length && results.every(({ outcome }) => outcome === "landed");
  const ended: MovesProgress["ended"] =
    endedAt === null ? null : { how: how ? "done" : "failed", at: new Date(endedAt).toISOString() };
  await orders.note(id, (standing) => ({ results, obstacle, ended: standing.ended ?? ended }));
}
