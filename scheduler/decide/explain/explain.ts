import type { Decision, PlannedMove, Refusal } from "../../domain/decision.ts";
import type { Policy } from "../../domain/policy.ts";
import type { Snapshot } from "../../domain/snapshot.ts";
import type { Task } from "../../domain/task.ts";
import { contextOf, type Context } from "../candidates.ts";
import type { Candidate, Traveller } from "../filters/filter.ts";
import { TARGET_FILTERS } from "../filters/target-filters.ts";
import { TASK_FILTERS } from "../filters/task-filters.ts";
import { goalsOf } from "../goals/goals.ts";
import { groundOf } from "../ground.ts";
import { positionOf } from "../../engine/position.ts";
import { rulesOf } from "../rules.ts";
import { profileOf } from "../timeline.ts";
import { draftOf, viewOf, type NodeView, type View } from "../view.ts";
import { mendFor } from "./mends.ts";

/** What is asked about: an id, as the swarm has it. */
export interface Subject {
  readonly kind: "service" | "task" | "node";
  readonly id: string;
}

/** A move that was not planned, what it would bring, and what is in its way. */
interface Alternative {
  readonly task: string;
  readonly service: string;
  readonly to: string;
  /** Of the objective, its price paid; null when the loads are not known. */
  readonly gain: number | null;
  /** Every rule that refuses, not only the first. */
  readonly refusals: readonly Refusal[];
  /** The smallest change that would unlock it. */
  readonly unlock: string;
}

/** Why something moves, or why it does not. */
export interface Explanation {
  readonly subject: Subject | null;
  /** One sentence for people. */
  readonly answer: string;
  /** The planned moves that concern it. */
  readonly moves: readonly PlannedMove[];
  /** What comes nearest to being moved, the nearest first. */
  readonly alternatives: readonly Alternative[];
  readonly advice: readonly string[];
}

const ALTERNATIVES_MOST = 5;
/** Of a node with thousands of tasks the first so many are asked. */
const TASKS_MOST = 200;

/** Explains a decision on the snapshot, as a whole or about a service, a task or a node. Pure. */
export function explain(
  snapshot: Snapshot,
  policy: Policy,
  decision: Decision,
  subject: Subject | null,
): Explanation {
  const view = viewOf(snapshot);
  const context = contextOf(snapshot, policy, Date.parse(decision.at));
  const moves = decision.moves.filter((move) => subject === null || concerns(move, subject));
  const alternatives = subject === null ? [] : alternativesFor(subject, view, context);
  const nearest = alternatives[0] ?? null;
  return {
    subject,
    answer: answerOf(decision, subject, moves, nearest),
    moves,
    alternatives,
    advice: decision.advice,
  };
}

function concerns({ serviceId, taskId, from, to }: PlannedMove, { kind, id }: Subject): boolean {
  switch (kind) {
    case "service":
      return serviceId === id;
    case "task":
      return taskId === id;
    case "node":
      return from === id || to === id;
  }
}

function answerOf(
  { reason }: Decision,
  subject: Subject | null,
  [first, ...others]: readonly PlannedMove[],
  nearest: Alternative | null,
): string {
  if (first !== undefined && subject !== null) {
    const more = others.length === 0 ? "" : `, and ${others.length} more`;
    return `${first.service} moves from ${first.fromName} to ${first.toName}: ${first.reason}${more}`;
  }
  if (subject === null) return reason;
  if (nearest === null) return `nothing of it could be moved anywhere; ${reason}`;
  const [rule] = nearest.refusals;
  if (rule !== undefined) return `${nearest.service} does not move: ${rule.filter}: ${rule.detail}`;
  const gain = nearest.gain === null ? "is not known" : `is ${nearest.gain.toFixed(3)}, its price paid`;
  return `${nearest.service} may move, and nothing is won by it: what its best move, to ${nearest.to}, would gain ${gain}`;
}

/** The moves nearest to being made: those with the fewest rules against them, of these the ones that gain most. */
function alternativesFor(subject: Subject, view: View, context: Context): readonly Alternative[] {
  const ground = groundOf(view, context.policy, view.pursued);
  const position = positionOf(ground.board, goalsOf(ground), rulesOf(ground, draftOf(view), context));
  const items = [...ground.tasks.keys()].filter((item) => isAbout(ground.tasks[item], subject));
  return items
    .slice(0, TASKS_MOST)
    .flatMap((item) => {
      const task = ground.tasks[item];
      const candidate = task === undefined ? null : candidateOf(task, view, context);
      if (candidate === null) return [];
      const ofTask = refusalsOfTask(candidate);
      const traveller = travellerOf(candidate);
      return ground.nodes.flatMap((target, bin): readonly Alternative[] => {
        if (target.node.id === candidate.task.nodeId) return [];
        const refusals = [...ofTask, ...refusalsOfTarget(traveller, target)];
        const isKnown = view.profiles.has(candidate.task.id) && target.profile !== null;
        return [
          {
            task: candidate.task.id,
            service: candidate.service.name,
            to: target.node.hostname,
            gain: isKnown ? position.gain(item, bin) : null,
            refusals,
            unlock: mendFor(refusals),
          },
        ];
      });
    })
    .sort((a, b) => a.refusals.length - b.refusals.length || (b.gain ?? -Infinity) - (a.gain ?? -Infinity))
    .slice(0, ALTERNATIVES_MOST);
}

function isAbout(task: Task | undefined, { kind, id }: Subject): boolean {
  if (task === undefined) return false;
  switch (kind) {
    case "service":
      return task.serviceId === id;
    case "task":
      return task.id === id;
    case "node":
      return task.nodeId === id;
  }
}

function candidateOf(task: Task, view: View, context: Context): Candidate | null {
  const service = view.services.get(task.serviceId);
  return service === undefined ? null : { task, service, view, ...context };
}

function travellerOf(candidate: Candidate): Traveller {
  const { task, service, view } = candidate;
  const load = view.usage[task.id] ?? service.reservations;
  return {
    ...candidate,
    load,
    profile: view.profiles.get(task.id) ?? profileOf(load, undefined, undefined, view.timeline),
  };
}

function refusalsOfTask(candidate: Candidate): readonly Refusal[] {
  return TASK_FILTERS.flatMap((filter) => {
    const verdict = filter.check(candidate);
    if (verdict.ok) return [];
    return [
      {
        filter: filter.name,
        service: candidate.service.name,
        task: candidate.task.id,
        node: null,
        detail: verdict.detail,
      },
    ];
  });
}

function refusalsOfTarget(traveller: Traveller, target: NodeView): readonly Refusal[] {
  return TARGET_FILTERS.flatMap((filter) => {
    const verdict = filter.check(traveller, target);
    if (verdict.ok) return [];
    const { hostname } = target.node;
    return [
      {
        filter: filter.name,
        service: traveller.service.name,
        task: traveller.task.id,
        node: hostname,
        detail: verdict.detail,
      },
    ];
  });
}
