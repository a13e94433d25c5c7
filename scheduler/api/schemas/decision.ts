import * as z from "zod";
import { OUTCOMES, type Decision, type Refusal } from "../../domain/decision.ts";
import { MODES } from "../../domain/policy.ts";
import { MOVE_ORDERS } from "../../domain/service.ts";
import type { JournalEntry } from "../../journal/journal.ts";
import { MOVE_OUTCOMES, type MoveResult } from "../../ports.ts";

/** A moment, ISO 8601. */
export const MOMENT = z.iso.datetime();
const NAME = z.string();

/** Something for CPU, memory and each resource that the policy adds, by its name. */
function perResource<Value extends z.ZodType>(value: Value) {
  return z.object({ cpu: value, memory: value }).catchall(value);
}

export const RESOURCES = z
  .strictObject({
    cpuCores: z.number(),
    memoryBytes: z.number(),
    others: z.record(z.string(), z.number()).exactOptional(),
  })
  .meta({ id: "Resources", description: "CPU in cores, memory in bytes, others by name in their own unit" });

export const REFUSAL: z.ZodType<Refusal> = z
  .strictObject({
    filter: NAME.describe("the rule that refuses"),
    service: NAME,
    task: z.string().nullable(),
    node: z.string().nullable(),
    detail: z.string().describe("for people"),
  })
  .meta({ id: "Refusal", description: "why a task may not leave, or not stand on a node" });

const PEAKS = perResource(z.number()).meta({
  id: "Peaks",
  description: "shares of capacity that are not exceeded for as much of the time as counts",
});
const EVIDENCE = z
  .strictObject({
    at: MOMENT.describe("when they were measured"),
    fromBefore: PEAKS.nullable(),
    fromAfter: PEAKS.nullable(),
    toBefore: PEAKS.nullable(),
    toAfter: PEAKS.nullable(),
  })
  .meta({ id: "Evidence", description: "the loads of both nodes before and after the move" });

export const PLANNED_MOVE = z
  .strictObject({
    serviceId: NAME,
    service: NAME,
    taskId: NAME,
    slot: z.number(),
    from: NAME.describe("id of the node"),
    to: NAME.describe("id of the node"),
    fromName: NAME,
    toName: NAME,
    load: RESOURCES,
    order: z.enum(MOVE_ORDERS),
    reason: z.string().describe("for people"),
    goal: NAME.describe("the goal it serves first; drain, regret, or room for another's sake"),
    batch: z.number().describe("moves of one batch may run at once, those of a later one wait"),
    gain: z.number().nullable().describe("by how much it betters the objective; null for what is ordered"),
    price: z.number().nullable().describe("what it costs of that"),
    unlocks: z.array(z.string()).describe("ids of the tasks whose moves wait for this one"),
    evidence: EVIDENCE,
  })
  .meta({ id: "PlannedMove" });

const LOAD = z
  .strictObject({ used: z.number(), capacity: z.number(), ratio: z.number(), peak: z.number() })
  .meta({ id: "ResourceLoad", description: "ratio is used / capacity now, peak what it seldom exceeds" });

const NODE_SCORE = z
  .strictObject({
    id: NAME,
    hostname: NAME,
    state: z.string(),
    load: perResource(LOAD).nullable(),
    loadAfter: perResource(LOAD).nullable(),
    notes: z.array(z.string()),
  })
  .meta({ id: "NodeScore", description: "what a node carries before the plan and after it" });

const INPUT = z
  .strictObject({
    source: z.enum(["swarm", "prometheus"]),
    ageSeconds: z.number().nullable(),
    doubts: z.array(z.string()).describe("why it cannot be trusted; empty when it can"),
  })
  .meta({ id: "InputReport" });

const GOAL = z.strictObject({ goal: NAME, before: z.number(), after: z.number(), least: z.number() }).meta({
  id: "GoalScore",
  description: "a goal's cost before the plan, after it, and below which no plan ends",
});

export const DECISION: z.ZodType<Decision> = z
  .strictObject({
    id: NAME,
    at: MOMENT,
    mode: z.enum(MODES),
    outcome: z.enum(OUTCOMES),
    cause: z.string().describe("one word"),
    reason: z.string().describe("one sentence for people"),
    inputs: z.array(INPUT),
    imbalance: z.number().nullable().describe("0, level, to 1, all on one node"),
    imbalanceAfter: z.number().nullable(),
    nodes: z.array(NODE_SCORE),
    moves: z.array(PLANNED_MOVE).describe("the whole plan, in an order in which it can be carried out"),
    goals: z.array(GOAL),
    curve: z.array(z.number()).describe("the objective before the first move and after each"),
    pursues: z.array(z.string()),
    advice: z.array(z.string()).describe("what would help where moves do not"),
    refusals: z.array(REFUSAL),
  })
  .meta({ id: "Decision" });

const MOVE_RESULT: z.ZodType<MoveResult> = z
  .strictObject({
    moveId: NAME,
    service: NAME,
    serviceId: NAME,
    fromId: z.string(),
    toId: z.string(),
    fromName: z.string(),
    toName: z.string(),
    outcome: z.enum(MOVE_OUTCOMES),
    detail: z.string(),
    seconds: z.number(),
    startSeconds: z.number().nullable(),
    prepareSeconds: z.number().nullable().exactOptional(),
    collateral: z.number().describe("other tasks of the service that were restarted on the way"),
  })
  .meta({ id: "MoveResult" });

export const ENTRY: z.ZodType<JournalEntry> = z
  .strictObject({
    trigger: z.string().describe("what made the loop look"),
    decision: DECISION,
    leads: z.boolean(),
    withheld: z.string().nullable().describe("why not all of the plan was carried out"),
    results: z.array(MOVE_RESULT),
  })
  .meta({ id: "JournalEntry", description: "a decision and what became of it" });
