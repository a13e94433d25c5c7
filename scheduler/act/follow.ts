import { setTimeout as delay } from "node:timers/promises";
import { STEER_LABEL, type SteerRecord } from "../domain/steer.ts";
import type { SwarmGateway } from "./gateway.ts";
import type { Ending, MoverOptions } from "./options.ts";
import { progressOf, type Progress } from "./progress.ts";
import { hasEnded, isUp, type RawService, type RawTask } from "./raw.ts";
import { releasedSpec } from "./steer-spec.ts";

const POLL_MS = 250;
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
  const cut = cutAfterSignal(signal, options.stopGraceSeconds);
  let failures = 0;
  for (;;) {
    try {
      const ending = await step(options, serviceId, record, cut.passed());
      if (ending !== null) return await settle(options, serviceId, ending);
      failures = 0;
    } catch (error) {
      failures += 1;
      if (failures > MOST_FAILURES || cut.passed()) return abandoned(error);
    }
    await delay(POLL_MS);
  }
}

/** One look and, when the move has come to an end, the write that ends it; null while it goes on. */
async function step(
  options: MoverOptions,
  serviceId: string,
  record: SteerRecord,
  cut: boolean,
): Promise<Ending | null> {
  const service = await options.gateway.service(serviceId);
  if (service === null) return { outcome: "gave_way", detail: "the service was removed" };
  const tasks = await options.gateway.tasks(serviceId);
  const progress = progressOf(service, tasks, record, { ...options, nowMs: Date.now() });
  const ending = endingOf(progress, cut);
  if (ending === null) return null;
  options.onStep(record.moveId, ending.outcome, ending.detail);
  if (!isSteeredBy(service, record)) return ending;
  const written = await options.gateway.write(service, releasedSpec(service.spec, record));
  return written === "written" ? ending : null;
}

function endingOf(progress: Progress, cut: boolean): Ending | null {
  switch (progress.state) {
    case "landed":
      return { outcome: "landed", detail: progress.detail };
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
  { gateway, deadlineSeconds }: MoverOptions,
  serviceId: string,
  ending: Ending,
): Promise<Ending> {
  if (ending.outcome !== "undone") return ending;
  const giveUpMs = Date.now() + deadlineSeconds * 1000;
  while (Date.now() < giveUpMs) {
    if (await isWhole(gateway, serviceId)) return ending;
    await delay(POLL_MS);
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
  let cutMs = signal.aborted ? Date.now() + graceSeconds * 1000 : Infinity;
  signal.addEventListener("abort", () => {
    cutMs = Date.now() + graceSeconds * 1000;
  });
  return { passed: () => Date.now() >= cutMs };
}
