import type { Move, Refusal } from "../../domain/decision.ts";
import { amountOf, RESOURCE_NAMES, type ResourceName } from "../../domain/resources.ts";
import { mayLeave, type Context } from "../candidates.ts";
import type { Traveller } from "../filters/filter.ts";
import { loadOf } from "../load.ts";
import { afterMove, type NodeView, type View } from "../view.ts";
import { bestTarget, moveTo } from "./target.ts";

/** What the search found: moves in order, the swarm as they leave it, and why others were not made. */
export interface Relief {
  readonly moves: readonly Move[];
  readonly view: View;
  readonly refusals: readonly Refusal[];
}

/** A node above a mark of one resource. */
export interface HotSpot {
  readonly node: NodeView;
  readonly resource: ResourceName;
  readonly ratio: number;
}

/** What is known to be above its mark, the worst first; ties in the view's order, so that one input has one answer. */
export function hotSpots(view: View, context: Context, mark: "high" | "target"): readonly HotSpot[] {
  return [...view.nodes.values()]
    .flatMap((node) => hotSpotsOf(node, context, mark))
    .sort((a, b) => b.ratio - a.ratio);
}

/**
 * Highest overload first; there, the smallest task that clears it; for that, the target that stays coolest. Nodes
 * above the high mark of a resource call for moves, and moves go on until they are at its target mark, which is lower: a
 * narrower band than the one that triggers.
 */
export function relieve(start: View, context: Context): Relief {
  const triggered = new Set(hotSpots(start, context, "high").map(placeOf));
  const given: Relief = { moves: [], view: start, refusals: [] };
  return nextMove(given, triggered, context);
}

function nextMove(so: Relief, triggered: ReadonlySet<string>, context: Context): Relief {
  if (so.moves.length >= context.policy.movesPerRound) return so;
  const refusals = [...so.refusals];
  for (const spot of hotSpots(so.view, context, "target")) {
    if (!triggered.has(placeOf(spot))) continue;
    const found = moveOff(spot, so, context);
    refusals.push(...found.refusals);
    if (found.move === null) continue;
    const moves = [...so.moves, found.move];
    return nextMove({ moves, view: afterMove(so.view, found.move), refusals }, triggered, context);
  }
  return { ...so, refusals };
}

function placeOf({ node, resource }: HotSpot): string {
  return `${resource} of ${node.node.id}`;
}

function hotSpotsOf(node: NodeView, { policy }: Context, mark: "high" | "target"): readonly HotSpot[] {
  const load = loadOf(node);
  if (load === null || node.unsettled.length > 0) return [];
  return RESOURCE_NAMES.map((resource) => ({ node, resource, ratio: load[resource].ratio })).filter(
    ({ resource, ratio }) => ratio > policy.marks[resource][mark],
  );
}

interface Search {
  readonly move: Move | null;
  readonly refusals: readonly Refusal[];
}

function moveOff(spot: HotSpot, { view, moves }: Relief, context: Context): Search {
  const refusals: Refusal[] = [];
  const travellers: Traveller[] = [];
  for (const task of spot.node.tasks) {
    // One write at a time per service: its next move waits for the next round.
    if (moves.some((move) => move.serviceId === task.serviceId)) continue;
    const answer = mayLeave(view, task, context);
    if (answer === null) continue;
    if (!answer.ok) refusals.push(answer.refusal);
    else if (amountOf(answer.traveller.load, spot.resource) > 0) travellers.push(answer.traveller);
    else refusals.push(noGain(answer.traveller, spot));
  }
  const excess = excessOf(spot, context);
  const ranked = travellers.toSorted((a, b) => merit(b, spot, excess) - merit(a, spot, excess));
  for (const traveller of ranked) {
    const { target, refusals: refused } = bestTarget(traveller);
    refusals.push(...refused);
    if (target !== null) return { move: moveTo(traveller, target, reasonFor(spot, target)), refusals };
  }
  return { move: null, refusals };
}

function noGain({ service, task }: Traveller, { resource }: HotSpot): Refusal {
  const detail = `it uses no ${resource}, so that its move would free none`;
  return { filter: "no-gain", service: service.name, task: task.id, node: null, detail };
}

/** How much of the resource must go for the node to be at its target mark, in the resource's unit. */
function excessOf({ node, resource }: HotSpot, { policy }: Context): number {
  const load = loadOf(node);
  return load === null ? 0 : load[resource].used - policy.marks[resource].target * load[resource].capacity;
}

/**
 * The smallest single task that clears the hot spot ranks first: with r = load / excess, tasks that clear it (r ≥ 1)
 * score 1 + 1/r, the others r (koordinator's LowNodeLoad, issue 1975).
 */
function merit({ load }: Traveller, { resource }: HotSpot, excess: number): number {
  const share = amountOf(load, resource) / excess;
  return share < 1 ? share : 1 + 1 / share;
}

function reasonFor({ node, resource, ratio }: HotSpot, target: NodeView): string {
  const share = Math.round(ratio * 100);
  return `${node.node.hostname} stands at ${share} % ${resource}; ${target.node.hostname} has the most room for it`;
}
