import { RESOURCES, type Layout } from "./layout.ts";
import { standingOf } from "./score.ts";

/** One pod from a node to a node, as one of the moves of its stage. */
export interface StagedMove {
  readonly stage: number;
  readonly pod: number;
  readonly from: number;
  readonly to: number;
}

const WIDTH = RESOURCES.length;

/**
 * Moves that lead from the layout as it is to another, in stages. In a stage all targets start first, and both copies
 * count; then all sources stop. Where nothing can start any more, a pod in the way is parked elsewhere, at the price of
 * one move more. Throws when there is no room even for that.
 */
export function stagesTo(layout: Layout, nodeOf: Int32Array): readonly StagedMove[] {
  const standing = new Standing(layout);
  let waiting = Array.from(nodeOf.keys()).filter((pod) => nodeOf[pod] !== layout.home[pod]);
  const moves: StagedMove[] = [];
  for (let stage = 1; waiting.length > 0; stage += 1) {
    const begun: StagedMove[] = [];
    const begin = (pod: number, to: number): void => {
      begun.push({ stage, pod, from: standing.nodeOf[pod] ?? 0, to });
      standing.start(pod, to);
    };
    for (const pod of waiting) if (standing.fits(pod, nodeOf[pod] ?? 0)) begin(pod, nodeOf[pod] ?? 0);
    if (begun.length === 0) {
      const parked = parking(standing, waiting, nodeOf);
      if (parked === null) throw new Error(`${waiting.length} pods stand in each other's way`);
      begin(parked.pod, parked.to);
    }
    for (const { pod, from, to } of begun) standing.stop(pod, from, to);
    moves.push(...begun);
    waiting = waiting.filter((pod) => standing.nodeOf[pod] !== nodeOf[pod]);
  }
  return moves;
}

/** A pod that still has to leave a node for which others wait, and a node that takes it for the time being. */
function parking(
  standing: Standing,
  waiting: readonly number[],
  nodeOf: Int32Array,
): { readonly pod: number; readonly to: number } | null {
  const wanted = new Set(waiting.map((pod) => nodeOf[pod] ?? 0));
  for (const pod of waiting) {
    if (!wanted.has(standing.nodeOf[pod] ?? 0)) continue;
    for (let to = 0; to < standing.counts.length; to += 1)
      if (to !== standing.nodeOf[pod] && !wanted.has(to) && standing.fits(pod, to)) return { pod, to };
  }
  return null;
}

/** What stands where while moves are made. */
class Standing {
  readonly nodeOf: Int32Array;
  readonly counts: Int32Array;
  private readonly layout: Layout;
  private readonly used: Float64Array;
  private readonly ofGroup: Uint16Array;

  constructor(layout: Layout) {
    const { used, ofGroup, counts } = standingOf(layout, layout.home);
    this.layout = layout;
    this.nodeOf = layout.home.slice();
    this.used = used;
    this.ofGroup = ofGroup;
    this.counts = counts;
  }

  fits(pod: number, node: number): boolean {
    const { takes, has, groupOf, limit, nodes } = this.layout;
    for (let at = 0; at < WIDTH; at += 1)
      if (
        (this.used[node * WIDTH + at] ?? 0) + (takes[pod * WIDTH + at] ?? 0) >
        (has[node * WIDTH + at] ?? 0)
      )
        return false;
    const group = groupOf[pod] ?? 0;
    return (this.ofGroup[group * nodes.length + node] ?? 0) < (limit[group] ?? 0);
  }

  start(pod: number, to: number): void {
    this.count(pod, to, 1);
  }

  stop(pod: number, from: number, to: number): void {
    this.count(pod, from, -1);
    this.nodeOf[pod] = to;
  }

  private count(pod: number, node: number, sign: 1 | -1): void {
    const { takes, groupOf, nodes } = this.layout;
    for (let at = node * WIDTH; at < (node + 1) * WIDTH; at += 1)
      this.used[at] = (this.used[at] ?? 0) + sign * (takes[pod * WIDTH + at - node * WIDTH] ?? 0);
    const cell = (groupOf[pod] ?? 0) * nodes.length + node;
    this.ofGroup[cell] = (this.ofGroup[cell] ?? 0) + sign;
    this.counts[node] = (this.counts[node] ?? 0) + sign;
  }
}
