import type { GoalScore, PlannedMove, Refusal } from "../../domain/decision.ts";
import type { Goal } from "../../engine/goal.ts";
import { positionOf, type Position } from "../../engine/position.ts";
import { search, type Found, type SearchOptions } from "../../engine/search.ts";
import { leastCosts } from "../bounds.ts";
import { mayLeave, type Context } from "../candidates.ts";
import type { Ground } from "../goals/ground.ts";
import { hotSpots } from "../hot-spots.ts";
import { goalsOf } from "../goals/goals.ts";
import { groundOf, PRICE, sketchOf } from "../ground.ts";
import { rulesOf } from "../rules.ts";
import { draftOf, moveWithin, type View } from "../view.ts";
import { blockedAt } from "./blocked.ts";
import { plannedMoves } from "./planned.ts";
import { proposedMoves } from "./proposed.ts";

/** How hard the search tries. */
export type Effort = Pick<SearchOptions, "evaluations" | "refinement" | "runs" | "isLate">;

/** What the search found: moves in order, the swarm as they leave it, and why others were not made. */
export interface Improvement {
  readonly moves: readonly PlannedMove[];
  readonly view: View;
  readonly goals: readonly GoalScore[];
  readonly curve: readonly number[];
  /** Shifts weighed. */
  readonly evaluations: number;
  readonly refusals: readonly Refusal[];
}

/** What brings small swarms within a hundredth of the exact optimum (docs/benchmarks.md). */
export const DEFAULT_EFFORT: Effort = {
  evaluations: 4_000_000,
  refinement: 20_000,
  runs: 200,
  isLate: () => false,
};
/** With more tasks than this a run takes so long, and leaves so little to gain, that one must do. */
const LARGE = 1000;
/** A plan that was begun is given up for one that is better by what so many moves cost. */
const SWITCHING_MOVES = 5;
/** The same input has the same answer. */
const SEED = 1;

/** The moves that better the goals by more than they cost. Pure but for `effort.isLate`. */
export function improve(view: View, context: Context, effort: Effort = DEFAULT_EFFORT): Improvement {
  const ground = groundOf(view, context.policy, view.pursued);
  const goals = goalsOf(ground);
  const position = positionOf(ground.board, goals, rulesOf(ground, draftOf(view), context));
  const found = search(position, {
    sketch: sketchOf(ground),
    seed: SEED,
    evaluations: effort.evaluations,
    refinement: effort.refinement,
    begun: begunIn(view, ground),
    switching: SWITCHING_MOVES * PRICE,
    runs: ground.tasks.length > LARGE ? 1 : effort.runs,
    isLate: effort.isLate,
  });
  const moves = plannedMoves(view, proposedMoves(view, ground, goals, found, context), context);
  const after = moves.length === 0 ? view : afterMoves(view, moves);
  return {
    moves,
    view: after,
    goals: scoresOf(ground, goals, position, found, view, context),
    curve: [found.before.total, ...found.after.map(({ total }) => total)],
    evaluations: found.evaluations,
    refusals: blockedAt(after, context, new Set(moves.map(({ serviceId }) => serviceId))),
  };
}

function afterMoves(view: View, moves: readonly PlannedMove[]): View {
  const draft = draftOf(view);
  for (const move of moves) moveWithin(draft, move);
  return draft;
}

/** What is left of the plan before. */
function begunIn(
  { planned }: View,
  { tasks, nodes }: Ground,
): readonly { readonly item: number; readonly to: number }[] {
  if (planned.length === 0) return [];
  const itemOf = new Map(tasks.map(({ id }, item) => [id, item]));
  const binOf = new Map(nodes.map(({ node }, bin) => [node.id, bin]));
  return planned.flatMap(({ taskId, to }) => {
    const item = itemOf.get(taskId);
    const bin = binOf.get(to);
    return item === undefined || bin === undefined ? [] : [{ item, to: bin }];
  });
}

function scoresOf(
  ground: Ground,
  goals: readonly Goal[],
  position: Position,
  { before, after }: Found,
  view: View,
  context: Context,
): readonly GoalScore[] {
  const overfull = new Set(
    hotSpots(view, context).map(({ node }) =>
      ground.nodes.findIndex((each) => each.node.id === node.node.id),
    ),
  );
  // Asking every task of the swarm takes long; where nothing is over, it would tell nothing.
  const isFixed = (item: number): boolean => {
    const task = ground.tasks[item];
    if (task === undefined || !overfull.has(ground.board.problem.start[item] ?? -1)) return false;
    return mayLeave(view, task, context)?.ok !== true;
  };
  const least = leastCosts(ground, goals, isFixed);
  const ending = after.at(-1)?.costs ?? before.costs;
  return position.goals.map(({ name }, at) => ({
    goal: name,
    before: before.costs[at] ?? 0,
    after: ending[at] ?? 0,
    least: least[at] ?? 0,
  }));
}
