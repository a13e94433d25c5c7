import type {
  DailyAct,
  Manager,
  NodeChange,
  ServiceChange,
  ServiceDraft,
  TokenChange,
} from "../../domain/daily.ts";
import type { Node } from "../../domain/node.ts";
import type { Snapshot } from "../../domain/snapshot.ts";

/** A service of which something is asked, as it is at the version that would be written over. */
export type ServiceSubject = Pick<
  ServiceDraft,
  | "id"
  | "name"
  | "mode"
  | "replicas"
  | "image"
  | "labels"
  | "updateState"
  | "steered"
  | "previous"
  | "exact"
  | "changes"
>;

/** A node of which something is asked. */
interface NodeSubject {
  readonly node: Node;
  /** Of the whole swarm. */
  readonly managers: readonly Manager[];
  readonly exact: boolean;
}

/** What is asked, and of whom. `force`: the caller was told what stands against it, and means it. */
export type Asked =
  | {
      readonly of: "service";
      readonly act: ServiceChange;
      readonly force: boolean;
      readonly subject: ServiceSubject;
    }
  | { readonly of: "node"; readonly act: NodeChange; readonly force: boolean; readonly subject: NodeSubject }
  | { readonly of: "swarm"; readonly act: TokenChange; readonly force: boolean };

/** What else is so. */
export type Facts = Pick<Snapshot, "inputs" | "nodes" | "services" | "tasks" | "orders">;

/** What whoever runs Ballast lets be asked of it. */
export interface PermitRules {
  readonly allow: readonly DailyAct[];
}

/** Allowed where nobody says otherwise: what others rely on, such as who is a manager, is opened on purpose. */
export const USUAL_ACTS: readonly DailyAct[] = [
  "scale",
  "restart",
  "image",
  "rollback",
  "labels",
  "availability",
];

/**
 * What stands against it. `policy`: somebody does not want it; `state`: it cannot be now; `unknown`: nobody knows whether
 * it can.
 */
export interface Objection {
  readonly kind: "policy" | "state" | "unknown";
  /** Stable. */
  readonly rule: string;
  /** For people: the obstacle and, where there is one, the mend. */
  readonly detail: string;
  /** Whether it gives way to a caller who means it. */
  readonly yieldsToForce: boolean;
}

/** One rule: null where it has nothing against it. */
export type Rule = (asked: Asked, facts: Facts, rules: PermitRules) => Objection | null;

export function forbids(rule: string, detail: string): Objection {
  return { kind: "policy", rule, detail, yieldsToForce: false };
}

export function hinders(rule: string, detail: string): Objection {
  return { kind: "state", rule, detail, yieldsToForce: false };
}

/** A state that a caller may pass over, knowing what comes of it. */
export function warns(rule: string, detail: string): Objection {
  return { kind: "state", rule, detail, yieldsToForce: true };
}
