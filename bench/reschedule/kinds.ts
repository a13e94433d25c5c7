import { RESOURCES, type Layout } from "./layout.ts";

const WIDTH = RESOURCES.length;
/** A group with a pod for every so many nodes is common enough to be a kind of its own. */
const COMMON = 16;

/** Pods that are alike to a plan: they take the same, and are of the same group or of one of many small ones. */
export interface Kinds {
  readonly count: number;
  readonly kindOf: Int32Array;
  /** Kinds × resources. */
  readonly takes: Float64Array;
  /** By kind: how many pods there are, how many a node may have, and what each beyond the first on a node costs. */
  readonly pods: Int32Array;
  readonly most: Int32Array;
  readonly beside: Float64Array;
  /** Nodes × kinds: how many stand there as it is. */
  readonly home: Int32Array;
}

/** Sorts the pods into kinds. That a group has pods of several kinds is not looked at. */
export function kindsOf(layout: Layout): Kinds {
  const { pods, nodes, groupOf, home, limit, takes, stackPrice } = layout;
  const sizes = new Int32Array(layout.groups);
  for (const group of groupOf) sizes[group] = (sizes[group] ?? 0) + 1;
  const isCommon = (group: number): boolean => (sizes[group] ?? 0) * COMMON >= nodes.length;
  const kindAt = new Map<string, number>();
  const firsts: number[] = [];
  const groupsIn: Set<number>[] = [];
  const kindOf = Int32Array.from(pods, (_, pod) => {
    const group = groupOf[pod] ?? 0;
    const shape = takes.subarray(pod * WIDTH, (pod + 1) * WIDTH).join();
    const name = `${shape}/${isCommon(group) ? group : ""}`;
    const kind = kindAt.get(name) ?? kindAt.size;
    if (kind === kindAt.size) {
      kindAt.set(name, kind);
      firsts.push(pod);
      groupsIn.push(new Set());
    }
    groupsIn[kind]?.add(group);
    return kind;
  });
  const count = firsts.length;
  const found = {
    pods: new Int32Array(count),
    home: new Int32Array(nodes.length * count),
  };
  for (const [pod, kind] of kindOf.entries()) {
    found.pods[kind] = (found.pods[kind] ?? 0) + 1;
    const cell = (home[pod] ?? 0) * count + kind;
    found.home[cell] = (found.home[cell] ?? 0) + 1;
  }
  return {
    ...found,
    count,
    kindOf,
    takes: Float64Array.from(firsts.flatMap((pod) => [...takes.subarray(pod * WIDTH, (pod + 1) * WIDTH)])),
    most: Int32Array.from(groupsIn, (all) => [...all].reduce((sum, group) => sum + (limit[group] ?? 0), 0)),
    beside: Float64Array.from(firsts, (pod) => (isCommon(groupOf[pod] ?? 0) ? stackPrice : 0)),
  };
}
