import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { progressOf, type Progress } from "../../../../scheduler/act/progress.ts";
import type { RawService, RawSpec, RawTask } from "../../../../scheduler/act/raw.ts";
import { steeredSpec } from "../../../../scheduler/act/steer-spec.ts";
import { STEER_LABEL, type SteerRecord } from "../../../../scheduler/domain/steer.ts";
import { deepFreeze } from "../../../support/deep-freeze.ts";
import { aRawService, aRawSpec, aRawTask, aRecord } from "../../../support/raw-builder.ts";
import { NOW } from "../../../support/swarm-builder.ts";

const RECORD = aRecord();
const STEERED = steeredSpec(aRawSpec(), RECORD, { stabilitySeconds: 10 });
const LIMITS = { stabilitySeconds: 10, nowMs: NOW + 30_000 };

/** The task that was to be moved. */
const OLD = aRawTask("web.1");
const STOPPED = aRawTask("web.1", { state: "shutdown", desired: "shutdown" });
/** The one that Swarm made for it after the steering write, running for 20 seconds. */
const NEW = aRawTask("web.1b", { nodeId: "n2", createdAtMs: NOW + 1000, stateSinceMs: NOW + 10_000 });

interface Case {
  readonly when: string;
  readonly state: Progress["state"];
  readonly says: string;
  readonly tasks?: readonly RawTask[];
  readonly service?: Partial<RawService>;
  readonly spec?: RawSpec;
  readonly nowMs?: number;
  readonly record?: Partial<SteerRecord>;
}

const LABELS = STEERED["Labels"] as Readonly<Record<string, string>>;

const CASES: readonly Case[] = [
  { when: "nothing has happened yet", state: "landing", says: "Swarm had not yet made the new task" },
  {
    when: "the new task has no node yet",
    state: "landing",
    says: "the new task was pending (no suitable node)",
    tasks: [OLD, { ...NEW, nodeId: "", state: "pending", error: "no suitable node" }],
  },
  {
    when: "the new task starts",
    state: "landing",
    says: "the new task was starting",
    tasks: [OLD, { ...NEW, state: "starting" }],
  },
  {
    when: "of two attempts the newer one is told of",
    state: "landing",
    says: "the new task was preparing",
    tasks: [
      OLD,
      { ...NEW, id: "web.1c", state: "preparing", createdAtMs: NOW + 2000 },
      { ...NEW, state: "complete", desired: "shutdown" },
    ],
  },
  {
    when: "the new task runs and the old one is told to stop",
    state: "landing",
    says: "the old task is stopping",
    tasks: [{ ...OLD, desired: "shutdown" }, NEW],
  },
  {
    when: "both run",
    state: "landing",
    says: "2 of 1 replicas run",
    tasks: [OLD, NEW],
  },
  {
    when: "of two new tasks, as after a change of leader, one still starts",
    state: "landing",
    says: "another new task of it is starting",
    tasks: [STOPPED, NEW, { ...NEW, id: "web.1c", state: "preparing", desired: "ready" }],
    nowMs: NOW + 20_000,
  },
  {
    when: "both of two new tasks run: Swarm ends one of them once it is let go",
    state: "landed",
    says: "task web.1b runs on the planned node",
    tasks: [STOPPED, NEW, { ...NEW, id: "web.1c" }],
    nowMs: NOW + 20_000,
  },
  {
    when: "a label with a deadline of years holds a move that began an hour ago",
    state: "failed",
    says: "the deadline passed while Swarm had not yet made the new task",
    nowMs: NOW + 3_600_000,
    record: { deadline: "2099-01-01T00:00:00.000Z" },
  },
  {
    when: "another replica is missing",
    state: "landing",
    says: "1 of 2 replicas run",
    tasks: [STOPPED, NEW],
    service: { replicas: 2 },
  },
  {
    when: "the new task has not run for the stability time",
    state: "landing",
    says: "the new task runs and is being watched",
    tasks: [STOPPED, NEW],
    nowMs: NOW + 19_999,
  },
  {
    when: "it has run for it exactly",
    state: "landed",
    says: "task web.1b runs on the planned node",
    tasks: [STOPPED, NEW],
    nowMs: NOW + 20_000,
  },
  {
    when: "it landed, though nobody looked before the deadline",
    state: "landed",
    says: "task web.1b runs on the planned node",
    tasks: [STOPPED, NEW],
    nowMs: NOW + 3_600_000,
  },
  {
    when: "an older copy on the target is no arrival",
    state: "landing",
    says: "Swarm had not yet made the new task",
    tasks: [OLD, aRawTask("web.2", { nodeId: "n2" })],
    service: { replicas: 2 },
  },
  {
    when: "the image is missing",
    state: "failed",
    says: "the new task is rejected: No such image: web",
    tasks: [
      OLD,
      { ...NEW, nodeId: "n2", state: "rejected", desired: "shutdown", error: "No such image: web" },
    ],
  },
  {
    when: "the new task crashes without a word",
    state: "failed",
    says: "the new task is failed: no reason given",
    tasks: [OLD, { ...NEW, state: "failed", desired: "shutdown" }],
  },
  {
    when: "an older task of its had failed",
    state: "landing",
    says: "Swarm had not yet made the new task",
    tasks: [OLD, aRawTask("web.1z", { state: "failed", desired: "shutdown" })],
  },
  {
    when: "Swarm chose another node",
    state: "failed",
    says: "Swarm started task web.1b on another node than planned",
    tasks: [OLD, { ...NEW, nodeId: "n3" }],
  },
  {
    when: "Swarm paused the update",
    state: "failed",
    says: "Swarm paused the update: update paused due to failure",
    service: { updateState: "paused", updateMessage: "update paused due to failure" },
  },
  {
    when: "the deadline passed before there was a new task",
    state: "failed",
    says: "the deadline passed while Swarm had not yet made the new task",
    nowMs: NOW + 60_000,
  },
  {
    when: "the deadline passed while it pends",
    state: "failed",
    says: "the deadline passed while the new task was pending (no suitable node)",
    tasks: [OLD, { ...NEW, nodeId: "", state: "pending", error: "no suitable node" }],
    nowMs: NOW + 60_000,
  },
  {
    when: "it runs at the deadline, and the old one never ends, as on a lost node",
    state: "landed",
    says: "task web.1b runs on the planned node; the old one has not ended",
    tasks: [{ ...OLD, desired: "shutdown" }, NEW],
    nowMs: NOW + 60_000,
  },
  {
    when: "the label is gone",
    state: "taken-over",
    says: "the service was deployed anew",
    spec: { ...STEERED, Labels: {} },
  },
  {
    when: "the label is of another move",
    state: "taken-over",
    says: "the service was deployed anew",
    spec: { ...STEERED, Labels: { ...LABELS, [STEER_LABEL]: JSON.stringify({ ...RECORD, moveId: "m2" }) } },
  },
  {
    when: "its owner changed a label",
    state: "taken-over",
    says: "its owner changed the service",
    spec: { ...STEERED, Labels: { ...LABELS, owner: "was here" } },
  },
  {
    when: "its owner changed one number of the update configuration",
    state: "taken-over",
    says: "its owner changed the service",
    spec: { ...STEERED, UpdateConfig: { ...(STEERED["UpdateConfig"] as object), Parallelism: 3 } },
  },
  {
    when: "its owner changed it and it had failed and was late besides",
    state: "taken-over",
    says: "its owner changed the service",
    spec: { ...STEERED, Name: "other" },
    tasks: [OLD, { ...NEW, state: "failed" }],
    nowMs: NOW + 60_000,
  },
];

describe("progressOf", () => {
  for (const { when, state, says, tasks = [OLD], service, spec = STEERED, ...rest } of CASES) {
    it(`is ${state} when ${when}`, () => {
      const { nowMs = LIMITS.nowMs, record } = rest;
      const seen = deepFreeze(aRawService(spec, service));
      const progress = progressOf(seen, deepFreeze(tasks), { ...RECORD, ...record }, { ...LIMITS, nowMs });
      assert.deepEqual([progress.state, progress.detail], [state, says]);
      if (progress.state === "landed") assert.equal(progress.landed.id, "web.1b");
    });
  }
});
