import * as z from "zod";
import { MOMENT, RESOURCES } from "./decision.ts";

const LABELS = z.record(z.string(), z.string());

/** A task with what it uses. */
export const TASK = z
  .strictObject({
    id: z.string(),
    service: z.string().describe("its service's name"),
    slot: z.number(),
    node: z.string().nullable().describe("hostname; null until Swarm has chosen"),
    state: z.string(),
    desired: z.string(),
    since: MOMENT.describe("when it reached its state"),
    usage: RESOURCES.nullable().describe("null where it was not measured over the whole window"),
    error: z.string(),
  })
  .meta({ id: "Task" });

export const NODE = z
  .strictObject({
    id: z.string(),
    hostname: z.string(),
    address: z.string(),
    role: z.enum(["manager", "worker"]),
    leader: z.boolean(),
    availability: z.enum(["active", "pause", "drain"]),
    state: z.enum(["ready", "down", "unknown", "disconnected"]),
    labels: LABELS,
    capacity: RESOURCES.nullable().describe("null where it is not measured"),
    used: RESOURCES.nullable(),
    reserved: RESOURCES.describe("by the tasks that hold room there"),
    tasks: z.number().describe("that hold room there"),
  })
  .meta({ id: "Node" });

export const SERVICE = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    mode: z.enum(["replicated", "global", "replicated-job", "global-job"]),
    replicas: z.number().nullable(),
    running: z.number(),
    image: z.string(),
    labels: LABELS,
    constraints: z.array(z.string()),
    reservations: RESOURCES.describe("of each task"),
    updateState: z.string().nullable(),
    updatedAt: MOMENT,
    move: z.strictObject({ id: z.string(), deadline: z.string() }).nullable().describe("the move under way"),
    pausedUntil: z
      .string()
      .nullable()
      .describe("ISO 8601; `resumed` where it has no end; null while not paused"),
  })
  .meta({ id: "Service" });

export const STATE = z
  .strictObject({
    version: z.string(),
    mode: z.string(),
    leads: z
      .boolean()
      .describe("whether the manager beside this scheduler leads the swarm: only then does it act"),
    at: MOMENT,
    doubts: z.array(z.string()).describe("why nothing moves, where inputs cannot be trusted"),
    nodes: z.strictObject({ all: z.number(), ready: z.number() }),
    services: z.number(),
    tasks: z.strictObject({ running: z.number(), measured: z.number() }),
    moving: z.array(z.string()).describe("names of services of which a task is being moved"),
    orders: z.number(),
    lastDecision: z
      .strictObject({
        id: z.string(),
        at: MOMENT,
        outcome: z.string(),
        reason: z.string(),
        moves: z.number(),
      })
      .nullable(),
  })
  .meta({ id: "State" });

export const MOVE_RECORD = z
  .looseObject({
    moveId: z.string(),
    decisionId: z.string().nullable(),
    at: z.string(),
    service: z.string(),
    fromName: z.string(),
    toName: z.string(),
    outcome: z.string(),
    detail: z.string(),
    seconds: z.number(),
  })
  .meta({ id: "MoveRecord", description: "a move that ended" });
