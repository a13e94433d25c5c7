import type { UpdatedService, UpdatedTask, UpdateMark } from "../domain/daily.ts";

/** How far Swarm is with what was written; `superseded`: somebody else's write took its place. */
export interface UpdateProgress {
  readonly state: "running" | "done" | "failed" | "superseded";
  /** For people. */
  readonly detail: string;
}

const ENDED = new Set(["complete", "shutdown", "failed", "rejected", "remove", "orphaned"]);
/** What the updater wants of a task that it makes: `ready` before `running`. */
const WANTED = new Set(["ready", "running"]);

/**
 * Reads an update's progress off the swarm alone, so any scheduler can tell of it. A service that is gone is null. What
 * Swarm cannot place never fails: it goes on running, and says what it waits for. Pure.
 */
export function updateProgress(
  service: UpdatedService | null,
  tasks: readonly UpdatedTask[],
  mark: UpdateMark,
): UpdateProgress {
  if (service?.id !== mark.serviceId) return { state: "superseded", detail: "the service was removed" };
  // A read right after the write may be older than it.
  if (service.version < mark.version) return { state: "running", detail: "Swarm has not taken it up yet" };
  const { updateState, updateMessage } = service;
  const said = updateMessage === "" ? "" : `: ${updateMessage}`;
  if (service.digest !== mark.digest) {
    // By Swarm itself or by somebody: what was asked is no longer what is wanted.
    return updateState?.startsWith("rollback_") === true
      ? { state: "failed", detail: `it was rolled back (${updateState})${said}` }
      : { state: "superseded", detail: "somebody wrote to the service since" };
  }
  if (updateState === "paused" || updateState === "rollback_paused")
    return { state: "failed", detail: `Swarm paused it${said}` };
  return standing(service, tasks, updateState === "updating" || updateState === "rollback_started");
}

/** How the tasks stand of which the service is to be made up. */
function standing(
  { mode, replicas, updateState }: UpdatedService,
  tasks: readonly UpdatedTask[],
  isUnderWay: boolean,
): UpdateProgress {
  const alive = tasks.filter(({ state }) => !ENDED.has(state));
  const wanted = alive.filter(({ desired }) => WANTED.has(desired));
  const up = wanted.filter(({ state, desired }) => state === "running" && desired === "running");
  // Once Swarm calls the update complete, it has compared them itself.
  const fresh = updateState === null ? up.filter(({ isCurrent }) => isCurrent) : up;
  const goal = mode === "replicated" && replicas !== null ? replicas : wanted.length;
  const detail = `${fresh.length} of ${goal} tasks run`;
  const isWhole = fresh.length === goal && wanted.length === goal;
  // One on a node that was lost never ends; Swarm does not wait for it either.
  const leaving = updateState === null ? alive.length - wanted.length : 0;
  if (!isUnderWay && isWhole && leaving === 0) return { state: "done", detail };
  const waits = [...(leaving > 0 ? [`${leaving} stopping`] : []), ...troubleOf(tasks)];
  return { state: "running", detail: [detail, ...waits].join("; ") };
}

/** What the newest task that does not run says. */
function troubleOf(tasks: readonly UpdatedTask[]): readonly string[] {
  const newest = tasks
    .filter(({ error, isCurrent }) => isCurrent && error !== "")
    .reduce<UpdatedTask | null>(
      (last, task) => (last === null || task.createdAtMs > last.createdAtMs ? task : last),
      null,
    );
  return newest === null ? [] : [`task ${newest.id} is ${newest.state}: ${newest.error}`];
}
