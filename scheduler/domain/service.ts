import type { Labels, Platform } from "./node.ts";
import type { Resources } from "./resources.ts";

interface Mount {
  readonly type: string;
  readonly target: string;
}

export interface HostPort {
  readonly port: number;
  readonly protocol: string;
}

/** A move under way, as the service's own spec records it. */
export interface SteerMark {
  readonly moveId: string;
  /** ISO 8601; empty when the label cannot be read. */
  readonly deadline: string;
  /** The label's value, kept whole for the one module that reads it. */
  readonly record: string;
}

/** A service, as its owner wrote it and as Swarm carries it out. */
export interface Service {
  readonly id: string;
  readonly name: string;
  readonly mode: "replicated" | "global" | "replicated-job" | "global-job";
  /** Replicas wanted; null where the mode knows no number. */
  readonly replicas: number | null;
  readonly labels: Labels;
  readonly constraints: readonly string[];
  /** Labels over whose values Swarm spreads the tasks (placement preferences). */
  readonly spreadOver: readonly string[];
  /** Platforms its image runs on; empty: any. */
  readonly platforms: readonly Platform[];
  /** 0: no limit. */
  readonly maxReplicasPerNode: number;
  readonly reservations: Resources;
  /** Whether it reserves generic resources (GPUs), of which the API shows no remainder. */
  readonly genericReservations: boolean;
  readonly mounts: readonly Mount[];
  readonly hostPorts: readonly HostPort[];
  /** `updating`, `paused`, `rollback_started`, …; null when no update was recorded. */
  readonly updateState: string | null;
  /** When its spec was last written, by anyone. */
  readonly updatedAtMs: number;
  readonly steer: SteerMark | null;
}
