import type { UpdateProgress } from "../decide/update-progress.ts";
import { updateIdOf, type UpdateMark } from "../domain/daily.ts";
import type { DrainOrder, MovesOrder } from "../domain/order.ts";
import type { Operation } from "./schemas/operations.ts";

/** Ordered moves, as they are followed. */
export function movesOperation(order: Omit<MovesOrder, "id">): Operation {
  const { operation: id, act, by, at, reason, decision, until, moves, progress } = order;
  const results = new Map(progress.results.map((result) => [result.taskId, result]));
  return {
    id,
    kind: "moves",
    state: progress.ended?.how ?? "running",
    detail: progress.obstacle ?? "",
    by,
    at,
    reason,
    act,
    decision,
    until,
    moves: moves.map(({ taskId, service, slot, fromName, toName, batch }) => ({
      service,
      slot,
      from: fromName,
      to: toName,
      batch,
      outcome: results.get(taskId)?.outcome ?? null,
      detail: results.get(taskId)?.detail ?? "",
    })),
  };
}

/** The id of the operation that a drain is. */
export function drainOperationId(nodeId: string): string {
  return `drain.${nodeId}`;
}

/** An ordered drain, as it is followed; null for one that is over. */
export function drainOperation(nodeId: string, order: DrainOrder | null, obstacle: string | null): Operation {
  return {
    ...NOTHING,
    id: drainOperationId(nodeId),
    kind: "drain",
    state: order === null ? "done" : "running",
    detail: obstacle ?? "",
    at: order?.at ?? null,
    reason: order?.reason ?? "",
  };
}

/** A write to a service, as Swarm carries it out. */
export function updateOperation(mark: UpdateMark, { state, detail }: UpdateProgress): Operation {
  return { ...NOTHING, id: updateIdOf(mark), kind: "update", state, detail, at: null, reason: "" };
}

/** What of an operation only ordered moves have. */
const NOTHING = { by: null, act: null, decision: null, until: null, moves: [] };
