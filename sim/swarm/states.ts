// Swarm's task states and what it wants of tasks, in Swarm's own order: a task only ever goes forward.

/** In SwarmKit's order (api/types.proto). */
export const STATES = [
  "new",
  "pending",
  "assigned",
  "accepted",
  "preparing",
  "ready",
  "starting",
  "running",
  "complete",
  "shutdown",
  "failed",
  "rejected",
  "remove",
  "orphaned",
] as const;
export type TaskState = (typeof STATES)[number];

const RANKS = new Map<string, number>(STATES.map((state, rank) => [state, rank]));

/** Where a state stands in the order; an unknown one before all. */
export function rankOf(state: string): number {
  return RANKS.get(state) ?? -1;
}

const RUNNING = rankOf("running");

/** Whether the task has ended: nothing of it is left on its node. */
export function isOver({ state }: { readonly state: TaskState }): boolean {
  return rankOf(state) > RUNNING;
}

/** Whether Swarm wants the task to run, now or once its turn comes. */
export function isWanted({ desired }: { readonly desired: TaskState }): boolean {
  return rankOf(desired) <= RUNNING;
}

export function isUp({
  state,
  desired,
}: {
  readonly state: TaskState;
  readonly desired: TaskState;
}): boolean {
  return state === "running" && desired === "running";
}
