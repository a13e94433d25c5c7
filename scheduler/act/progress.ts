import { STEER_LABEL, type SteerRecord } from "../domain/steer.ts";
import { hasEnded, isUp, type RawService, type RawTask } from "./raw.ts";
import { digestOf, releasedSpec } from "./steer-spec.ts";

/** How far a move is. `taken-over`: someone else wrote to the service, so it is no longer ours to steer. */
export type Progress =
  | { readonly state: "landing"; readonly detail: string }
  | { readonly state: "landed"; readonly detail: string; readonly startSeconds: number }
  | { readonly state: "failed"; readonly detail: string }
  | { readonly state: "taken-over"; readonly detail: string };

export interface ProgressLimits {
  readonly stabilitySeconds: number;
  readonly nowMs: number;
}

/** Reads a move's progress off the swarm alone: it needs no memory of who began it. Pure. */
export function progressOf(
  service: RawService,
  tasks: readonly RawTask[],
  record: SteerRecord,
  { stabilitySeconds, nowMs }: ProgressLimits,
): Progress {
  const label = service.labels[STEER_LABEL];
  if (!label?.includes(record.moveId)) {
    return { state: "taken-over", detail: "the service was deployed anew" };
  }
  if (digestOf(releasedSpec(service.spec, record)) !== record.specDigest) {
    return { state: "taken-over", detail: "its owner changed the service" };
  }
  const arrivals = tasks.filter((task) => task.createdAtMs >= service.updatedAtMs);
  const failure = failureOf(service, arrivals, record);
  if (failure !== null) return { state: "failed", detail: failure };
  const progress = landingOf(service, tasks, arrivals, record, { stabilitySeconds, nowMs });
  if (progress.state === "landed" || nowMs < Date.parse(record.deadline)) return progress;
  return { state: "failed", detail: `the deadline passed while ${progress.detail}` };
}

function landingOf(
  service: RawService,
  tasks: readonly RawTask[],
  arrivals: readonly RawTask[],
  record: SteerRecord,
  { stabilitySeconds, nowMs }: ProgressLimits,
): Progress {
  const landed = arrivals.find((task) => task.nodeId === record.to && isUp(task));
  if (landed === undefined) return { state: "landing", detail: describeWait(arrivals) };
  const leaving = tasks.filter((task) => task.desired !== "running" && !hasEnded(task));
  if (leaving.length > 0) return { state: "landing", detail: "the old task is stopping" };
  const up = tasks.filter(isUp).length;
  if (up !== service.replicas)
    return { state: "landing", detail: `${up} of ${service.replicas ?? 0} replicas run` };
  const stableSeconds = (nowMs - landed.stateSinceMs) / 1000;
  if (stableSeconds < stabilitySeconds)
    return { state: "landing", detail: "the new task runs and is being watched" };
  return {
    state: "landed",
    detail: `task ${landed.id} runs on the planned node`,
    startSeconds: (landed.stateSinceMs - landed.createdAtMs) / 1000,
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
