import { marksFor, type Policy } from "../domain/policy.ts";
import { amountOf } from "../domain/resources.ts";
import { AIM } from "./goals/even.ts";
import { pursuitOf } from "./goals/ground.ts";
import { loadOf } from "./load.ts";
import { ROUNDING } from "./timeline.ts";
import { isCounted, type NodeView, type View } from "./view.ts";

/**
 * What a decision is after. A plan may be carried out in several rounds, and what called for it may be gone before it is
 * at its end: so the next decision goes on with what this one is after, until the narrower aim is reached.
 */
export function pursuitsOf(view: View, policy: Policy): readonly string[] {
  const known = [...view.nodes.values()].filter(isCounted);
  const { goals } = policy;
  return [
    ...(goals.includes("overload") ? known.flatMap((node) => overloadsOf(node, view, policy)) : []),
    ...(goals.includes("even") ? unevenAmong(known, view, policy) : []),
  ];
}

function overloadsOf(node: NodeView, view: View, { marks }: Policy): readonly string[] {
  const load = loadOf(node, view.timeline, marks);
  if (load === null) return [];
  return Object.entries(load).flatMap(([name, { peak }]) => {
    const pursuit = pursuitOf("overload", name, node.node.id);
    const { high, target } = marksFor(marks, name);
    return peak > (view.pursued.has(pursuit) ? target : high) + ROUNDING ? [pursuit] : [];
  });
}

function unevenAmong(nodes: readonly NodeView[], view: View, { evenBand }: Policy): readonly string[] {
  const fleet = fleetRatios(nodes, view);
  return nodes.flatMap((node) => {
    const pursuit = pursuitOf("even", "load", node.node.id);
    const isBegun = view.pursued.has(pursuit);
    return apartOf(node, fleet, view) > (isBegun ? evenBand * AIM : evenBand) ? [pursuit] : [];
  });
}

/** How far the node's ratio is from that of all nodes together, averaged over time; of its resources the farthest. */
function apartOf({ profile, capacity }: NodeView, fleet: Float64Array, { timeline }: View): number {
  if (profile === null || capacity === null) return 0;
  const ofResource = timeline.resources.map((name, resource) => {
    const whole = amountOf(capacity, name);
    if (whole <= 0) return 0;
    let apart = 0;
    for (let point = 0; point < timeline.points; point += 1) {
      const at = resource * timeline.points + point;
      const ratio = (profile[at] ?? 0) / whole;
      apart += (timeline.weights[point] ?? 0) * (ratio - (fleet[at] ?? 0));
    }
    return Math.abs(apart);
  });
  return Math.max(...ofResource);
}

/** By dimension of a profile, the load over the capacity of all nodes that have some. */
function fleetRatios(nodes: readonly NodeView[], { timeline }: View): Float64Array {
  const { resources, points } = timeline;
  const used = new Float64Array(resources.length * points);
  const whole = resources.map(() => 0);
  for (const { profile, capacity } of nodes) {
    if (profile === null || capacity === null) continue;
    resources.forEach((name, resource) => {
      const own = amountOf(capacity, name);
      if (own <= 0) return;
      whole[resource] = (whole[resource] ?? 0) + own;
      for (let at = resource * points; at < (resource + 1) * points; at += 1)
        used[at] = (used[at] ?? 0) + (profile[at] ?? 0);
    });
  }
  return used.map((sum, at) => (sum > 0 ? sum / (whole[Math.floor(at / points)] ?? 1) : 0));
}
