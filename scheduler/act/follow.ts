import type { Clock } from "../clock.ts";
import { STEER_LABEL, type SteerRecord } from "../domain/steer.ts";
import { backRecord } from "./back.ts";
import { isSteeredBy, nextStep } from "./next-step.ts";
import { clockOf, type Ending, type MoverOptions } from "./options.ts";
import { NOTHING_SEEN, preparingAfter, prepareSecondsOf, type Preparing } from "./preparing.ts";
import { readRecord, type RawService } from "./raw.ts";
import { settle, type Settling } from "./settle.ts";
import { digestOf, releasedSpec, steeredSpec } from "./steer-spec.ts";

/** A move to be followed. */
export interface Followed {
  readonly serviceId: string;
  readonly record: SteerRecord;
  /** The service's version that our steering was written over; what a manager tells of it or of an older one is stale. */
  readonly writtenOver?: number;
}

/** Reads and writes that fail in a row before a move is left to the next start. */
const MOST_FAILURES = 40;
/** The same where each of them takes its time to fail. */
const LONGEST_FAILURE_MS = 60_000;

/**
 * Watches a steered service until the move landed or cannot, then takes the steering out again. On the signal it has
 * the grace period left to land. Nothing but the record is needed, so any scheduler can follow any move.
 */
export async function follow(
  options: MoverOptions,
  { serviceId, record: first, writtenOver = -1 }: Followed,
  signal: AbortSignal,
): Promise<Ending> {
  const { gateway, pollSeconds } = options;
  const clock = clockOf(options);
  const cut = cutAfterSignal(signal, options.stopGraceSeconds, clock);
  let failures = 0;
  let answeredMs = clock.now();
  let heldSinceMs: number | null = null;
  let preparing = NOTHING_SEEN;
  /** An ending whose write got no answer: it may have been taken all the same. */
  let unanswered: Settling | null = null;
  for (;;) {
    try {
      const service = await gateway.service(serviceId);
      if (service !== null && service.version <= writtenOver)
        throw new Error("the manager's answer is stale");
      const record = recordIn(service, first);
      if (unanswered !== null && isReleased(service, record))
        return await settle(options, serviceId, unanswered);
      const tasks = service === null ? [] : await gateway.tasks(serviceId);
      preparing = preparingAfter(preparing, tasks, clock.now());
      const step = nextStep(options, { service, tasks, record, heldSinceMs }, cut.passed());
      if (step.next === "let-go") {
        unanswered = withPrepareSeconds(step.ending, preparing);
        options.onStep(record.moveId, step.ending.outcome, step.ending.detail);
        if (await letGo(options, service, record)) return await settle(options, serviceId, unanswered);
        unanswered = null;
      } else if (step.next === "turn-back") {
        options.onStep(record.moveId, "back", step.back.detail);
        await turnBack(options, step.service, record, step.back);
      } else if (step.next === "hold") {
        heldSinceMs ??= clock.now();
      }
      failures = 0;
      answeredMs = clock.now();
    } catch (error) {
      failures += 1;
      if (failures > MOST_FAILURES || clock.now() - answeredMs > LONGEST_FAILURE_MS || cut.passed())
        return abandoned(error);
    }
    await clock.wait(pollSeconds * 1000);
  }
}

function withPrepareSeconds(ending: Settling, preparing: Preparing): Settling {
  const { landed } = ending;
  return landed === undefined
    ? ending
    : { ...ending, prepareSeconds: prepareSecondsOf(preparing, landed.id) };
}

/** Takes the steering out if it is there; false when somebody wrote in between. */
async function letGo(
  { gateway }: MoverOptions,
  service: RawService | null,
  record: SteerRecord,
): Promise<boolean> {
  if (service === null || !isSteeredBy(service, record)) return true;
  return (await gateway.write(service, releasedSpec(service.spec, record))) === "written";
}

/** Steers the service off the target, unless somebody wrote in between: then the next look says what to do. */
async function turnBack(
  options: MoverOptions,
  service: RawService,
  record: SteerRecord,
  back: NonNullable<SteerRecord["back"]>,
): Promise<void> {
  const turned = backRecord(service, record, back, clockOf(options).now() + options.deadlineSeconds * 1000);
  await options.gateway.write(service, steeredSpec(releasedSpec(service.spec, record), turned, options));
}

/** The move's record as the service has it: it may have been written anew, by us without an answer or by another scheduler. */
function recordIn(service: RawService | null, known: SteerRecord): SteerRecord {
  const record = readRecord(service?.labels[STEER_LABEL] ?? "");
  return record?.moveId === known.moveId ? record : known;
}

/** Whether the service carries its owner's spec again, exactly. */
function isReleased(service: RawService | null, record: SteerRecord): boolean {
  return service !== null && !isSteeredBy(service, record) && digestOf(service.spec) === record.specDigest;
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

function cutAfterSignal(signal: AbortSignal, graceSeconds: number, clock: Clock): Cut {
  let cutMs: number | null = null;
  return {
    // Asked at every look, so the first one after the signal starts the grace period.
    passed() {
      if (!signal.aborted) return false;
      cutMs ??= clock.now() + graceSeconds * 1000;
      return clock.now() >= cutMs;
    },
  };
}
