import { STEER_LABEL, type SteerRecord } from "../domain/steer.ts";
import { mappingAt } from "./mapping.ts";
import { isUp, type RawService, type RawSpec, type RawTask } from "./raw.ts";
import type { Step } from "./step.ts";
import { digestOf } from "./steer-spec.ts";

/** The record of a service's creation. What steers it stays until all replicas run, or until the deadline. */
export function creationRecord(
  moveId: string,
  spec: RawSpec,
  added: readonly string[],
  deadlineMs: number,
): SteerRecord {
  return {
    version: 1,
    moveId,
    taskId: "",
    from: "",
    to: "",
    added,
    updateConfig: spec["UpdateConfig"] ?? null,
    specDigest: digestOf(spec),
    order: "start-first",
    deadline: new Date(deadlineMs).toISOString(),
  };
}

/** The owner's spec with the constraints and the record added; nothing is updated yet, so the pace stays his. Pure. */
export function steeredForCreation(spec: RawSpec, record: SteerRecord): RawSpec {
  const template = mappingAt(spec, "TaskTemplate");
  const placement = mappingAt(template, "Placement");
  const constraints = Array.isArray(placement["Constraints"]) ? placement["Constraints"].map(String) : [];
  return {
    ...spec,
    Labels: { ...mappingAt(spec, "Labels"), [STEER_LABEL]: JSON.stringify(record) },
    TaskTemplate: {
      ...template,
      Placement: { ...placement, Constraints: [...constraints, ...record.added] },
    },
  };
}

/**
 * What a look at a service calls for that was created under steering. Letting go never hurts: what runs stays where it
 * is, and what could not start there Swarm then starts elsewhere. Pure.
 */
export function creationStep(
  { replicas }: RawService,
  tasks: readonly RawTask[],
  { deadline }: SteerRecord,
  nowMs: number,
  cut: boolean,
): Step {
  const up = tasks.filter(isUp).length;
  const wanted = replicas ?? 0;
  if (up >= wanted)
    return { next: "let-go", ending: { outcome: "landed", detail: `${up} of ${wanted} replicas run` } };
  const dead = tasks.find(({ state }) => state === "failed" || state === "rejected");
  if (dead === undefined && !cut && nowMs < Date.parse(deadline)) return { next: "watch" };
  const why =
    dead === undefined ? "time is over" : `a task is ${dead.state}: ${dead.error || "no reason given"}`;
  const detail = `let go with ${up} of ${wanted} replicas running: ${why}`;
  return { next: "let-go", ending: { outcome: "failed", detail } };
}
