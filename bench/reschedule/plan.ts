import { Dice } from "../../scheduler/engine/dice.ts";
import type { Kinds } from "./kinds.ts";
import { RESOURCES, type Layout } from "./layout.ts";
import { Packing } from "./packing.ts";

/** Which node is to hold how many pods of which kind. */
export interface Plan {
  /** Nodes × kinds. */
  readonly holds: Int32Array;
  /** By kind: what a pod of it was worth in the end. */
  readonly prices: Float64Array;
  /** By kind: pods that no node holds, or, below 0, places left over. */
  readonly missing: Int32Array;
}

interface Pace {
  readonly seed: number;
  /** What a move counts. */
  readonly movePrice: number;
  /** How much of the effort is spent, from 0 to 1, given the rounds so far. */
  readonly progress: (rounds: number) => number;
}

/** What a pod without a place costs, in its prices: it keeps a node open that others would leave. */
const HOMELESS = 3;
/** What the first prices add, as a factor. */
const DEAR = 1.15;
/**
 * By how much a pod of a kind is worth more for each one of it that no node holds, in the first round and the last, and
 * how much of that lasts.
 */
const [GENTLE, STERN, LASTING] = [0.1, 1, 0.5];

/**
 * Says how many pods of which kind each node is to hold. Every kind has a price. One node after the other takes what is
 * worth most to it at these prices, less what moves cost and pods beside their like; or it takes nothing, where that
 * would not pay for the node. A kind of which pods are left over gets dearer at once, one of which too many are held gets
 * cheaper: an augmented Lagrangian (Hestenes and Powell 1969), minimised a node at a time, with the packing of one node
 * solved exactly. Goes on from an earlier plan, if one is given.
 */
export function planOf(layout: Layout, kinds: Kinds, pace: Pace, from?: Plan): Plan {
  const { count, pods } = kinds;
  const packing = new Packing(layout, kinds);
  const dice = new Dice(pace.seed);
  const order = Int32Array.from(layout.nodes.keys());
  const plan = {
    prices: from?.prices.slice() ?? firstPrices(layout, kinds),
    holds: from?.holds.slice() ?? asItIs(kinds),
    missing: pods.slice(),
  };
  const { prices, missing } = plan;
  for (const [cell, many] of plan.holds.entries())
    missing[cell % count] = (missing[cell % count] ?? 0) - many;
  let best: Plan = plan;
  let lowest = Infinity;
  for (let round = 0; ; round += 1) {
    const spent = pace.progress(round);
    if (spent >= 1) return best;
    const rise = GENTLE * (STERN / GENTLE) ** spent * layout.movePrice;
    shuffle(order, dice);
    for (const node of order)
      choose(layout, kinds, packing, { ...plan, node, rise, movePrice: pace.movePrice });
    for (let kind = 0; kind < count; kind += 1)
      prices[kind] = (prices[kind] ?? 0) + LASTING * rise * (missing[kind] ?? 0);
    const cost = costOf(layout, kinds, pace.movePrice, plan);
    if (cost > lowest) continue;
    lowest = cost;
    best = { prices: prices.slice(), holds: plan.holds.slice(), missing: missing.slice() };
  }
}

interface Choice extends Plan {
  readonly node: number;
  readonly rise: number;
  readonly movePrice: number;
}

/** Lets a node take what is worth most to it. */
function choose(layout: Layout, kinds: Kinds, packing: Packing, choice: Choice): void {
  const { node, rise, movePrice, prices, holds, missing } = choice;
  const { count, home, beside } = kinds;
  const row = node * count;
  for (let kind = 0; kind < count; kind += 1) missing[kind] = (missing[kind] ?? 0) + (holds[row + kind] ?? 0);
  // The nth counts as what is missing halfway between without it and with it.
  packing.pack(
    node,
    (kind, nth) =>
      (prices[kind] ?? 0) +
      rise * ((missing[kind] ?? 0) - nth + 0.5) -
      (nth > (home[row + kind] ?? 0) ? movePrice : 0) -
      (nth > 1 ? (beside[kind] ?? 0) : 0),
  );
  const pays = packing.worth > (layout.nodeCost[node] ?? 0);
  for (let kind = 0; kind < count; kind += 1) {
    holds[row + kind] = pays ? (packing.held[kind] ?? 0) : 0;
    missing[kind] = (missing[kind] ?? 0) - (holds[row + kind] ?? 0);
  }
}

/** What a plan scores, with a node's price to pay for the pods that it has no place for. */
function costOf(
  { nodes, nodeCost }: Layout,
  { count, home, beside }: Kinds,
  movePrice: number,
  { holds, prices, missing }: Plan,
): number {
  let sum = 0;
  for (let node = 0; node < nodes.length; node += 1) {
    let isOpen = false;
    for (let cell = node * count; cell < (node + 1) * count; cell += 1) {
      const many = holds[cell] ?? 0;
      if (many === 0) continue;
      isOpen = true;
      sum += movePrice * Math.max(0, many - (home[cell] ?? 0)) + (beside[cell % count] ?? 0) * (many - 1);
    }
    if (isOpen) sum += nodeCost[node] ?? 0;
  }
  return missing.reduce(
    (all, many, kind) => all + HOMELESS * Math.max(0, many) * Math.max(0, prices[kind] ?? 0),
    sum,
  );
}

function asItIs({ home, most, count }: Kinds): Int32Array {
  return home.map((many, cell) => Math.min(many, most[cell % count] ?? 0));
}

/** What a pod takes, at what the nodes ask for it. */
function firstPrices({ has, nodeCost }: Layout, { count, takes }: Kinds): Float64Array {
  const width = RESOURCES.length;
  const total = nodeCost.reduce((sum, cost) => sum + cost, 0);
  const all = RESOURCES.map((_, at) =>
    has.reduce((sum, each, cell) => sum + (cell % width === at ? each : 0), 0),
  );
  // The resource of which a pod takes the largest share sets its price. Too high rather than too low, or all nodes close.
  return Float64Array.from(
    { length: count },
    (_, kind) =>
      Math.max(...all.map((each, at) => ((takes[kind * width + at] ?? 0) / Math.max(1, each)) * total)) *
      DEAR,
  );
}

function shuffle(order: Int32Array, dice: Dice): void {
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = dice.below(at + 1);
    const one = order[at] ?? 0;
    order[at] = order[other] ?? 0;
    order[other] = one;
  }
}
