import type { UpdateStatus } from "../objects.ts";
import type { Store } from "../store.ts";
import type { UpdateTerms } from "../terms.ts";

/** An update begins; one that was begun before goes on. */
export function begin(store: Store, serviceId: string): void {
  set(store, serviceId, { state: "updating", message: "update in progress" });
}

export function complete(store: Store, serviceId: string): void {
  const state = store.services.get(serviceId)?.update?.state;
  const isRollback = state === "rollback_started" || state === "rollback_paused";
  set(store, serviceId, {
    state: isRollback ? "rollback_completed" : "completed",
    message: isRollback ? "rollback completed" : "update completed",
  });
}

/** What the owner wants when too much fails: to stop there, or to go back; never back from going back. */
export function giveUp(store: Store, serviceId: string, { onFailure }: UpdateTerms, taskId: string): void {
  const service = store.services.get(serviceId);
  if (service === undefined) return;
  const why = `due to failure or early termination of task ${taskId}`;
  if (service.update?.state === "rollback_started")
    set(store, serviceId, { state: "rollback_paused", message: `rollback paused ${why}` });
  else if (onFailure === "rollback" && service.previous !== null) {
    const { spec, specVersion } = service.previous;
    const update = statusOf(store, { state: "rollback_started", message: `update rolled back ${why}` });
    store.putService({ ...service, spec, specVersion, previous: null, update });
  } else set(store, serviceId, { state: "paused", message: `update paused ${why}` });
}

/** The owner wants the spec of before: true when there is one. */
export function rollBack(store: Store, serviceId: string): boolean {
  const service = store.services.get(serviceId);
  if (service === undefined || service.previous === null) return false;
  const update = statusOf(store, { state: "rollback_started", message: "manually requested rollback" });
  const previous = { spec: service.spec, specVersion: service.specVersion };
  const { spec, specVersion } = service.previous;
  store.putService({ ...service, spec, specVersion, previous, update });
  return true;
}

type Said = Pick<UpdateStatus, "state" | "message">;

function set(store: Store, serviceId: string, said: Said): void {
  const known = store.services.get(serviceId)?.update ?? null;
  store.setUpdate(serviceId, { ...statusOf(store, said), ...(known && { startedAtMs: known.startedAtMs }) });
}

function statusOf({ clock }: Store, said: Said): UpdateStatus {
  const isOver = said.state === "completed" || said.state === "rollback_completed";
  return { ...said, startedAtMs: clock.now(), completedAtMs: isOver ? clock.now() : null };
}
