import type { RawTask } from "./raw.ts";

/**
 * How long a task was being prepared (its image found or pulled, its container made) before it could start. Swarm keeps a
 * time for a task's newest state only, so it is learned from one look to the next.
 */
export interface Preparing {
  /** When the last look was; null before the first. */
  readonly lookedAtMs: number | null;
  /** By task id. */
  readonly sights: ReadonlyMap<string, Sight>;
}

type Sight =
  | { readonly phase: "ahead" }
  /** By the clock of the task's node. */
  | { readonly phase: "under-way"; readonly sinceMs: number }
  /** Null where the looks do not tell. */
  | { readonly phase: "over"; readonly seconds: number | null };

export const NOTHING_SEEN: Preparing = { lookedAtMs: null, sights: new Map() };

const AHEAD = ["new", "allocated", "pending", "assigned", "accepted"];
const BEYOND = ["ready", "starting", "running"];
/** With looks further apart than this, what happened between them is not known well enough to be learned from. */
const LONGEST_GAP_MS = 1000;

/** What is known after one more look at all tasks of a service. Pure. */
export function preparingAfter(known: Preparing, tasks: readonly RawTask[], nowMs: number): Preparing {
  const { lookedAtMs, sights } = known;
  const gapMs = lookedAtMs === null ? Infinity : nowMs - lookedAtMs;
  const seen = tasks.map((task) => [task.id, sightOf(task, sights.get(task.id), gapMs)] as const);
  return { lookedAtMs: nowMs, sights: new Map(seen) };
}

/**
 * How long the task was prepared, in seconds, longer than it was by one look at the most; null where the looks do not tell.
 * What began and ended between two looks took as long as from one to the other, at the most.
 */
export function prepareSecondsOf({ sights }: Preparing, taskId: string): number | null {
  const sight = sights.get(taskId);
  return sight?.phase === "over" ? sight.seconds : null;
}

function sightOf(task: RawTask, before: Sight | undefined, gapMs: number): Sight {
  if (before?.phase === "over") return before;
  if (AHEAD.includes(task.state)) return { phase: "ahead" };
  if (task.state === "preparing") return { phase: "under-way", sinceMs: task.stateSinceMs };
  const isTold = BEYOND.includes(task.state) && gapMs <= LONGEST_GAP_MS;
  if (!isTold) return { phase: "over", seconds: null };
  // Both of the node's own clock, which need not be ours.
  const tookMs = before?.phase === "under-way" ? task.stateSinceMs - before.sinceMs : gapMs;
  return { phase: "over", seconds: Math.max(0, tookMs) / 1000 };
}
