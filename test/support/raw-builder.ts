import { rawServiceOf, type RawService, type RawSpec, type RawTask } from "../../scheduler/act/raw.ts";
import { digestOf } from "../../scheduler/act/steer-spec.ts";
import type { Move } from "../../scheduler/domain/decision.ts";
import { NOTHING } from "../../scheduler/domain/resources.ts";
import type { SteerRecord } from "../../scheduler/domain/steer.ts";
import { NOW } from "./swarm-builder.ts";

/** A spec of one copy with a bit of everything that a move must leave as it is. */
export function aRawSpec(over: RawSpec = {}): RawSpec {
  return {
    Name: "web",
    Labels: { "com.docker.stack.namespace": "shop" },
    TaskTemplate: {
      ContainerSpec: { Image: "shop/web:1", Env: ["A=1"] },
      Placement: { Constraints: ["node.labels.disk==ssd"], MaxReplicas: 2 },
      ForceUpdate: 0,
    },
    Mode: { Replicated: { Replicas: 1 } },
    UpdateConfig: { Parallelism: 2, Order: "stop-first" },
    ...over,
  };
}

/** A service as a manager tells of it, written at `NOW`. */
export function aRawService(spec: RawSpec = aRawSpec(), over: Partial<RawService> = {}): RawService {
  const told = { ID: "web", Version: { Index: 1 }, UpdatedAt: new Date(NOW).toISOString(), Spec: spec };
  return { ...rawServiceOf(told), ...over };
}

/** A task that was made and started before `NOW` and runs on n1, unless told otherwise. */
export function aRawTask(id: string, over: Partial<RawTask> = {}): RawTask {
  return {
    id,
    nodeId: "n1",
    state: "running",
    desired: "running",
    createdAtMs: NOW - 3_600_000,
    stateSinceMs: NOW - 3_600_000,
    error: "",
    ...over,
  };
}

/** The record of a move of web.1 from n1 to n2 that `spec` is about to carry; it is due a minute after `NOW`. */
export function aRecord(spec: RawSpec = aRawSpec(), over: Partial<SteerRecord> = {}): SteerRecord {
  return {
    version: 1,
    moveId: "m1",
    taskId: "web.1",
    from: "n1",
    to: "n2",
    added: ["node.id==n2"],
    updateConfig: spec["UpdateConfig"] ?? null,
    specDigest: digestOf(spec),
    order: "start-first",
    deadline: new Date(NOW + 60_000).toISOString(),
    ...over,
  };
}

/** The move that `aRecord` records. */
export const MOVE: Move = {
  serviceId: "web",
  service: "web",
  taskId: "web.1",
  slot: 1,
  from: "n1",
  to: "n2",
  fromName: "alpha",
  toName: "bravo",
  load: NOTHING,
  order: "start-first",
  reason: "a test asks for it",
};
