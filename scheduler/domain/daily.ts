import type { Labels, Node } from "./node.ts";
import type { Service } from "./service.ts";

/** What may be asked of a service day by day. */
export const SERVICE_ACTS = ["scale", "restart", "image", "rollback"] as const;

/** All that may be asked day by day, by the words of the setting `api.allow`. */
export const DAILY_ACTS = [...SERVICE_ACTS, "labels", "availability", "role", "tokens"] as const;
export type DailyAct = (typeof DAILY_ACTS)[number];

/** The owner's label that says which of them may be asked of a service: `none`, or some of them with commas between. */
export const ACTS_LABEL = "ballast.acts";

/** How every label begins that is Ballast's own. */
export const OWN_LABELS = "ballast.";

/** The label of a service that is a part of Ballast itself. */
export const PART_LABEL = "ballast.part";

/** What is asked of a service. */
export type ServiceChange =
  | { readonly act: "scale"; readonly replicas: number }
  | { readonly act: "restart" }
  | { readonly act: "image"; readonly image: string }
  | { readonly act: "rollback" };

/** What is asked of a node. */
export type NodeChange =
  | { readonly act: "labels"; readonly set: Labels; readonly remove: readonly string[] }
  | { readonly act: "availability"; readonly availability: Node["availability"] }
  | { readonly act: "role"; readonly role: Node["role"] };

/** What is asked of the swarm's join tokens. */
export interface TokenChange {
  readonly act: "tokens";
  readonly role: Node["role"];
  /** Whether a new one takes the place of the one there is. */
  readonly rotate: boolean;
}

/** One place of a spec that a write changes. Values that may be secrets are left out. */
export interface FieldChange {
  /** `TaskTemplate.ContainerSpec.Image` */
  readonly place: string;
  /** Null where there was nothing. */
  readonly before?: unknown;
  /** Null where there is to be nothing. */
  readonly after?: unknown;
}

/** How Swarm replaces the tasks of a service, as its owner set it or as Swarm does where he did not. */
export interface UpdatePace {
  readonly order: string;
  /** Tasks at once; 0: all. */
  readonly parallelism: number;
  readonly delaySeconds: number;
  /** What Swarm does once too many new tasks fail: `pause`, `continue` or `rollback`. */
  readonly failureAction: string;
  /** The share of tasks that may fail. */
  readonly maxFailureRatio: number;
}

/** What a rollback would go back to; `steered`: to a step of a move by Ballast, which is nobody's wish. */
type Previous = "none" | "steered" | "owners";

/** A service as it is at one version, and the write that would change it. */
export interface ServiceDraft {
  readonly change: ServiceChange;
  readonly id: string;
  readonly name: string;
  /** What the write names: a stale one is refused. */
  readonly version: number;
  readonly mode: Service["mode"];
  readonly replicas: number | null;
  /** Null where it runs no container of an image. */
  readonly image: string | null;
  readonly labels: Labels;
  readonly updateState: string | null;
  /** Whether Ballast is moving a task of it. */
  readonly steered: boolean;
  readonly previous: Previous;
  /** Whether all of its spec can be written back as it is. */
  readonly exact: boolean;
  /** By which the change would be carried out. */
  readonly pace: UpdatePace;
  readonly changes: readonly FieldChange[];
  /** Of the spec as it is: as long as it stays, nobody else has written. */
  readonly digest: string;
  /** Of the spec as it would be. */
  readonly nextDigest: string;
  /** What would be written, exactly as the manager is to get it. */
  readonly spec: unknown;
}

/** A member of the managers' quorum. */
export interface Manager {
  readonly id: string;
  readonly leader: boolean;
  /** Whether the others hear of it. */
  readonly reachable: boolean;
}

/** A node as it is at one version, and the write that would change it. */
export interface NodeDraft {
  readonly change: NodeChange;
  readonly id: string;
  readonly hostname: string;
  readonly version: number;
  readonly role: Node["role"];
  readonly availability: Node["availability"];
  readonly labels: Labels;
  /** Of the swarm, this node among them if it is one. */
  readonly managers: readonly Manager[];
  readonly exact: boolean;
  readonly changes: readonly FieldChange[];
  readonly digest: string;
  readonly spec: unknown;
}

/** How a write ended. A stale version is an outcome: someone else wrote first. */
export type Written =
  | {
      readonly outcome: "written";
      /** Of what was written, as soon as it could be read again. */
      readonly version: number;
      readonly digest: string;
    }
  | { readonly outcome: "conflict" }
  | { readonly outcome: "gone" }
  /** The manager would not have it; an HTTP status, and its words. */
  | { readonly outcome: "refused"; readonly status: number; readonly detail: string };

/** What a machine joins the swarm by. */
export interface JoinToken {
  readonly token: string;
  /** `HOST:PORT` of a manager; null where none is known. */
  readonly manager: string | null;
}

/** A write whose tasks Swarm is still to replace. */
export interface UpdateMark {
  readonly serviceId: string;
  readonly version: number;
  /** Of the spec that was written. The version alone does not do: Swarm's own notes on an update raise it too. */
  readonly digest: string;
}

/** `update.<service's id>.<version>-<digest>` */
export function updateIdOf({ serviceId, version, digest }: UpdateMark): string {
  return `update.${serviceId}.${version}-${digest}`;
}

/** Null for what is no such id. */
export function readUpdateId(id: string): UpdateMark | null {
  const [, serviceId, version, digest] = /^update\.([a-z0-9]+)\.(\d{1,15})-([0-9a-f]{32})$/i.exec(id) ?? [];
  if (serviceId === undefined || version === undefined || digest === undefined) return null;
  return { serviceId, version: Number(version), digest };
}

/** A service whose tasks Swarm may be replacing, as it is now. */
export interface UpdatedService {
  readonly id: string;
  readonly mode: Service["mode"];
  readonly replicas: number | null;
  readonly version: number;
  /** Of its owner's spec, without what a move by Ballast added to it. */
  readonly digest: string;
  readonly updateState: string | null;
  /** What Swarm says of the update. */
  readonly updateMessage: string;
}

/** A task of such a service. */
export interface UpdatedTask {
  readonly id: string;
  readonly state: string;
  readonly desired: string;
  readonly error: string;
  /** Whether it was made from the service's present spec, as far as can be told. */
  readonly isCurrent: boolean;
  readonly createdAtMs: number;
}
