import { attributeOf } from "../../../scheduler/domain/constraint.ts";
import type { SimNode, SimTask } from "../objects.ts";
import { taskTermsOf } from "../terms.ts";
import { refusalOf } from "./pipeline.ts";
import { recentFailures, type Room } from "./room.ts";

/** With so many failures within minutes a node comes last (manager/scheduler/scheduler.go). */
const MANY_FAILURES = 5;

/** Where tasks of one service may go: nodes, or what a spread preference makes of them. */
interface Tree {
  /** Of the service, on all nodes below. */
  tasks: number;
  readonly branches: Map<string, Tree>;
  readonly nodes: SimNode[];
}

/** The scheduler's view of the swarm while it places tasks. */
export interface Ground {
  readonly nodes: readonly SimNode[];
  readonly roomOf: (nodeId: string) => Room;
  readonly nowMs: number;
  /** From 0 to below 1: among equals Swarm takes any. */
  readonly random: () => number;
  /** Puts a task on a node, at once. */
  readonly place: (task: SimTask, nodeId: string) => void;
}

/** Places tasks of one version of a service as Swarm does; returns those that fit nowhere. */
export function spread(tasks: readonly SimTask[], ground: Ground): readonly SimTask[] {
  const [first] = tasks;
  if (first === undefined) return [];
  const waiting = [...tasks];
  onTree(treeOf(first, ground), tasks.length, waiting, ground);
  return waiting;
}

function treeOf(task: SimTask, { nodes, roomOf }: Ground): Tree {
  const { spreadOver } = taskTermsOf(task.template).needs;
  const root = newTree();
  for (const node of nodes) {
    const here = roomOf(node.id).activeOf.get(task.serviceId) ?? 0;
    let tree = root;
    tree.tasks += here;
    for (const key of spreadOver) {
      const value = attributeOf(node.facts, key) ?? "";
      const branch = tree.branches.get(value) ?? newTree();
      tree.branches.set(value, branch);
      branch.tasks += here;
      tree = branch;
    }
    tree.nodes.push(node);
  }
  return root;
}

function newTree(): Tree {
  return { tasks: 0, branches: new Map(), nodes: [] };
}

/** Takes tasks off `waiting`, at the most so many; returns how many it placed. */
function onTree(tree: Tree, most: number, waiting: SimTask[], ground: Ground): number {
  if (tree.branches.size === 0) return onNodes(tree.nodes, most, waiting, ground);
  const branches = [...tree.branches.values()];
  const full = new Set<Tree>();
  let placed = 0;
  let inUse = tree.tasks;
  while (placed !== most && full.size !== branches.length) {
    const open = branches.length - full.size;
    const wanted = Math.floor((inUse + most - placed) / open);
    let remainder = (inUse + most - placed) % open;
    const before = placed + full.size;
    for (const branch of branches) {
      if (full.has(branch)) continue;
      const here = branch.tasks;
      if (here > wanted || (here === wanted && remainder === 0)) continue;
      const share = Math.min(wanted - here + (remainder > 0 ? 1 : 0), most - placed);
      const fitted = onTree(branch, share, waiting, ground);
      branch.tasks += fitted;
      inUse += fitted;
      if (fitted < share) {
        full.add(branch);
        inUse -= branch.tasks;
      } else if (remainder > 0) remainder -= 1;
      placed += fitted;
    }
    if (placed + full.size === before) return placed;
  }
  return placed;
}

function onNodes(nodes: readonly SimNode[], most: number, waiting: SimTask[], ground: Ground): number {
  const [sample] = waiting;
  if (sample === undefined) return 0;
  const order = bestOf(nodes, most, sample, ground);
  const unfit = new Set<Rank>();
  let placed = 0;
  let at = 0;
  while (placed < most && unfit.size < order.length) {
    const rank = order[at % order.length];
    if (rank === undefined) return placed;
    if (unfit.has(rank) || refusalOf(rank.node, rank.room, sample) !== null) {
      unfit.add(rank);
      at += 1;
      continue;
    }
    const task = waiting.shift();
    if (task === undefined) return placed;
    ground.place(task, rank.node.id);
    placed += 1;
    // First the nodes are filled until they carry the same number of the service's tasks, then in turn.
    const next = order[at + 1];
    if (next === undefined || compare(next, rank, sample) < 0) at += 1;
  }
  return placed;
}

/** A node that suits, with what it is compared by. Its room is the scheduler's own account, which goes on. */
interface Rank {
  readonly node: SimNode;
  readonly room: Room;
  readonly failures: number;
  readonly tie: number;
}

/** The best so many that suit, best first: Swarm too keeps no more of them in its heap than there are tasks to place. */
function bestOf(nodes: readonly SimNode[], most: number, sample: SimTask, ground: Ground): readonly Rank[] {
  const { roomOf, nowMs, random } = ground;
  const best: Rank[] = [];
  const isBefore = (a: Rank, b: Rank): boolean => (compare(a, b, sample) || a.tie - b.tie) < 0;
  for (const node of nodes) {
    const room = roomOf(node.id);
    if (refusalOf(node, room, sample) !== null) continue;
    const rank = { node, room, failures: recentFailures(room, sample, nowMs), tie: random() };
    const last = best[most - 1];
    if (last !== undefined && !isBefore(rank, last)) continue;
    let [low, high] = [0, best.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = best[middle];
      if (other !== undefined && isBefore(other, rank)) low = middle + 1;
      else high = middle;
    }
    best.splice(low, 0, rank);
    if (best.length > most) best.pop();
  }
  return best;
}

/** Which of two nodes comes first: fewer recent failures, fewer tasks of the service, fewer tasks in all. */
function compare(a: Rank, b: Rank, { serviceId }: SimTask): number {
  if ((a.failures >= MANY_FAILURES || b.failures >= MANY_FAILURES) && a.failures !== b.failures)
    return a.failures - b.failures;
  const ofService = ({ room }: Rank) => room.activeOf.get(serviceId) ?? 0;
  return ofService(a) - ofService(b) || a.room.active - b.room.active;
}
