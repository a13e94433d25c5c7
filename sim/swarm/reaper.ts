import type { SimTask } from "./objects.ts";
import { isOver, isWanted } from "./states.ts";
import type { Store } from "./store.ts";

/** Of each slot the managers remember so many tasks (`docker swarm update --task-history-limit`). */
const REMEMBERED = 5;

/** Forgets tasks: those that were removed and have ended, and the oldest of each slot (SwarmKit's taskreaper). */
export function startReaper(store: Store): void {
  store.subscribe((change) => {
    if (change.kind !== "task" || change.after === null) return;
    const { before, after } = change;
    if (after.desired === "remove" && (isOver(after) || after.state === "pending"))
      store.clock.after(0, () => {
        store.removeTask(after.id);
      });
    if (before === null)
      store.clock.after(0, () => {
        forgetOldest(store, after);
      });
  });
}

function forgetOldest(store: Store, { serviceId, slot, nodeId }: SimTask): void {
  const ofSlot = store
    .tasksOf(serviceId)
    .filter((task) => task.slot === slot && (slot !== 0 || task.nodeId === nodeId));
  const surplus = ofSlot.length - REMEMBERED;
  if (surplus <= 0) return;
  const ended = ofSlot.filter((task) => isOver(task) && !isWanted(task));
  for (const { id } of ended.toSorted((a, b) => a.createdAtMs - b.createdAtMs).slice(0, surplus))
    store.removeTask(id);
}
