import { contextOf, recheckMove } from "../decide/candidates.ts";
import { decide } from "../decide/decide.ts";
import { explain, type Explanation, type Subject } from "../decide/explain/explain.ts";
import { place, type PlacedReplica } from "../decide/place.ts";
import type { Wanted } from "../decide/place-wanted.ts";
import { DEFAULT_EFFORT, type Effort } from "../decide/search/improve.ts";
import { draftOf, moveWithin, viewOf } from "../decide/view.ts";
import type { Decision, Move, Refusal } from "../domain/decision.ts";
import type { Policy } from "../domain/policy.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { Frame, Piece } from "./pieces.ts";

interface Known {
  readonly snapshot: Snapshot;
  readonly policy: Policy;
  readonly nowMs: number;
}

/** What the planner's thread is told: the tasks of the snapshot, piece by piece, then what it is asked of it. */
export type Told =
  { readonly id: number; readonly piece: Piece } | { readonly id: number; readonly question: Unassembled };

/** A question about a snapshot of which the tasks were told before; null: about the same one as the question before. */
type Unassembled = Question extends infer One
  ? One extends { readonly snapshot: Snapshot }
    ? Omit<One, "snapshot"> & { readonly snapshot: Frame | null }
    : never
  : never;

/** What the planner's thread is asked. */
export type Question =
  | ({ readonly kind: "decide" } & Known)
  | ({ readonly kind: "recheck"; readonly moves: readonly Move[] } & Known)
  | ({ readonly kind: "explain"; readonly subject: Subject | null } & Known)
  | ({ readonly kind: "place"; readonly wanted: Wanted; readonly among: ReadonlySet<string> | null } & Known);

export interface Rechecked {
  /** Those that still hold. */
  readonly moves: readonly Move[];
  /** One for each of the others. */
  readonly refusals: readonly Refusal[];
}

export type Answer =
  | { readonly kind: "decided"; readonly decision: Decision }
  | { readonly kind: "rechecked"; readonly rechecked: Rechecked }
  | { readonly kind: "explained"; readonly explanation: Explanation }
  | { readonly kind: "placed"; readonly replicas: readonly PlacedReplica[] }
  | { readonly kind: "failed"; readonly reason: string };

/** A decision takes no longer, whatever the swarm's size: what was found by then is the answer. */
const PATIENCE_MS = 10_000;

/** Answers a question. `elapsedMs` says how much time has passed since it was put. */
export function answerTo(
  question: Question,
  elapsedMs: () => number,
  effort: Effort = DEFAULT_EFFORT,
): Answer {
  try {
    return answered(question, { ...effort, isLate: () => elapsedMs() > PATIENCE_MS });
  } catch (error) {
    return {
      kind: "failed",
      reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

function answered(question: Question, effort: Effort): Answer {
  const { snapshot, policy, nowMs } = question;
  switch (question.kind) {
    case "decide":
      return { kind: "decided", decision: decide(snapshot, policy, nowMs, effort) };
    case "recheck":
      return { kind: "rechecked", rechecked: recheck(question) };
    case "explain": {
      const decision = decide(snapshot, policy, nowMs, effort);
      return { kind: "explained", explanation: explain(snapshot, policy, decision, question.subject) };
    }
    case "place":
      return {
        kind: "placed",
        replicas: place(snapshot, policy, nowMs, question.wanted, question.among),
      };
  }
}

/** The moves that hold on a fresh view, each with those before it already made, and why the others do not. */
function recheck({ snapshot, policy, nowMs, moves }: Known & Pick<Rechecked, "moves">): Rechecked {
  const draft = draftOf(viewOf(snapshot));
  const context = contextOf(snapshot, policy, nowMs);
  const holding: Move[] = [];
  const refusals: Refusal[] = [];
  for (const move of moves) {
    const refusal = recheckMove(draft, move, context);
    if (refusal !== null) refusals.push(refusal);
    else {
      holding.push(move);
      moveWithin(draft, move);
    }
  }
  return { moves: holding, refusals };
}
