import { STEER_LABEL, type SteerRecord } from "../domain/steer.ts";
import { hasEnded, isStarting, isUp, type RawService, type RawTask } from "./raw.ts";
import { digestOf, releasedSpec } from "./steer-spec.ts";

/** How far a move is. `taken-over`: someone else wrote to the service, so it is no longer ours to steer. */
export type Progress =
  | { readonly state: "landing"; readonly detail: string }
  | { readonly state: "landed"; readonly detail: string; readonly landed: RawTask }
  | { readonly state: "failed"; readonly detail: string }
  | { readonly state: "taken-over"; readonly detail: string };

export interface ProgressLimits {
  readonly stabilitySeconds: number;
  readonly nowMs: number;
}

/** More than any deadline that the settings allow. */
const LONGEST_MOVE_MS = 3_600_000;

/** Reads a move's progress off the swarm alone: it needs no memory of who began it. Pure. */
export function progressOf(
  service: RawService,
  tasks: readonly RawTask[],
  record: SteerRecord,
  { stabilitySeconds, nowMs }: ProgressLimits,
): Progress {
  const label = service.labels[STEER_LABEL];
  if (!label?.includes(record.moveId)) {
    const isReleased = label === undefined && digestOf(service.spec) === record.specDigest;
    const detail = isReleased ? "another hand let it go" : "the service was deployed anew";
    return { state: "taken-over", detail };
  }
  if (digestOf(releasedSpec(service.spec, record)) !== record.specDigest) {
    return { state: "taken-over", detail: "its owner changed the service" };
  }
  const arrivals = tasks.filter((task) => task.createdAtMs >= service.updatedAtMs);
  const failure = failureOf(service, arrivals, record);
  if (failure !== null) return { state: "failed", detail: failure };
  // A deadline that somebody else wrote into the label must not hold everything up.
  const isLate = nowMs >= Math.min(Date.parse(record.deadline), service.updatedAtMs + LONGEST_MOVE_MS);
  const progress = landingOf(service, tasks, arrivals, record, { stabilitySeconds, nowMs, isLate });
  if (progress.state === "landed" || !isLate) return progress;
  return { state: "failed", detail: `the deadline passed while ${progress.detail}` };
}

function landingOf(
  service: RawService,
  tasks: readonly RawTask[],
  arrivals: readonly RawTask[],
  record: SteerRecord,
  { stabilitySeconds, nowMs, isLate }: ProgressLimits & { readonly isLate: boolean },
): Progress {
  const landed = arrivals.find((task) => task.nodeId === record.to && isUp(task));
  if (landed === undefined) return { state: "landing", detail: describeWait(arrivals) };
  const leaving = tasks.filter((task) => !isUp(task) && !isStarting(task) && !hasEnded(task));
  // On a node that was lost it never ends; by the deadline that is no reason to give up what runs.
  if (leaving.length > 0 && !isLate) return { state: "landing", detail: "the old task is stopping" };
  // After a change of leader Swarm may have started two for the one it ended. Letting go while one of them starts could
  // cost the one that runs; once both run, Swarm ends the surplus one, and no sooner than we let go.
  if (tasks.some(isStarting)) return { state: "landing", detail: "another new task of it is starting" };
  const up = tasks.filter(isUp).length;
  const isOldUp = tasks.some((task) => task.id === record.taskId && isUp(task));
  if (up < (service.replicas ?? 0) || (isOldUp && up !== service.replicas))
    return { state: "landing", detail: `${up} of ${service.replicas ?? 0} replicas run` };
  const stableSeconds = (nowMs - landed.stateSinceMs) / 1000;
  if (stableSeconds < stabilitySeconds)
    return { state: "landing", detail: "the new task runs and is being watched" };
  return {
    state: "landed",
    detail: `task ${landed.id} runs on the planned node${leaving.length > 0 ? "; the old one has not ended" : ""}`,
    landed,
  };
}

function failureOf(service: RawService, arrivals: readonly RawTask[], record: SteerRecord): string | null {
  const dead = arrivals.find((task) => ["failed", "rejected"].includes(task.state));
  if (dead !== undefined) return `the new task is ${dead.state}: ${dead.error || "no reason given"}`;
  const stray = arrivals.find((task) => isUp(task) && task.nodeId !== record.to);
  if (stray !== undefined) return `Swarm started task ${stray.id} on another node than planned`;
  return service.updateState === "paused" ? `Swarm paused the update: ${service.updateMessage}` : null;
}

function describeWait(arrivals: readonly RawTask[]): string {
  const [newest] = arrivals.toSorted((a, b) => b.createdAtMs - a.createdAtMs);
  if (newest === undefined) return "Swarm had not yet made the new task";
  return `the new task was ${newest.state}${newest.error === "" ? "" : ` (${newest.error})`}`;
}
