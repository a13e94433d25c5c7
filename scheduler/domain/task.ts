/** One run of one slot of a service on one node. */
export interface Task {
  readonly id: string;
  readonly serviceId: string;
  /** 0 for tasks of global services. */
  readonly slot: number;
  /** Empty until Swarm has chosen. */
  readonly nodeId: string;
  /** Swarm's task state: `running`, `pending`, `shutdown`, … */
  readonly state: string;
  /** What Swarm wants of it: `running`, `shutdown`, `remove`, `complete`, … */
  readonly desired: string;
  /** When it reached its present state. */
  readonly stateSinceMs: number;
  /** What Swarm says went wrong, empty when nothing did. */
  readonly error: string;
}

/** Whether the task runs and is meant to. */
export function isRunning(task: Task): boolean {
  return task.state === "running" && task.desired === "running";
}

/** Whether the task occupies room on its node: it runs, is on its way to, or has not yet stopped. */
export function holdsRoom(task: Task): boolean {
  return !["complete", "shutdown", "failed", "rejected", "remove", "orphaned"].includes(task.state);
}
