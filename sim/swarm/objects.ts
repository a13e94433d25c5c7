import type { RawSpec } from "../../scheduler/act/raw.ts";
import type { Node } from "../../scheduler/domain/node.ts";
import type { TaskState } from "./states.ts";

// What the managers keep. These change as the simulated time passes; only the store writes them.

export interface SimNode {
  readonly id: string;
  /** As constraints see it. */
  readonly facts: Node;
  /** What its owner wrote of it, whole. */
  readonly spec: RawSpec;
  readonly version: number;
  readonly createdAtMs: number;
  /** Whether it truly runs and can be reached; the managers notice later. */
  readonly isAlive: boolean;
  /** The images that are on it; null when it has, or can get, every image. */
  readonly images: ReadonlySet<string> | null;
}

export interface UpdateStatus {
  readonly state:
    "updating" | "paused" | "completed" | "rollback_started" | "rollback_paused" | "rollback_completed";
  readonly message: string;
  readonly startedAtMs: number;
  readonly completedAtMs: number | null;
}

export interface SimService {
  readonly id: string;
  readonly spec: RawSpec;
  /** Grows with each new spec, and not with the updater's own writes. */
  readonly specVersion: number;
  readonly previous: { readonly spec: RawSpec; readonly specVersion: number } | null;
  readonly version: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly update: UpdateStatus | null;
}

export interface SimTask {
  readonly id: string;
  readonly serviceId: string;
  /** 0 for tasks of global services. */
  readonly slot: number;
  /** Empty until the scheduler has chosen. */
  readonly nodeId: string;
  /** The service's task template when it was made. */
  readonly template: RawSpec;
  readonly endpoint: unknown;
  readonly specVersion: number;
  readonly state: TaskState;
  readonly desired: TaskState;
  readonly stateSinceMs: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly version: number;
  readonly error: string;
}

/** A config object: Ballast keeps people's orders in them. */
export interface SimConfig {
  readonly id: string;
  readonly version: number;
  readonly spec: RawSpec;
  readonly createdAtMs: number;
}
