import type { Alarm } from "../clock.ts";
import { templateOf } from "./dirty.ts";
import type { SimService, SimTask } from "./objects.ts";
import { isOver, isWanted, rankOf } from "./states.ts";
import type { Store } from "./store.ts";
import { serviceTermsOf, taskTermsOf } from "./terms.ts";
import type { Timings } from "./timings.ts";

/** Replaces what ended, and starts replacements when it is their turn (SwarmKit's orchestrator/restart). */
export interface Restarts {
  /** Gives a task up and makes another in its place, where its restart policy allows. */
  restart(task: SimTask, service: SimService): void;
  /**
   * Wants a task to run once the delay has passed and, where `old` is given, once that has stopped, its node is down or
   * the longest wait is over; then calls back.
   */
  startLater(taskId: string, delayMs: number, old: SimTask | null, then: () => void): void;
  mayRestart(task: SimTask): boolean;
}

/** A new task of a service, which its node is to get ready and not yet to start. */
export function newTask(store: Store, service: SimService, slot: number, nodeId = ""): SimTask {
  const nowMs = store.clock.now();
  return store.putTask({
    id: store.newId(),
    serviceId: service.id,
    slot,
    nodeId,
    template: templateOf(service.spec),
    endpoint: service.spec["EndpointSpec"] ?? null,
    specVersion: service.specVersion,
    state: "pending",
    desired: "ready",
    stateSinceMs: nowMs,
    createdAtMs: nowMs,
    error: "",
  });
}

/** Whether nothing can run there. */
export function isInvalid(store: Store, nodeId: string): boolean {
  const facts = store.nodes.get(nodeId)?.facts;
  return facts === undefined || facts.state === "down" || facts.availability === "drain";
}

export function createRestarts(store: Store, timings: Timings): Restarts {
  const { clock } = store;
  /** When each slot was restarted, of the version that it then had. */
  const history = new Map<string, readonly number[]>();
  const stopWaits = createStopWaits(store, timings);

  function mayRestart(task: SimTask): boolean {
    const { condition, maxAttempts, windowMs } = taskTermsOf(task.template).restart;
    if (condition === "none" || (condition === "on-failure" && task.state === "complete")) return false;
    if (maxAttempts === 0) return true;
    const past = history.get(slotKey(task)) ?? [];
    const counted = windowMs === 0 ? past : past.filter((ms) => clock.now() - ms <= windowMs);
    return counted.length < maxAttempts;
  }
  function startLater(taskId: string, delayMs: number, old: SimTask | null, then: () => void): void {
    const start = () => {
      const task = store.tasks.get(taskId);
      if (task !== undefined && rankOf(task.desired) < rankOf("running"))
        store.changeTask(taskId, { desired: "running" });
      then();
    };
    clock.after(delayMs, () => {
      if (old === null) start();
      else stopWaits.untilStopped(old.id, start);
    });
  }
  return {
    mayRestart,
    startLater,
    restart(task, service) {
      if (!isWanted(task)) return;
      const may = mayRestart(task);
      store.changeTask(task.id, { desired: "shutdown" });
      if (!may) return;
      const facts = store.nodes.get(task.nodeId)?.facts;
      const isGlobal = serviceTermsOf(service.spec).service.mode === "global";
      const next = newTask(store, service, task.slot, isGlobal ? task.nodeId : "");
      history.set(slotKey(next), [...(history.get(slotKey(next)) ?? []), clock.now()]);
      const delayMs = facts?.availability === "drain" ? 0 : taskTermsOf(task.template).restart.delayMs;
      const waits = facts?.state !== "down" && !isOver(task);
      startLater(next.id, delayMs, waits ? task : null, () => undefined);
    },
  };
}

interface StopWaits {
  untilStopped(taskId: string, then: () => void): void;
}

function createStopWaits(store: Store, { longestStopMs }: Timings): StopWaits {
  const waits = new Map<string, (() => void)[]>();
  const release = (taskId: string): void => {
    const ready = waits.get(taskId) ?? [];
    waits.delete(taskId);
    for (const then of ready) store.clock.after(0, then);
  };
  const hasStopped = (taskId: string): boolean => {
    const task = store.tasks.get(taskId);
    return task === undefined || isOver(task) || store.nodes.get(task.nodeId)?.facts.state !== "ready";
  };
  store.subscribe((change) => {
    if (waits.size === 0) return;
    if (change.kind === "task" && change.before !== null && hasStopped(change.before.id))
      release(change.before.id);
    if (change.kind === "node") for (const id of [...waits.keys()]) if (hasStopped(id)) release(id);
  });
  return {
    untilStopped(taskId, then) {
      if (hasStopped(taskId)) {
        then();
        return;
      }
      let alarm: Alarm | null = null;
      let isDone = false;
      const once = () => {
        alarm?.cancel();
        if (!isDone) then();
        isDone = true;
      };
      alarm = store.clock.after(longestStopMs, once);
      waits.set(taskId, [...(waits.get(taskId) ?? []), once]);
    },
  };
}

function slotKey({ serviceId, slot, nodeId, specVersion }: SimTask): string {
  return `${serviceId}/${slot === 0 ? nodeId : slot}@${specVersion}`;
}
