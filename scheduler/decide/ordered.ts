import type { MovesOrder, OrderedMove, OrderedResult } from "../domain/order.ts";
import { isSwarmKnown, isTrusted, type Snapshot } from "../domain/snapshot.ts";
import { isRunning, type Task } from "../domain/task.ts";

/** How far ordered moves have come. */
export interface OrderStep {
  /** What is known to have become of moves by now, those included that were known before. */
  readonly results: readonly OrderedResult[];
  /** What may begin next: moves of one batch. Empty when nothing is left to do. */
  readonly next: readonly OrderedMove[];
}

/**
 * How far ordered moves have come, by what the order says and by where tasks stand: who carried some out and could not
 * say so any more leaves them to be found. A move whose batch waited for one that failed is given up, and so is all that
 * is left when the order's time is over.
 */
export function stepOf(order: MovesOrder, { tasks }: Pick<Snapshot, "tasks">, nowMs: number): OrderStep {
  const known = new Map(order.progress.results.map((result) => [result.taskId, result]));
  const found = order.moves.flatMap((move) =>
    known.has(move.taskId) ? [] : (resultSeen(move, tasks) ?? []),
  );
  const told = [...order.progress.results, ...found];
  const byTask = new Map(told.map((result) => [result.taskId, result]));
  const left = order.moves.filter(({ taskId }) => !byTask.has(taskId));
  const failed = order.moves.filter(({ taskId }) => (byTask.get(taskId)?.outcome ?? "landed") !== "landed");
  const firstFailed = Math.min(...failed.map(({ batch }) => batch));
  const isOver = nowMs >= Date.parse(order.until);
  const given = left.flatMap((move): readonly OrderedResult[] => {
    if (isOver)
      return [notBegun(move, order.progress.obstacle ?? `it could not be begun until ${order.until}`)];
    return move.batch > firstFailed ? [notBegun(move, "a move before it did not land")] : [];
  });
  const ended = new Set(given.map(({ taskId }) => taskId));
  const open = left.filter(({ taskId }) => !ended.has(taskId));
  const batch = Math.min(...open.map((move) => move.batch));
  return { results: [...told, ...given], next: open.filter((move) => move.batch === batch) };
}

/** Why nothing of an order can be begun on what is known; null when it can. */
export function doubtAbout(order: MovesOrder, snapshot: Snapshot): string | null {
  // Whoever names a move has seen for himself; a plan is only as good as what it was made of.
  const isKnown = order.act === "move" ? isSwarmKnown(snapshot) : isTrusted(snapshot);
  return isKnown
    ? null
    : snapshot.inputs.flatMap(({ doubts }) => doubts).join("; ") || "no input was reported";
}

/** A move that was given up. */
export function notBegun({ taskId }: Pick<OrderedMove, "taskId">, detail: string): OrderedResult {
  return { taskId, outcome: "not_begun", detail };
}

function resultSeen(move: OrderedMove, tasks: readonly Task[]): readonly OrderedResult[] | null {
  const ofService = tasks.filter(({ serviceId }) => serviceId === move.serviceId);
  const itself = ofService.find(({ id }) => id === move.taskId);
  if (itself?.nodeId === move.from && isRunning(itself)) return null;
  const there = ofService.find(
    (task) => task.slot === move.slot && task.nodeId === move.to && isRunning(task),
  );
  if (there !== undefined)
    return [{ taskId: move.taskId, outcome: "landed", detail: `its new task was found on ${move.toName}` }];
  return [notBegun(move, `its task no longer runs on ${move.fromName}`)];
}
