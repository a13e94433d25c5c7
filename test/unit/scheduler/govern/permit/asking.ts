import assert from "node:assert/strict";
import {
  DAILY_ACTS,
  type Manager,
  type NodeChange,
  type ServiceChange,
} from "../../../../../scheduler/domain/daily.ts";
import type { Node } from "../../../../../scheduler/domain/node.ts";
import type {
  Asked,
  Facts,
  Objection,
  PermitRules,
  ServiceSubject,
} from "../../../../../scheduler/govern/permit/asked.ts";
import { permit } from "../../../../../scheduler/govern/permit/permit.ts";
import { aNode, aSwarm } from "../../../../support/swarm-builder.ts";

/** All is open. */
export const ALL: PermitRules = { allow: DAILY_ACTS };
export const SCALE: ServiceChange = { act: "scale", replicas: 3 };
export const RESTART: ServiceChange = { act: "restart" };
export const IMAGE: ServiceChange = { act: "image", image: "web@sha256:00" };
export const ROLLBACK: ServiceChange = { act: "rollback" };
/** One of each act on a service. */
export const EACH: readonly ServiceChange[] = [SCALE, RESTART, IMAGE, ROLLBACK];

/** A move under way. */
export const STEER = { moveId: "m1", deadline: "", record: "" };
export const SSD = ["node.labels.disk==ssd"];

/** Three managers of which m1 leads, and two workers; what stands where is the test's. */
const MANAGERS = ["m1", "m2", "m3"].map((id) => aNode(id, { role: "manager", leader: id === "m1" }));
export const WORKERS = [aNode("n1", { labels: { disk: "ssd" } }), aNode("n2")];
export const REACHABLE: readonly Manager[] = MANAGERS.map(({ id, leader }) => ({
  id,
  leader,
  reachable: true,
}));

/** Of the swarm with what stands there. */
export function factsOf(...standings: Parameters<typeof aSwarm>[1][]): Facts {
  return aSwarm([...MANAGERS, ...WORKERS], ...standings);
}

/** Asked of a service of two replicas against which nothing stands, unless told otherwise. */
export function ofService(act: ServiceChange, over: Partial<ServiceSubject> = {}, force = false): Asked {
  const subject = {
    id: "web",
    name: "web",
    mode: "replicated",
    replicas: 2,
    image: "web:1",
    labels: {},
    updateState: null,
    steered: false,
    previous: "owners",
    exact: true,
    changes: [],
    ...over,
  } as const;
  return { of: "service", act, force, subject };
}

/** Asked of one of the nodes. */
export function ofNode(
  id: string,
  act: NodeChange,
  force = false,
  over: Partial<Node> = {},
  managers = REACHABLE,
): Asked {
  const node = [...MANAGERS, ...WORKERS].find((each) => each.id === id);
  assert.ok(node !== undefined);
  return { of: "node", act, force, subject: { node: { ...node, ...over }, managers, exact: true } };
}

/** What stands against it: `kind rule`, none where nothing does. */
export function against(asked: Asked, facts: Facts = factsOf(), rules = ALL): readonly string[] {
  return objections(asked, facts, rules).map(({ kind, rule }) => `${kind} ${rule}`);
}

/** What stands against it. */
export function objections(asked: Asked, facts: Facts = factsOf(), rules = ALL): readonly Objection[] {
  const verdict = permit(asked, facts, rules);
  return verdict.permitted ? [] : verdict.objections;
}

/** The same, in words. */
export function detailOf(asked: Asked, facts?: Facts): string {
  return objections(asked, facts)
    .map(({ detail }) => detail)
    .join("; ");
}
