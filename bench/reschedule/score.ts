import { RESOURCES, type Layout } from "./layout.ts";

/** What a layout scores, by part: lower is better. */
export interface Score {
  readonly score: number;
  readonly nodes: number;
  readonly resource: number;
  readonly stack: number;
  readonly migrations: number;
}

/** Reckoned from nothing. `migrations`: the moves made, which may be more than the pods moved. */
export function scoreOf(layout: Layout, nodeOf: Int32Array, migrations: number): Score {
  const { counts, beside } = standingOf(layout, nodeOf);
  const occupied = Array.from(counts.keys()).filter((node) => (counts[node] ?? 0) > 0);
  const resource = occupied.reduce((sum, node) => sum + (layout.nodeCost[node] ?? 0), 0);
  const stack = layout.stackPrice * beside;
  const moved = layout.movePrice * migrations;
  return { score: resource + stack + moved, nodes: occupied.length, resource, stack, migrations };
}

/** What a layout scores if every pod that stands elsewhere than at first is moved once. */
export function costOf(layout: Layout, nodeOf: Int32Array): number {
  const moved = nodeOf.reduce((sum, node, pod) => sum + (node === layout.home[pod] ? 0 : 1), 0);
  return scoreOf(layout, nodeOf, moved).score;
}

/** The rules that a layout breaks, in words. */
export function breachesOf(layout: Layout, nodeOf: Int32Array): readonly string[] {
  const width = RESOURCES.length;
  const { used, ofGroup } = standingOf(layout, nodeOf);
  const breaches: string[] = [];
  for (const [node, name] of layout.nodes.entries()) {
    for (const [at, resource] of RESOURCES.entries())
      if ((used[node * width + at] ?? 0) > (layout.has[node * width + at] ?? 0))
        breaches.push(`${name}: too much ${resource}`);
    for (const [group, limit] of layout.limit.entries())
      if ((ofGroup[group * layout.nodes.length + node] ?? 0) > limit)
        breaches.push(`${name}: more than ${limit} of group ${group}`);
  }
  return breaches;
}

interface Standing {
  /** Nodes × resources. */
  readonly used: Float64Array;
  /** Groups × nodes. */
  readonly ofGroup: Uint16Array;
  /** By node. */
  readonly counts: Int32Array;
  /** Pods beside another of their group, the first on each node not counted. */
  readonly beside: number;
}

/** Who stands where. */
export function standingOf({ nodes, groups, groupOf, takes }: Layout, nodeOf: Int32Array): Standing {
  const width = RESOURCES.length;
  const used = new Float64Array(nodes.length * width);
  const ofGroup = new Uint16Array(groups * nodes.length);
  const counts = new Int32Array(nodes.length);
  let beside = 0;
  for (const [pod, node] of nodeOf.entries()) {
    for (let at = 0; at < width; at += 1)
      used[node * width + at] = (used[node * width + at] ?? 0) + (takes[pod * width + at] ?? 0);
    const cell = (groupOf[pod] ?? 0) * nodes.length + node;
    if ((ofGroup[cell] ?? 0) > 0) beside += 1;
    ofGroup[cell] = (ofGroup[cell] ?? 0) + 1;
    counts[node] = (counts[node] ?? 0) + 1;
  }
  return { used, ofGroup, counts, beside };
}
