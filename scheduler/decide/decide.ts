import type { Decision, Move, NodeScore, Outcome, PlannedMove, Refusal } from "../domain/decision.ts";
import type { InputReport } from "../domain/input-report.ts";
import type { Policy } from "../domain/policy.ts";
import { isSwarmKnown, isTrusted, type Snapshot } from "../domain/snapshot.ts";
import { contextOf, type Context } from "./candidates.ts";
import { cooldown } from "./filters/cooldown.ts";
import { quiet } from "./filters/quiet.ts";
import { settled } from "./filters/settled.ts";
import { usageKnown } from "./filters/usage-known.ts";
import { adviceOn } from "./advice.ts";
import { hotSpots, type HotSpot } from "./hot-spots.ts";
import { imbalanceOf, loadOf } from "./load.ts";
import { pursuitsOf } from "./pursuits.ts";
import { emptyNodes } from "./search/empty.ts";
import { DEFAULT_EFFORT, improve, type Effort, type Improvement } from "./search/improve.ts";
import { plannedMoves } from "./search/planned.ts";
import { takeBack } from "./search/regret.ts";
import type { Relief } from "./search/relief.ts";
import { serving, viewOf, type NodeView, type View } from "./view.ts";

/**
 * The whole decision: what every node carries, which moves would help, and why the others were refused.
 * Pure: the same snapshot, policy and time give the same document.
 */
export function decide(
  snapshot: Snapshot,
  policy: Policy,
  nowMs: number,
  effort: Effort = DEFAULT_EFFORT,
): Decision {
  const view = viewOf(snapshot);
  const context = contextOf(snapshot, policy, nowMs);
  const plan = planOn(snapshot, view, context, effort);
  const isKnown = isTrusted(snapshot) || plan.moves.length > 0;
  const conclusion = isKnown ? concludeFrom(view, plan, context) : distrust(snapshot.inputs);
  return {
    id: `d${snapshot.takenAtMs.toString(36)}`,
    at: new Date(nowMs).toISOString(),
    mode: policy.mode,
    ...conclusion,
    inputs: snapshot.inputs,
    imbalance: imbalanceOf(serving(view), view.timeline),
    imbalanceAfter: imbalanceOf(serving(plan.view), view.timeline),
    nodes: [...view.nodes.values()].map((node) => scoreOf(node, view, plan.view, policy)),
    moves: plan.moves,
    goals: plan.goals,
    curve: plan.curve,
    pursues: isTrusted(snapshot) ? pursuitsOf(view, policy) : snapshot.memory.pursues,
    advice: isKnown ? adviceOn(plan.view, context) : [],
    refusals: distinct(plan.refusals),
  };
}

/**
 * A person's order comes first, in every mode and without measurements, as Swarm's own drain would; what Ballast does by
 * itself waits until the nodes are empty, and for all that it needs to know.
 */
function planOn(snapshot: Snapshot, view: View, context: Context, effort: Effort): Improvement {
  const nothing: Relief = { moves: [], view, refusals: [] };
  const emptied = isSwarmKnown(snapshot) ? emptyNodes(view, context) : nothing;
  if (emptied.moves.length > 0 || context.policy.mode === "observe") return calledFor(emptied, view, context);
  if (!isTrusted(snapshot)) return calledFor(nothing, view, context);
  const returned = takeBack(view, context);
  if (returned.moves.length > 0) return calledFor(returned, view, context);
  const improved = improve(view, context, effort);
  return { ...improved, refusals: [...returned.refusals, ...improved.refusals] };
}

/** What is called for is not weighed against goals. */
function calledFor(relief: Relief, view: View, context: Context): Improvement {
  return {
    ...relief,
    moves: plannedMoves(view, relief.moves, context),
    goals: [],
    curve: [],
    evaluations: 0,
  };
}

/** The rules that stop refusing when nothing happens for a while. */
const PASSES_WITH_TIME: ReadonlySet<string> = new Set(
  [settled, usageKnown, cooldown, quiet].map(({ name }) => name),
);

interface Conclusion {
  readonly outcome: Outcome;
  readonly cause: string;
  readonly reason: string;
}

function distrust(inputs: readonly InputReport[]): Conclusion {
  const doubtful = inputs.filter((input) => input.doubts.length > 0);
  const doubts = doubtful.flatMap((input) => input.doubts);
  return {
    outcome: "untrusted",
    cause: doubtful[0]?.source ?? "unknown",
    reason: `nothing moves: ${doubts.length === 0 ? "no input was reported" : doubts.join("; ")}`,
  };
}

function concludeFrom(view: View, { moves, refusals }: Improvement, context: Context): Conclusion {
  const spots = hotSpots(view, context);
  const [worst] = spots;
  if (moves.length > 0) {
    return { outcome: "plan", cause: causeOf(moves), reason: describe(moves) };
  }
  if (worst !== undefined && context.policy.mode === "observe") {
    return {
      outcome: "overloaded",
      cause: "observe",
      reason: `${describeSpot(worst)}; mode observe plans nothing`,
    };
  }
  if (worst !== undefined) {
    return noMoveOff(worst, refusals);
  }
  const unsettled = serving(view).filter((node) => node.unsettled.length > 0);
  if (unsettled.length > 0) {
    const names = unsettled.map((node) => `${node.node.hostname} (${node.unsettled.join("; ")})`).join(", ");
    return { outcome: "settling", cause: "unsettled", reason: `loads not known yet: ${names}` };
  }
  return { outcome: "level", cause: "below-high", reason: "no node is above its high mark" };
}

/** The goal that the plan serves first. */
function causeOf(moves: readonly PlannedMove[]): string {
  return moves.find(({ goal }) => goal !== "room")?.goal ?? "room";
}

/** A move may become possible by itself, or something must change first: people need to know which. */
function noMoveOff(spot: HotSpot, refusals: readonly Refusal[]): Conclusion {
  const there = new Set<string | null>(spot.node.tasks.map((task) => task.id));
  const relevant = refusals.filter((refusal) => there.has(refusal.task));
  const passing = commonest(relevant.filter(({ filter }) => PASSES_WITH_TIME.has(filter)));
  if (passing !== null) {
    const reason = `${describeSpot(spot)}; waiting (${passing.filter}: ${passing.detail})`;
    return { outcome: "settling", cause: passing.filter, reason };
  }
  const why = commonest(relevant);
  const detail = why === null ? "no task of a service stands on it" : `${why.filter}: ${why.detail}`;
  return {
    outcome: "stuck",
    cause: why?.filter ?? "no-tasks",
    reason: `${describeSpot(spot)} and no move is allowed (${detail})`,
  };
}

function describeSpot({ node, resource, peak }: HotSpot): string {
  return `${node.node.hostname} stands at ${Math.round(peak * 100)} % ${resource}`;
}

function describe(moves: readonly Move[]): string {
  return moves.map((move) => `${move.service} from ${move.fromName} to ${move.toName}`).join("; ");
}

/** The first refusal of the filter that spoke most often: what stands in the way. */
function commonest(refusals: readonly Refusal[]): Refusal | null {
  const groups = [...Map.groupBy(refusals, (refusal) => refusal.filter).values()];
  const [largest] = groups.sort((a, b) => b.length - a.length);
  return largest?.[0] ?? null;
}

function scoreOf(node: NodeView, view: View, after: View, { marks }: Policy): NodeScore {
  const later = after.nodes.get(node.node.id);
  const away = node.node.availability === "active" ? [] : [`availability is ${node.node.availability}`];
  return {
    id: node.node.id,
    hostname: node.node.hostname,
    state: node.node.state,
    load: loadOf(node, view.timeline, marks),
    loadAfter: later === undefined ? null : loadOf(later, view.timeline, marks),
    notes: [...away, ...node.unsettled],
  };
}

function distinct(refusals: readonly Refusal[]): readonly Refusal[] {
  return [...new Map(refusals.map((refusal) => [JSON.stringify(refusal), refusal])).values()];
}
