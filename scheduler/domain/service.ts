import type { Labels, Platform } from "./node.ts";
import type { Resources } from "./resources.ts";

interface Mount {
  /** `bind`, `volume`, `tmpfs`, `cluster`, … */
  readonly type: string;
  readonly target: string;
  readonly readOnly: boolean;
  /** Whether it holds the same data on every node: a network file system, or a cluster volume. */
  readonly shared: boolean;
}

/** The owner's label that says whether and how a service may be moved. */
export const MOVE_LABEL = "ballast.move";

/** Whether the new task runs before the old one is stopped, or the old one is stopped first. */
export const MOVE_ORDERS = ["start-first", "stop-first"] as const;
export type MoveOrder = (typeof MOVE_ORDERS)[number];

/** The order in which the owner wants a task of the service to be moved. */
export function moveOrderOf({ labels }: Pick<Service, "labels">): MoveOrder {
  return labels[MOVE_LABEL] === "stop-first" ? "stop-first" : "start-first";
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
  /** As its owner or the client wrote it: `nginx`, `nginx:1.27@sha256:…`; empty where its spec names none. */
  readonly image: string;
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

const DEFAULT_REGISTRY = "docker.io";
const OFFICIAL = "library/";

/** Whether the reference names the content itself: a registry had it when the service was deployed. */
export function hasDigest(image: string): boolean {
  return image.includes("@sha256:");
}

/**
 * An image reference in full, as Docker understands it (distribution/reference, ParseNormalizedNamed and TagNameOnly):
 * with registry and tag, and beside a digest without the tag, which Docker then passes over.
 */
export function fullImage(image: string): string {
  const [named = "", digest] = image.split("@", 2);
  const slash = named.indexOf("/");
  const first = named.slice(0, Math.max(0, slash));
  // A first part is a registry when it could be no user's name.
  const isRegistry = /[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase();
  const registry = !isRegistry || first === `index.${DEFAULT_REGISTRY}` ? DEFAULT_REGISTRY : first;
  const path = isRegistry ? named.slice(slash + 1) : named;
  const official = registry === DEFAULT_REGISTRY && !path.includes("/") ? OFFICIAL : "";
  const [repository = "", tag = "latest"] = path.split(":", 2);
  const version = digest === undefined ? `:${tag}` : `@${digest}`;
  return `${registry}/${official}${repository}${version}`;
}

/** The same reference as short as Docker writes it in its lists: without its own registry, never without the tag. */
export function shortImage(image: string): string {
  const full = fullImage(image);
  const own = `${DEFAULT_REGISTRY}/`;
  if (!full.startsWith(own)) return full;
  const path = full.slice(own.length);
  return path.startsWith(OFFICIAL) && !path.slice(OFFICIAL.length).includes("/")
    ? path.slice(OFFICIAL.length)
    : path;
}
