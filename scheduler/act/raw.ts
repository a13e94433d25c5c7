import * as z from "zod";
import { MOVE_ORDERS } from "../domain/service.ts";
import type { SteerRecord } from "../domain/steer.ts";

/** A service's spec exactly as the manager sent it: what we don't know of it goes back as it came. */
export type RawSpec = Readonly<Record<string, unknown>>;

/** A service as the manager sent it. */
export interface RawService {
  readonly id: string;
  readonly name: string;
  /** What a write must name; a stale one is refused. */
  readonly version: number;
  readonly updatedAtMs: number;
  readonly updateState: string | null;
  readonly updateMessage: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly replicas: number | null;
  readonly spec: RawSpec;
}

/** A task, with what verifying a landing asks of it. */
export interface RawTask {
  readonly id: string;
  readonly nodeId: string;
  readonly state: string;
  readonly desired: string;
  readonly createdAtMs: number;
  readonly stateSinceMs: number;
  readonly error: string;
}

const SERVICE = z.object({
  ID: z.string(),
  Version: z.object({ Index: z.number() }),
  UpdatedAt: z.string(),
  UpdateStatus: z.object({ State: z.string().default(""), Message: z.string().default("") }).nullish(),
  Spec: z.looseObject({
    Name: z.string(),
    Labels: z.record(z.string(), z.string()).nullish(),
    // What a move writes into must be as it is known to be: what is not understood is not written over.
    TaskTemplate: z
      .looseObject({ Placement: z.looseObject({ Constraints: z.array(z.string()).nullish() }).nullish() })
      .nullish(),
    Mode: z.object({ Replicated: z.object({ Replicas: z.number().default(1) }).nullish() }),
  }),
});

const TASK = z.object({
  ID: z.string(),
  NodeID: z.string().default(""),
  CreatedAt: z.string(),
  DesiredState: z.string(),
  Status: z.object({ State: z.string(), Timestamp: z.string(), Err: z.string().default("") }),
});

const RECORD = z.object({
  version: z.literal(1),
  moveId: z.string(),
  taskId: z.string(),
  from: z.string(),
  to: z.string(),
  added: z.array(z.string()),
  updateConfig: z.unknown(),
  specDigest: z.string(),
  order: z.enum(MOVE_ORDERS).default("start-first"),
  deadline: z.iso.datetime(),
  back: z.object({ outcome: z.enum(["undone", "gave_way"]), detail: z.string() }).optional(),
});

/** Reads a service of the Docker API; the spec is taken from the answer itself, untouched. */
export function rawServiceOf(answer: unknown): RawService {
  const parsed = SERVICE.parse(answer);
  return {
    id: parsed.ID,
    name: parsed.Spec.Name,
    version: parsed.Version.Index,
    updatedAtMs: Date.parse(parsed.UpdatedAt),
    updateState: parsed.UpdateStatus?.State ?? null,
    updateMessage: parsed.UpdateStatus?.Message ?? "",
    labels: parsed.Spec.Labels ?? {},
    replicas: parsed.Spec.Mode.Replicated?.Replicas ?? null,
    spec: (answer as { Spec: RawSpec }).Spec,
  };
}

/** Reads tasks of the Docker API. */
export function rawTasksOf(answer: unknown): readonly RawTask[] {
  return z
    .array(TASK)
    .parse(answer)
    .map((task) => ({
      id: task.ID,
      nodeId: task.NodeID,
      state: task.Status.State,
      desired: task.DesiredState,
      createdAtMs: Date.parse(task.CreatedAt),
      stateSinceMs: Date.parse(task.Status.Timestamp),
      error: task.Status.Err,
    }));
}

/** Reads the steering label's value; null for one that is not ours to understand. */
export function readRecord(label: string): SteerRecord | null {
  try {
    return RECORD.parse(JSON.parse(label));
  } catch {
    return null;
  }
}

const ENDED = ["complete", "shutdown", "failed", "rejected", "remove", "orphaned"];

/** Whether the task runs and is meant to. */
export function isUp(task: RawTask): boolean {
  return task.state === "running" && task.desired === "running";
}

/** Whether nothing of the task is left on its node. */
export function hasEnded(task: RawTask): boolean {
  return ENDED.includes(task.state);
}

/** Whether the task is meant to run and does not yet. The updater wants a task `ready` before it wants it `running`. */
export function isStarting(task: RawTask): boolean {
  return ["ready", "running"].includes(task.desired) && !isUp(task) && !hasEnded(task);
}
