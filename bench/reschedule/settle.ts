import type { Kinds } from "./kinds.ts";
import type { Layout } from "./layout.ts";

/**
 * A layout as planned, in which as many pods as can be stand where they began. Where the pods of a group would crowd, two
 * newcomers change places; a pod for which that does not help either, or for which nothing was planned, stays at home.
 */
export function settle(layout: Layout, kinds: Kinds, holds: Int32Array): Int32Array {
  const room = new Places(layout, kinds, holds);
  const { home, pods, groupOf } = layout;
  const rest = pods.map((_, pod) => pod).filter((pod) => !room.enter(pod, home[pod] ?? 0));
  const waiting = new Map<number, number[]>();
  for (const pod of rest) {
    const kind = kinds.kindOf[pod] ?? 0;
    waiting.set(kind, [...(waiting.get(kind) ?? []), pod]);
  }
  for (const [kind, those] of waiting) {
    const sizes = new Map<number, number>();
    for (const pod of those) sizes.set(groupOf[pod] ?? 0, (sizes.get(groupOf[pod] ?? 0) ?? 0) + 1);
    // Those of large groups first: they have the fewest places.
    const sizeOf = (pod: number): number => sizes.get(groupOf[pod] ?? 0) ?? 0;
    those.sort((one, other) => sizeOf(other) - sizeOf(one) || one - other);
    const nodes = room.open(kind);
    const settled: number[] = [];
    for (const pod of those) {
      if (nodes.some((node) => room.enter(pod, node))) settled.push(pod);
      else if (makeWay(room, pod, nodes, settled)) settled.push(pod);
    }
  }
  return room.nodeOf.map((node, pod) => (node < 0 ? (home[pod] ?? 0) : node));
}

/** Sends a newcomer on, to let another in where it stood. */
function makeWay(room: Places, pod: number, nodes: readonly number[], settled: readonly number[]): boolean {
  for (const other of settled) {
    const place = room.nodeOf[other] ?? 0;
    room.leave(other);
    if (room.enter(pod, place)) {
      if (nodes.some((node) => room.enter(other, node))) return true;
      room.leave(pod);
    }
    room.enter(other, place);
  }
  return false;
}

/** What of a plan is still open. */
class Places {
  /** By pod; −1 where it has none yet. */
  readonly nodeOf: Int32Array;
  private readonly layout: Layout;
  private readonly kinds: Kinds;
  private readonly left: Int32Array;
  private readonly ofGroup: Uint16Array;

  constructor(layout: Layout, kinds: Kinds, holds: Int32Array) {
    this.layout = layout;
    this.kinds = kinds;
    this.left = holds.slice();
    this.ofGroup = new Uint16Array(layout.groups * layout.nodes.length);
    this.nodeOf = new Int32Array(layout.pods.length).fill(-1);
  }

  /** Nodes that are to hold more of a kind. */
  open(kind: number): readonly number[] {
    const { nodes } = this.layout;
    return [...nodes.keys()].filter((node) => (this.left[node * this.kinds.count + kind] ?? 0) > 0);
  }

  /** Puts a pod on a node, if that is to hold one more of its kind and its group does not crowd there; whether it did. */
  enter(pod: number, node: number): boolean {
    const { groupOf, limit, nodes } = this.layout;
    const group = groupOf[pod] ?? 0;
    const place = node * this.kinds.count + (this.kinds.kindOf[pod] ?? 0);
    const cell = group * nodes.length + node;
    if ((this.left[place] ?? 0) === 0 || (this.ofGroup[cell] ?? 0) >= (limit[group] ?? 0)) return false;
    this.left[place] = (this.left[place] ?? 0) - 1;
    this.ofGroup[cell] = (this.ofGroup[cell] ?? 0) + 1;
    this.nodeOf[pod] = node;
    return true;
  }

  leave(pod: number): void {
    const node = this.nodeOf[pod] ?? 0;
    const place = node * this.kinds.count + (this.kinds.kindOf[pod] ?? 0);
    const cell = (this.layout.groupOf[pod] ?? 0) * this.layout.nodes.length + node;
    this.left[place] = (this.left[place] ?? 0) + 1;
    this.ofGroup[cell] = (this.ofGroup[cell] ?? 0) - 1;
    this.nodeOf[pod] = -1;
  }
}
