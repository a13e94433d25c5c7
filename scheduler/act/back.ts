import type { SteerRecord } from "../domain/steer.ts";
import { isUp, type RawService, type RawTask } from "./raw.ts";
import { digestOf, releasedSpec } from "./steer-spec.ts";

// Until a new task runs, it shares a slot with the old one. Once the owner's placement suits both, Swarm's updater keeps
// the one that it meets first, and that may be the one that does not run yet. So a move that is taken back is first
// steered off its target: then only the old task fits, and the new one is given up.

/** Whether there is a task that a careless write could cost: one that runs where the move came from. */
export function hasOldTask(tasks: readonly RawTask[], { from }: SteerRecord): boolean {
  return tasks.some((task) => task.nodeId === from && isUp(task));
}

/** Whether the service may be kept off the target. Not where a copy of it runs there, which that would drive away. */
export function canTurnBack(tasks: readonly RawTask[], { to }: SteerRecord): boolean {
  return !tasks.some((task) => task.nodeId === to && isUp(task));
}

/**
 * The record of a move that is being taken back, over the spec as it now reads, whoever wrote it last: its constraint
 * keeps the service off the target, so that only the task that runs fits.
 */
export function backRecord(
  service: RawService,
  record: SteerRecord,
  back: NonNullable<SteerRecord["back"]>,
  deadlineMs: number,
): SteerRecord {
  const owners = releasedSpec(service.spec, record);
  return {
    ...record,
    added: [`node.id!=${record.to}`],
    updateConfig: owners["UpdateConfig"] ?? null,
    specDigest: digestOf(owners),
    deadline: new Date(deadlineMs).toISOString(),
    back,
  };
}
