import type { Move, Refusal } from "../../domain/decision.ts";
import { isRunning, type Task } from "../../domain/task.ts";
import { mayLeave, type Context } from "../candidates.ts";
import { afterMove, type View } from "../view.ts";
import type { Relief } from "./relief.ts";
import { bestTarget, moveTo } from "./target.ts";

/**
 * Moves off the nodes that a person has asked to be emptied: task by task, each to the node that stays coolest. Of one
 * service one task a round, since a service is written to once at a time.
 */
export function emptyNodes(start: View, context: Context): Relief {
  let relief: Relief = { moves: [], view: start, refusals: [] };
  for (const nodeId of start.draining) {
    for (const task of start.nodes.get(nodeId)?.tasks ?? []) {
      if (relief.moves.length >= context.policy.movesPerRound) return relief;
      if (relief.moves.some((move) => move.serviceId === task.serviceId)) continue;
      relief = withMoveOf(relief, task, context);
    }
  }
  return relief;
}

/** What a drain of a node would come to. */
export interface DrainForecast {
  /** All moves, one after the other. */
  readonly moves: readonly Move[];
  /** Tasks that Swarm's own drain would stop and start elsewhere, and the rule that keeps them from being moved. */
  readonly cut: readonly Refusal[];
  /** Tasks that would be stopped and find no other node. */
  readonly pending: readonly Refusal[];
  /** Tasks of global services and of jobs, which a drain ends. Names of services. */
  readonly ended: readonly string[];
}

/** Forecasts the whole drain of a node, whether or not it was asked for yet. */
export function forecastDrain(seen: View, nodeId: string, context: Context): DrainForecast {
  const view: View = { ...seen, draining: new Set([...seen.draining, nodeId]) };
  const tasks = view.nodes.get(nodeId)?.tasks ?? [];
  const isMoveable = (task: Task) => view.services.get(task.serviceId)?.mode === "replicated";
  let relief: Relief = { moves: [], view, refusals: [] };
  const cut: Refusal[] = [];
  const pending: Refusal[] = [];
  for (const task of tasks.filter(isMoveable)) {
    const next = withMoveOf({ ...relief, refusals: [] }, task, context);
    if (next.moves.length === relief.moves.length) {
      const [why = unknown(view, task)] = next.refusals;
      (why.node === null ? cut : pending).push(why);
    }
    relief = next;
  }
  const ended = tasks
    .filter((task) => !isMoveable(task) && isRunning(task))
    .map((task) => nameOf(view, task));
  return { moves: relief.moves, cut, pending, ended };
}

function withMoveOf(so: Relief, task: Task, context: Context): Relief {
  const answer = mayLeave(so.view, task, context);
  if (answer === null) return so;
  if (!answer.ok) return { ...so, refusals: [...so.refusals, answer.refusal] };
  const { target, refusals } = bestTarget(answer.traveller);
  if (target === null) return { ...so, refusals: [...so.refusals, ...refusals] };
  const from = so.view.nodes.get(task.nodeId)?.node.hostname ?? task.nodeId;
  const reason = `${from} is being drained; ${target.node.hostname} has the most room for it`;
  const move = moveTo(answer.traveller, target, "drain", reason);
  return { ...so, moves: [...so.moves, move], view: afterMove(so.view, move) };
}

function unknown(view: View, task: Task): Refusal {
  return {
    filter: "changed",
    service: nameOf(view, task),
    task: task.id,
    node: null,
    detail: "its service is gone",
  };
}

function nameOf(view: View, task: Task): string {
  return view.services.get(task.serviceId)?.name ?? task.serviceId;
}
