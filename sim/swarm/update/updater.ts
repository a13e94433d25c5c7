import { canonicalText, isDirty } from "../dirty.ts";
import type { SimService } from "../objects.ts";
import type { Restarts } from "../restarts.ts";
import { rankOf } from "../states.ts";
import type { Store } from "../store.ts";
import { serviceTermsOf } from "../terms.ts";
import { roll, type Run, type Slot } from "./run.ts";
import { begin, complete } from "./status.ts";

/** Rolls a service's new spec out, slot by slot (SwarmKit's orchestrator/update). */
export interface Updater {
  /** Takes a service's slots up. One that is at it already goes on; one that was at another spec is ended. */
  update(service: SimService, slots: readonly Slot[]): void;
  /** Ends what is under way, as when the service is removed. */
  cancel(serviceId: string): void;
}

const RUNNING = rankOf("running");

export function createUpdater(store: Store, restarts: Restarts): Updater {
  const runs = new Map<string, Run>();
  store.subscribe((change) => {
    if (change.kind !== "task" || change.after === null) return;
    const { before, after } = change;
    if (before?.state === after.state || rankOf(after.state) < RUNNING) return;
    const run = runs.get(after.serviceId);
    if (run !== undefined)
      store.clock.after(0, () => {
        run.sawTask(after);
      });
  });
  return {
    update(service, slots) {
      const specText = canonicalText(service.spec);
      const known = runs.get(service.id);
      if (known?.specText === specText) return;
      known?.cancel();
      runs.delete(service.id);
      const { update } = service;
      if (update?.state === "paused" || update?.state === "rollback_paused") return;
      const dirty = slots.filter((slot) => isSlotDirty(store, service, slot));
      if (dirty.length === 0) {
        if (update?.state === "updating" || update?.state === "rollback_started") complete(store, service.id);
        return;
      }
      if (update === null) begin(store, service.id);
      const terms = serviceTermsOf(service.spec);
      const isRollback = update?.state === "rollback_started";
      const run = roll({
        store,
        restarts,
        service,
        queue: dirty,
        terms: isRollback ? terms.rollback : terms.update,
        specText,
        onEnd: () => {
          if (runs.get(service.id) === run) runs.delete(service.id);
        },
      });
      runs.set(service.id, run);
      run.start();
    },
    cancel(serviceId) {
      runs.get(serviceId)?.cancel();
      runs.delete(serviceId);
    },
  };
}

function isSlotDirty(store: Store, service: SimService, slot: Slot): boolean {
  return slot.length > 1 || slot.some((task) => isDirty(service, task, store.nodes.get(task.nodeId)));
}
