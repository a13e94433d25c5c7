import { isCreation, STEER_LABEL, type SteerRecord } from "../domain/steer.ts";
import { canTurnBack, hasOldTask } from "./back.ts";
import { creationStep } from "./creation.ts";
import { clockOf, type MoverOptions } from "./options.ts";
import { progressOf, type Progress } from "./progress.ts";
import { isStarting, type RawService, type RawTask } from "./raw.ts";
import type { Step } from "./step.ts";
import type { Settling } from "./settle.ts";

/** A look at a service under way. */
export interface Look {
  /** Null when it is gone. */
  readonly service: RawService | null;
  readonly tasks: readonly RawTask[];
  readonly record: SteerRecord;
  /** Since when only the risk of the write keeps us from letting go; null when it never did. */
  readonly heldSinceMs: number | null;
}

/** What the look calls for; `cut`: there is no time left to land. */
export function nextStep(options: MoverOptions, look: Look, cut: boolean): Step {
  const nowMs = clockOf(options).now();
  const { service, tasks, record } = look;
  if (service === null)
    return { next: "let-go", ending: { outcome: "gave_way", detail: "the service was removed" } };
  if (isCreation(record))
    return isSteeredBy(service, record)
      ? creationStep(service, tasks, record, nowMs, cut)
      : { next: "let-go", ending: { outcome: "gave_way", detail: "its owner changed the service" } };
  if (record.back !== undefined && isSteeredBy(service, record))
    return isBack(options, service, look, nowMs)
      ? { next: "let-go", ending: record.back }
      : { next: "watch" };
  const ending = endingOf(progressOf(service, tasks, record, { ...options, nowMs }), cut);
  if (ending === null) return { next: "watch" };
  if (ending.outcome === "landed" || !isSteeredBy(service, record) || !hasOldTask(tasks, record))
    return { next: "let-go", ending };
  const { outcome, detail } = ending;
  if (canTurnBack(tasks, record)) return { next: "turn-back", service, back: { outcome, detail } };
  // All that is left is to wait until what starts runs or fails.
  const isPatient = nowMs < (look.heldSinceMs ?? nowMs) + options.deadlineSeconds * 1000;
  return tasks.some(isStarting) && isPatient && !cut ? { next: "hold" } : { next: "let-go", ending };
}

/** Whether the owner's placement can be restored without harm to the old task. */
function isBack(
  { updaterSeconds }: MoverOptions,
  service: RawService,
  { tasks, record }: Look,
  nowMs: number,
): boolean {
  if (!hasOldTask(tasks, record) || nowMs >= Date.parse(record.deadline)) return true;
  // Until Swarm has taken up the write, the updater that steering started may still make a task.
  return !tasks.some(isStarting) && nowMs >= service.updatedAtMs + updaterSeconds * 1000;
}

/** Whether the service carries the steering of this very move. */
export function isSteeredBy(service: RawService, record: SteerRecord): boolean {
  return service.labels[STEER_LABEL]?.includes(record.moveId) === true;
}

type EarlyEnding = Settling & { readonly outcome: "landed" | "undone" | "gave_way" };

function endingOf(progress: Progress, cut: boolean): EarlyEnding | null {
  switch (progress.state) {
    case "landed":
      return { outcome: "landed", detail: progress.detail, landed: progress.landed };
    case "failed":
      return { outcome: "undone", detail: progress.detail };
    case "taken-over":
      return { outcome: "gave_way", detail: progress.detail };
    case "landing":
      return cut ? { outcome: "undone", detail: `told to stop while ${progress.detail}` } : null;
  }
}
