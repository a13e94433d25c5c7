import { setTimeout as delay } from "node:timers/promises";
import { STEER_LABEL, type SteerRecord } from "../domain/steer.ts";
import type { SwarmGateway } from "./gateway.ts";
import type { Ending, MoverOptions } from "./options.ts";
import { progressOf, type Progress } from "./progress.ts";
import { hasEnded, isUp, type RawService, type RawTask } from "./raw.ts";
import { digestOf, releasedSpec } from "./steer-spec.ts";

/** Reads and writes that fail in a row before a move is left to the next start. */
const MOST_FAILURES = 40;

/**
 * Watches a steered service until the move landed or cannot, then takes the steering out again. On the signal it has
 * the grace period left to land. Nothing but the record is needed, so any scheduler can follow any move.
 */
export async function follow(
  options: MoverOptions,
  serviceId: string,
  record: SteerRecord,
  signal: AbortSignal,
): Promise<Ending> {
  const { gateway, pollSeconds } = options;
  const cut = cutAfterSignal(signal, options.stopGraceSeconds);
  let failures = 0;
  /** An ending whose write got no answer: it may have been taken all the same. */
  let unanswered: Ending | null = null;
  for (;;) {
    try {
      const service = await gateway.service(serviceId);
      if (unanswered !== null && isReleased(service, record))
        return await settle(options, serviceId, unanswered);
      const ending = await endingNow(options, service, record, cut.passed());
      if (ending !== null) {
        unanswered = ending;
        options.onStep(record.moveId, ending.outcome, ending.detail);
        if (await letGo(gateway, service, record)) return await settle(options, serviceId, ending);
        unanswered = null;
      }
      failures = 0;
    } catch (error) {
      failures += 1;
      if (failures > MOST_FAILURES || cut.passed()) return abandoned(error);
    }
    await delay(pollSeconds * 1000);
  }
}

/** Whether and how the move has come to its end; null while it goes on. */
async function endingNow(
  options: MoverOptions,
  service: RawService | null,
  record: SteerRecord,
  cut: boolean,
): Promise<Ending | null> {
  if (service === null) return { outcome: "gave_way", detail: "the service was removed" };
  const tasks = await options.gateway.tasks(service.id);
  return endingOf(progressOf(service, tasks, record, { ...options, nowMs: Date.now() }), cut);
}

/** Takes the steering out if it is there; false when somebody wrote in between. */
async function letGo(
  gateway: SwarmGateway,
  service: RawService | null,
  record: SteerRecord,
): Promise<boolean> {
  if (service === null || !isSteeredBy(service, record)) return true;
  return (await gateway.write(service, releasedSpec(service.spec, record))) === "written";
}

/** Whether the service carries its owner's spec again, exactly. */
function isReleased(service: RawService | null, record: SteerRecord): boolean {
  return service !== null && !isSteeredBy(service, record) && digestOf(service.spec) === record.specDigest;
}

function endingOf(progress: Progress, cut: boolean): Ending | null {
  switch (progress.state) {
    case "landed":
      return { outcome: "landed", detail: progress.detail, startSeconds: progress.startSeconds };
    case "failed":
      return { outcome: "undone", detail: progress.detail };
    case "taken-over":
      return { outcome: "gave_way", detail: progress.detail };
    case "landing":
      return cut ? { outcome: "undone", detail: `told to stop while ${progress.detail}` } : null;
  }
}

function isSteeredBy(service: RawService, record: SteerRecord): boolean {
  return service.labels[STEER_LABEL]?.includes(record.moveId) === true;
}

/** An undone move has ended when the service is as whole as it was, not when the write was accepted. */
async function settle(
  { gateway, deadlineSeconds, pollSeconds }: MoverOptions,
  serviceId: string,
  ending: Ending,
): Promise<Ending> {
  if (ending.outcome !== "undone") return ending;
  const giveUpMs = Date.now() + deadlineSeconds * 1000;
  while (Date.now() < giveUpMs) {
    if (await isWhole(gateway, serviceId)) return ending;
    await delay(pollSeconds * 1000);
  }
  return {
    outcome: "failed",
    detail: `${ending.detail}; the service was restored but does not run all its replicas`,
  };
}

async function isWhole(gateway: SwarmGateway, serviceId: string): Promise<boolean> {
  try {
    const [service, tasks] = await Promise.all([gateway.service(serviceId), gateway.tasks(serviceId)]);
    return service === null || runsAll(service, tasks);
  } catch {
    return false; // No answer is no proof of wholeness: ask again.
  }
}

function runsAll(service: RawService, tasks: readonly RawTask[]): boolean {
  return (
    tasks.filter(isUp).length === service.replicas && tasks.every((task) => isUp(task) || hasEnded(task))
  );
}

/** The record stays in the spec: whoever reaches a manager next finishes or undoes the move. */
function abandoned(error: unknown): Ending {
  return {
    outcome: "failed",
    detail: `no manager takes our calls (${String(error)}); the next start recovers the move`,
  };
}

interface Cut {
  /** Whether the grace period after the signal is over. */
  passed(): boolean;
}

function cutAfterSignal(signal: AbortSignal, graceSeconds: number): Cut {
  let cutMs: number | null = null;
  return {
    // Asked at every look, so the first one after the signal starts the grace period.
    passed() {
      if (!signal.aborted) return false;
      cutMs ??= Date.now() + graceSeconds * 1000;
      return Date.now() >= cutMs;
    },
  };
}
