import { randomUUID } from "node:crypto";
import { duration } from "../../../common/config/types.ts";
import type { Move, PlannedMove, Refusal } from "../../domain/decision.ts";
import {
  describeOrder,
  NO_PROGRESS,
  pauseOf,
  type MovesOrder,
  type OrderedMove,
} from "../../domain/order.ts";
import type { Snapshot } from "../../domain/snapshot.ts";
import type { Rechecked } from "../../thinker/question.ts";
import type { Caller } from "../access/access.ts";
import { json, Refused, type Reply } from "../http/endpoint.ts";
import { movesOperation } from "../operation.ts";
import { isoOf, type ActParts } from "./act.ts";

/** What ordering moves works with. */
export interface OrderMovesParts extends ActParts {
  /** Which of the moves hold on the snapshot, each with those before it made, and why the others do not. */
  readonly recheck: (snapshot: Snapshot, moves: readonly Move[]) => Promise<Rechecked>;
}

/** A day: by then another plan is better than the rest of this one. */
const LONGEST_SECONDS = 86_400;
/** What one object of the swarm can hold, with room to spare. */
const MOST_MOVES = 500;

/** How long an order of moves may take. */
export const WITHIN = {
  within: duration()
    .refine((seconds) => seconds > 0 && seconds <= LONGEST_SECONDS, "is not between 1s and 1d")
    .default(3600)
    .describe("what cannot be begun within this time is given up"),
};

/** What is to be ordered, and why. */
interface Wanted {
  readonly act: MovesOrder["act"];
  readonly moves: readonly OrderedMove[];
  readonly decision: string | null;
  readonly reason: string;
  readonly within: number;
  readonly caller: Caller;
}

/** What is to be written into the order, of moves as a plan has them. */
export function orderedMovesOf(moves: readonly (Move | PlannedMove)[]): readonly OrderedMove[] {
  return moves.map((move) => {
    const { serviceId, service, taskId, slot, from, to, fromName, toName, load, order, reason } = move;
    const batch = "batch" in move ? move.batch : 0;
    const { cpuCores, memoryBytes } = load;
    const own = { serviceId, service, taskId, slot, from, to, fromName, toName, order, reason, batch };
    return { ...own, load: { cpuCores, memoryBytes } };
  });
}

/**
 * Orders moves, or tells what would be ordered.
 * @throws Refused where everything is paused, or where a rule speaks against one of them as things are now.
 */
export async function orderMoves(
  parts: OrderMovesParts,
  snapshot: Snapshot,
  { act, moves, decision, reason, within, caller }: Wanted,
  dryRun: boolean,
): Promise<Reply> {
  const nowMs = parts.now();
  const pause = pauseOf(snapshot.orders, null, nowMs);
  if (pause !== null)
    throw conflict("Paused", `${describeOrder(pause, "everything is paused")}; resume first`);
  if (moves.length > MOST_MOVES)
    throw conflict("Too much at once", `${moves.length} moves; order ${MOST_MOVES} at the most`);
  const order = {
    kind: "moves",
    operation: randomUUID().slice(0, 13),
    act,
    by: caller.name,
    decision,
    moves,
    reason,
    at: isoOf(nowMs),
    until: isoOf(nowMs + within * 1000),
  } as const;
  const standing: MovesOrder = { ...order, id: "", progress: NO_PROGRESS };
  // As it will be judged: with the order among what people told Ballast.
  const asOrdered = { ...snapshot, orders: [...snapshot.orders, standing] };
  const { refusals } = await parts.recheck(asOrdered, moves);
  if (refusals.length > 0) throw conflict("The swarm has moved on", inWords(refusals));
  const detail = moves.map(({ service, fromName, toName }) => `${service} from ${fromName} to ${toName}`);
  const told = { dryRun, detail: detail.join("; ") };
  const shown = movesOperation(standing);
  if (dryRun) return json({ ...told, operation: { ...shown, id: null, state: "proposed" } });
  await parts.orders.give(order);
  parts.onOrder();
  return json({ ...told, operation: shown }, 202);
}

/** That what stands in the way is how things are. */
export function conflict(title: string, detail: string): Refused {
  return new Refused({ status: 409, title, detail });
}

function inWords(refusals: readonly Refusal[]): string {
  return refusals.map(({ service, filter, detail }) => `${service}: ${filter}: ${detail}`).join("; ");
}
