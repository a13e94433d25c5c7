import type { Peaks } from "../domain/decision.ts";
import { marksFor, type GoalName, type Policy } from "../domain/policy.ts";
import { amountOf, NOTHING, type Resources } from "../domain/resources.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { peaksOf } from "./load.ts";
import { refusalsOn, type PlaceRefusal } from "./place-rules.ts";
import { binsOf, stageOf, type Stage } from "./place-stage.ts";
import type { Wanted } from "./place-wanted.ts";
import { sumOf } from "./timeline.ts";
import { isCounted, type NodeView } from "./view.ts";

/** A node on which a replica may be started. */
export interface RankedNode {
  readonly id: string;
  readonly hostname: string;
  /** 1 for the best, towards 0 the more it costs beside that. */
  readonly score: number;
  /** The node's load without the replica and with it. */
  readonly before: Peaks;
  readonly after: Peaks;
  /** For people. */
  readonly reasons: readonly string[];
}

/** A node on which it may not. */
export interface RefusedNode {
  readonly id: string;
  readonly hostname: string;
  /** Every rule that refuses. */
  readonly refusals: readonly PlaceRefusal[];
}

/** Where one replica had best be started, those before it standing where they had best be. */
export interface PlacedReplica {
  /** From 1 on. */
  readonly replica: number;
  /** Hostname of the best node; null when every node is refused. */
  readonly node: string | null;
  /** The best first. */
  readonly ranked: readonly RankedNode[];
  readonly refused: readonly RefusedNode[];
}

/** What speaks against a node, in words. */
const AGAINST: Readonly<Record<GoalName, string>> = {
  overload: "it would be over its mark",
  together: "the service that it follows is not there",
  apart: "other replicas of it stand there",
  spread: "more of its replicas stand under the same value of its label",
  even: "it would leave the nodes less even",
  preferred: "it would rather stand elsewhere",
};

/** Costs are sums of many small numbers: what differs by less is the same. */
const STEP = 1e-9;
/** What uses next to nothing is weighed as if it used this share of a node. */
const SMALLEST_SHARE = 0.01;

/**
 * Ranks the nodes for each replica of a service that does not exist yet, one after the other, as they would be started:
 * by the rules for a move's target and the planner's goals. Of nodes that are as good to the goals the one comes first
 * that stays coolest, then the one with fewer tasks. Pure.
 *
 * `among`: ids of the nodes that are asked about; null for all. Whether the snapshot can be trusted is the caller's affair.
 */
export function place(
  snapshot: Snapshot,
  policy: Policy,
  nowMs: number,
  wanted: Wanted,
  among: ReadonlySet<string> | null = null,
): readonly PlacedReplica[] {
  const stage = stageOf(snapshot, policy, nowMs, wanted);
  const bins = binsOf(stage).filter((bin) => among?.has(stage.ground.nodes[bin]?.node.id ?? "") ?? true);
  const size = shareOfMeanNode(stage, wanted.expected);
  return Array.from({ length: wanted.replicas }, (_, at): PlacedReplica => {
    const { allowed, refused } = sorted(stage, bins, at, wanted);
    const ranked = rank(stage, allowed, at, size);
    const [best] = ranked;
    if (best !== undefined) stage.put(at, best.bin);
    return {
      replica: at + 1,
      node: best?.shown.hostname ?? null,
      ranked: ranked.map(({ shown }) => shown),
      refused,
    };
  });
}

interface Allowed {
  readonly bin: number;
  readonly node: NodeView;
}

/** The nodes on which the replica may stand, and those on which it may not. */
function sorted(
  { draft, ground, travellerOf }: Stage,
  bins: readonly number[],
  at: number,
  wanted: Wanted,
): { readonly allowed: readonly Allowed[]; readonly refused: readonly RefusedNode[] } {
  const traveller = travellerOf(at);
  const allowed: Allowed[] = [];
  const refused: RefusedNode[] = [];
  for (const bin of bins) {
    const node = draft.nodes.get(ground.nodes[bin]?.node.id ?? "");
    if (node === undefined) continue;
    const { id, hostname } = node.node;
    const refusals = refusalsOn(traveller, node, wanted);
    if (refusals.length === 0) allowed.push({ bin, node });
    else refused.push({ id, hostname, refusals });
  }
  return { allowed, refused };
}

interface Ranked {
  readonly bin: number;
  readonly shown: RankedNode;
}

function rank(stage: Stage, allowed: readonly Allowed[], at: number, size: number): readonly Ranked[] {
  const weighed = allowed.map(({ bin, node }) => {
    const costs = stage.costsIn(at, bin);
    const cost = costs.reduce((sum, each) => sum + each, 0);
    const { before, after } = loadsOf(stage, node, at);
    return { bin, node, costs, cost, before, after, hottest: Math.max(...Object.values(after)) };
  });
  const least = Math.min(...weighed.map(({ cost }) => cost));
  const leasts = stage.goals.map((_, goal) => Math.min(...weighed.map(({ costs }) => costs[goal] ?? 0)));
  const steps = (amount: number): number => Math.round(amount / STEP);
  return weighed
    .toSorted(
      (a, b) =>
        steps(a.cost) - steps(b.cost) ||
        steps(a.hottest) - steps(b.hottest) ||
        a.node.tasks.length - b.node.tasks.length,
    )
    .map(({ bin, node: { node }, costs, cost, before, after }) => {
      const beyond = costs.map((each, goal) => each - (leasts[goal] ?? 0));
      const reasons = [...loadReasons(stage, before, after), ...goalReasons(stage, beyond)];
      const score = 1 / (1 + Math.max(0, cost - least) / size);
      return { bin, shown: { id: node.id, hostname: node.hostname, score, before, after, reasons } };
    });
}

function loadsOf(
  { draft, travellerOf }: Stage,
  { profile, capacity }: NodeView,
  at: number,
): { readonly before: Peaks; readonly after: Peaks } {
  const traveller = travellerOf(at);
  const { marks } = traveller.policy;
  // A node without either is refused: its load is not known.
  const [carried, whole] = [profile ?? new Float64Array(traveller.profile.length), capacity ?? NOTHING];
  return {
    before: peaksOf(carried, whole, draft.timeline, marks),
    after: peaksOf(sumOf(carried, traveller.profile), whole, draft.timeline, marks),
  };
}

function loadReasons({ ground: { policy } }: Stage, before: Peaks, after: Peaks): readonly string[] {
  return Object.entries(after).map(([name, share]) => {
    const { target } = marksFor(policy.marks, name);
    const aim = Number.isFinite(target) ? `, of which ${percent(target)} may be used` : "";
    return `${name} from ${percent(before[name] ?? 0)} to ${percent(share)}${aim}`;
  });
}

/** `beyond`: by goal, what the node costs more than the node that is best for that goal. */
function goalReasons({ goals }: Stage, beyond: readonly number[]): readonly string[] {
  const against = goals.flatMap(({ name }, goal) => {
    const more = beyond[goal] ?? 0;
    return more > STEP ? [`${AGAINST[name as GoalName]} (${name}, ${more.toPrecision(2)} more)`] : [];
  });
  return against.length === 0 ? ["no node is better by any goal"] : against;
}

/** How much of a mean node a replica takes, of the resource of which it takes most. */
function shareOfMeanNode(stage: Stage, expected: Resources): number {
  const { ground, draft } = stage;
  const counted = binsOf(stage)
    .flatMap((bin) => ground.nodes[bin] ?? [])
    .filter(isCounted);
  const shares = draft.timeline.resources.map((name) => {
    const whole = counted.reduce((sum, { capacity }) => sum + amountOf(capacity ?? NOTHING, name), 0);
    return whole > 0 ? (amountOf(expected, name) * counted.length) / whole : 0;
  });
  return Math.max(SMALLEST_SHARE, ...shares);
}

function percent(ratio: number): string {
  return `${Math.round(ratio * 100)} %`;
}
