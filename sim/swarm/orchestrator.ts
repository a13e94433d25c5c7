import { refusingConstraint } from "../../scheduler/domain/constraint.ts";
import { templateOf } from "./dirty.ts";
import type { SimService, SimTask } from "./objects.ts";
import { createRestarts, isInvalid, newTask, type Restarts } from "./restarts.ts";
import { isOver, isWanted } from "./states.ts";
import type { Store } from "./store.ts";
import { serviceTermsOf, taskTermsOf } from "./terms.ts";
import type { Timings } from "./timings.ts";
import type { Slot } from "./update/run.ts";
import { createUpdater, type Updater } from "./update/updater.ts";

interface Parts {
  readonly store: Store;
  readonly restarts: Restarts;
  readonly updater: Updater;
}

/** Sees to it that every service has the tasks that its spec asks for (SwarmKit's orchestrators of services). */
export function startOrchestrator(store: Store, timings: Timings): void {
  const restarts = createRestarts(store, timings);
  const parts: Parts = { store, restarts, updater: createUpdater(store, restarts) };
  const services = new Set<string>();
  const tasks = new Set<string>();
  let isDue = false;
  const look = (): void => {
    if (isDue || services.size + tasks.size === 0) return;
    isDue = true;
    store.clock.after(timings.managerMs, () => {
      isDue = false;
      const [ended, changed] = [[...tasks], [...services]];
      tasks.clear();
      services.clear();
      for (const id of ended) replace(parts, id);
      for (const id of changed) reconcile(parts, id);
    });
  };
  store.subscribe((change) => {
    switch (change.kind) {
      case "service":
        services.add((change.after ?? change.before)?.id ?? "");
        break;
      case "task":
        if (change.after === null) {
          if (change.before !== null && isWanted(change.before)) services.add(change.before.serviceId);
        } else if (isWanted(change.after) && isLost(store, change.after)) tasks.add(change.after.id);
        break;
      case "node": {
        const id = (change.after ?? change.before)?.id ?? "";
        if (isInvalid(store, id)) for (const task of store.tasksOn(id)) tasks.add(task.id);
        for (const service of store.services.values())
          if (modeOf(service) === "global") services.add(service.id);
      }
    }
    look();
  });
}

/** Whether the task has ended, or stands where nothing can run. */
function isLost(store: Store, task: SimTask): boolean {
  return isOver(task) || (task.nodeId !== "" && isInvalid(store, task.nodeId));
}

function modeOf({ spec }: SimService): string {
  return serviceTermsOf(spec).service.mode;
}

function replace({ store, restarts }: Parts, taskId: string): void {
  const task = store.tasks.get(taskId);
  const service = store.services.get(task?.serviceId ?? "");
  if (task === undefined || service === undefined || !isWanted(task) || !isLost(store, task)) return;
  const mode = modeOf(service);
  if (mode === "replicated") restarts.restart(task, service);
  if (mode !== "global") return;
  // Where nothing can run, a global service has no task; it has one again when that changes.
  if (isInvalid(store, task.nodeId)) store.changeTask(task.id, { desired: "shutdown" });
  else restarts.restart(task, service);
}

function reconcile(parts: Parts, serviceId: string): void {
  const { store, updater } = parts;
  const service = store.services.get(serviceId);
  if (service === undefined) {
    updater.cancel(serviceId);
    for (const { id } of store.tasksOf(serviceId)) store.changeTask(id, { desired: "remove" });
    return;
  }
  const mode = modeOf(service);
  if (mode === "replicated") reconcileReplicated(parts, service);
  if (mode === "global") reconcileGlobal(parts, service);
}

function reconcileReplicated({ store, updater, restarts }: Parts, service: SimService): void {
  const all = Map.groupBy(store.tasksOf(service.id), ({ slot }) => slot);
  const slots = new Map<number, Slot>();
  for (const [slot, tasks] of all) {
    const updatable = updatableIn(tasks, service, restarts);
    if (updatable.length > 0) slots.set(slot, updatable);
  }
  const wanted = serviceTermsOf(service.spec).service.replicas ?? 0;
  const ordered =
    wanted < slots.size ? mostSpreadFirst([...slots.values()]) : shuffled([...slots.values()], store);
  updater.update(service, ordered.slice(0, wanted));
  for (const slot of ordered.slice(wanted))
    for (const { id } of slot) store.changeTask(id, { desired: "remove" });
  for (let slot = 1, missing = wanted - slots.size; missing > 0; slot += 1) {
    if (slots.has(slot)) continue;
    missing -= 1;
    store.changeTask(newTask(store, service, slot).id, { desired: "running" });
  }
}

/** The tasks of a slot that count: those that are wanted, or else the last one, where it is not to be replaced. */
function updatableIn(tasks: readonly SimTask[], { update }: SimService, restarts: Restarts): Slot {
  const wanted = tasks.filter(isWanted);
  if (wanted.length > 0) return wanted;
  if (update?.state === "rollback_started") return [];
  const [newest] = tasks.toSorted((a, b) => b.createdAtMs - a.createdAtMs);
  return newest === undefined || newest.desired === "remove" || restarts.mayRestart(newest) ? [] : [newest];
}

/** As many as are wanted, the first ones of this order are kept: running ones, and of each node the first. */
function mostSpreadFirst(slots: readonly Slot[]): readonly Slot[] {
  const isRunning = (slot: Slot) => slot.some(({ state }) => state === "running");
  const numberOf = (slot: Slot) => slot[0]?.slot ?? 0;
  const sorted = slots.toSorted(
    (a, b) => Number(isRunning(b)) - Number(isRunning(a)) || numberOf(a) - numberOf(b),
  );
  const counts = new Map<string, number>();
  const ranked = sorted.map((slot) => {
    const nodeId = slot.length === 1 ? (slot[0]?.nodeId ?? "") : "";
    if (nodeId === "") return { slot, copy: Number.POSITIVE_INFINITY };
    const copy = (counts.get(nodeId) ?? 0) + 1;
    counts.set(nodeId, copy);
    return { slot, copy };
  });
  return ranked.toSorted((a, b) => (a.copy === b.copy ? 0 : a.copy - b.copy)).map(({ slot }) => slot);
}

/** In no particular order, as Swarm's maps have it. */
function shuffled(slots: readonly Slot[], store: Store): readonly Slot[] {
  const keyed = slots.map((slot) => ({ slot, key: store.random() }));
  return keyed.toSorted((a, b) => a.key - b.key).map(({ slot }) => slot);
}

function reconcileGlobal({ store, updater }: Parts, service: SimService): void {
  const { constraints } = taskTermsOf(templateOf(service.spec)).needs;
  const wanted = store.tasksOf(service.id).filter(isWanted);
  const byNode = Map.groupBy(wanted, ({ nodeId }) => nodeId);
  const slots: Slot[] = [];
  for (const node of store.nodes.values()) {
    const tasks = byNode.get(node.id) ?? [];
    if (isInvalid(store, node.id) || node.facts.availability === "pause") continue;
    if (refusingConstraint(node.facts, constraints) !== null)
      for (const { id } of tasks) store.changeTask(id, { desired: "shutdown" });
    else if (tasks.length > 0) slots.push(tasks);
    else store.changeTask(newTask(store, service, 0, node.id).id, { desired: "running" });
  }
  updater.update(service, slots);
}
