import type { Store } from "./store.ts";
import type { SimTask } from "./objects.ts";

/** A container of a task, as it truly runs or ran, whatever the managers know of it. */
export interface Container {
  readonly taskId: string;
  readonly serviceId: string;
  readonly slot: number;
  readonly nodeId: string;
  readonly startedMs: number;
  /** Null while it runs. */
  readonly endedMs: number | null;
}

export interface ContainerEvent {
  readonly action: "start" | "die";
  readonly atMs: number;
  readonly container: Container;
}

/** Which containers run, and which have: those that ended are kept until they are forgotten. */
export interface Containers {
  readonly all: ReadonlyMap<string, Container>;
  runs(taskId: string): boolean;
  /** `sinceMs`: now, unless it ran before anybody looked; then nobody is told. */
  begin(task: SimTask, sinceMs?: number): void;
  end(taskId: string): void;
  running(nodeId: string): readonly Container[];
  readonly forgetEnded: (beforeMs: number) => void;
}

export function createContainers({ clock }: Store, onEvent: (event: ContainerEvent) => void): Containers {
  const all = new Map<string, Container>();
  return {
    all,
    runs: (taskId) => all.get(taskId)?.endedMs === null,
    begin({ id: taskId, serviceId, slot, nodeId }, sinceMs) {
      const startedMs = sinceMs ?? clock.now();
      const container = { taskId, serviceId, slot, nodeId, startedMs, endedMs: null };
      all.set(taskId, container);
      if (sinceMs === undefined) onEvent({ action: "start", atMs: startedMs, container });
    },
    end(taskId) {
      const container = all.get(taskId);
      if (container?.endedMs !== null) return;
      const ended = { ...container, endedMs: clock.now() };
      all.set(taskId, ended);
      onEvent({ action: "die", atMs: clock.now(), container: ended });
    },
    running: (nodeId) => [...all.values()].filter((each) => each.nodeId === nodeId && each.endedMs === null),
    forgetEnded(beforeMs) {
      for (const [taskId, { endedMs }] of all) if (endedMs !== null && endedMs < beforeMs) all.delete(taskId);
    },
  };
}
