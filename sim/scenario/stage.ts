import type Docker from "dockerode";
import type { Clock } from "../../scheduler/clock.ts";
import type { Images } from "./scenario.ts";

/** A container's start or end as its own node knows it. */
export interface StageEvent {
  /** The hostname. */
  readonly node: string;
  readonly action: "start" | "die";
  readonly taskId: string;
  readonly atMs: number;
}

/** Where scenarios are played: a swarm, real or simulated, of node1, which manages it, to node4. */
export interface Stage {
  /** A manager of it. */
  readonly docker: Docker;
  readonly clock: Clock;
  readonly images: Images;
  /** Ends a node and waits until the managers see it. */
  lose(hostname: string): Promise<void>;
  revive(hostname: string): Promise<void>;
  /** All since a moment (of the clock), in the order of their times. */
  events(sinceMs: number): Promise<readonly StageEvent[]>;
}
