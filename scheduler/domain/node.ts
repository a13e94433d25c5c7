import type { Resources } from "./resources.ts";

export type Labels = Readonly<Record<string, string>>;

export interface Platform {
  /** As Go names it: `linux`, `windows`. Empty: any. */
  readonly os: string;
  /** As the engine reports it (`x86_64`) or as the image names it (`amd64`). Empty: any. */
  readonly architecture: string;
}

/** A member of the swarm, as its managers see it. */
export interface Node {
  readonly id: string;
  readonly hostname: string;
  /** The address the managers see; empty when they have none. */
  readonly address: string;
  readonly role: "manager" | "worker";
  readonly leader: boolean;
  readonly availability: "active" | "pause" | "drain";
  readonly state: "ready" | "down" | "unknown" | "disconnected";
  readonly labels: Labels;
  readonly engineLabels: Labels;
  readonly platform: Platform;
  /** When its state, or anything else that the managers keep of it, last changed: it has been ready at least since then. */
  readonly updatedAtMs: number;
  /** What Swarm's own scheduler reckons with when it subtracts reservations. */
  readonly resources: Resources;
}
