import { NOTHING, type Resources } from "../domain/resources.ts";
import type { Rules } from "../engine/goal.ts";
import { mayLeave, refusalAmong, type Context } from "./candidates.ts";
import type { Traveller } from "./filters/filter.ts";
import { TARGET_FILTERS } from "./filters/target-filters.ts";
import type { Ground } from "./goals/ground.ts";
import { moveWithin, type Draft } from "./view.ts";

/** Answers that do not depend on which tasks stand where: asked once for a service and a node. */
const STANDING = TARGET_FILTERS.filter(({ isStanding }) => isStanding === true);
const CHANGING = TARGET_FILTERS.filter(({ isStanding }) => isStanding !== true);

/** Most often it is the room that is lacking: so that is asked first. */
const BY_LIKELIHOOD = CHANGING.toReversed();

const UNKNOWN = 0;
const YES = 1;
const NO = 2;

/** The filters, as the search asks them. The draft follows the board. */
export function rulesOf(ground: Ground, draft: Draft, context: Context): Rules {
  const { board, tasks, nodes, kinds } = ground;
  const travellers = new Map<number, Traveller | null>();
  // By kind, then by bin.
  const standing = new Map<number, Uint8Array>();
  const follower = followerOf(ground, draft, (item) => travellers.get(item)?.load ?? NOTHING);

  function travellerOf(item: number): Traveller | null {
    const known = travellers.get(item);
    if (known !== undefined) return known;
    follower.follow();
    const task = tasks[item];
    const answer = task === undefined ? null : mayLeave(draft, task, context);
    const traveller = answer?.ok === true ? answer.traveller : null;
    travellers.set(item, traveller);
    return traveller;
  }
  /** The traveller where it stands by now. */
  function nowOf(item: number, traveller: Traveller): Traveller {
    const nodeId = nodes[board.binOf[item] ?? 0]?.node.id ?? "";
    return nodeId === traveller.task.nodeId
      ? traveller
      : { ...traveller, task: { ...traveller.task, nodeId } };
  }
  function mayEnter(item: number, bin: number): boolean {
    const kind = kinds.of[item] ?? 0;
    let answers = standing.get(kind);
    if (answers === undefined) {
      answers = new Uint8Array(nodes.length);
      standing.set(kind, answers);
    }
    if (answers[bin] !== UNKNOWN) return answers[bin] === YES;
    const traveller = travellerOf(item);
    const node = nodes[bin];
    const may = traveller !== null && node !== undefined && refusalAmong(STANDING, traveller, node) === null;
    // Of a task that may not leave nothing is learned about its service's other tasks.
    if (traveller !== null) answers[bin] = may ? YES : NO;
    return may;
  }
  return {
    mayLeave: (item) => travellerOf(item) !== null,
    mayEnter,
    permits(item, bin) {
      const traveller = travellerOf(item);
      follower.follow();
      const node = draft.nodes.get(nodes[bin]?.node.id ?? "");
      if (traveller === null || node === undefined || !mayEnter(item, bin)) return false;
      const here = nowOf(item, traveller);
      return BY_LIKELIHOOD.every((filter) => filter.allows?.(here, node) ?? filter.check(here, node).ok);
    },
    moved: follower.moved,
  };
}

interface Follower {
  readonly moved: (item: number) => void;
  readonly follow: () => void;
}

/** Lets a draft follow the board, once it is asked about: much is made and taken back before anybody asks. */
function followerOf(
  { board, tasks, nodes }: Ground,
  draft: Draft,
  loadOf: (item: number) => Resources,
): Follower {
  const drafted = board.binOf.slice();
  const moved = new Set<number>();
  return {
    moved: (item) => void moved.add(item),
    follow() {
      for (const item of moved) {
        const bin = board.binOf[item] ?? 0;
        const task = tasks[item];
        if (drafted[item] === bin || task === undefined) continue;
        drafted[item] = bin;
        const to = nodes[bin]?.node.id ?? "";
        moveWithin(draft, { serviceId: task.serviceId, taskId: task.id, to, load: loadOf(item) });
      }
      moved.clear();
    },
  };
}
