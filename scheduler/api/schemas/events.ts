import * as z from "zod";
import { OUTCOMES } from "../../domain/decision.ts";
import { MODES } from "../../domain/policy.ts";
import { EVENT_TYPES, isEventType, STATE_PARTS, type EventType } from "../../events/event.ts";
import { BREAKER_STATES } from "../../govern/breaker.ts";
import { VERDICTS } from "../../journal/journal.ts";
import { MOVE_OUTCOMES } from "../../ports.ts";
import { MOMENT } from "./decision.ts";
import { MOVE_RECORD } from "./swarm.ts";

const DECISION_BRIEF = z
  .strictObject({
    decision: z.string().describe("its id; /v1/decisions/ID has all of it"),
    stage: z.enum(["decided", "carried out"]),
    trigger: z.string(),
    outcome: z.enum(OUTCOMES),
    cause: z.string(),
    reason: z.string().describe("one sentence for people"),
    imbalance: z.number().nullable(),
    imbalanceAfter: z.number().nullable(),
    leads: z.boolean(),
    withheld: z.string().nullable(),
    moves: z.number().describe("how many the whole plan has"),
    plan: z.array(
      z.strictObject({ service: z.string(), from: z.string(), to: z.string(), goal: z.string() }),
    ),
    results: z.array(
      z.strictObject({ moveId: z.string(), service: z.string(), outcome: z.enum(MOVE_OUTCOMES) }),
    ),
  })
  .meta({ id: "DecisionBrief" });

const VERDICT = z
  .looseObject({
    moveId: z.string(),
    at: MOMENT,
    service: z.string(),
    outcome: z.enum(VERDICTS),
    detail: z.string(),
  })
  .meta({ id: "MoveVerdict", description: "what a move turned out to be worth" });

const STATE_CHANGE = z
  .strictObject({
    changed: z.array(z.enum(STATE_PARTS)),
    role: z.enum(["leading", "standing by"]),
    mode: z.enum(MODES),
    paused: z.boolean().nullable(),
    breaker: z.enum(BREAKER_STATES).nullable(),
    detail: z.string(),
  })
  .meta({ id: "StateChange" });

const ORDER_CHANGE = z
  .strictObject({
    change: z.enum(["given", "ended"]),
    order: z.string().describe("its id"),
    kind: z.string().describe("pause, drain, …"),
    reason: z.string(),
    given: MOMENT.describe("when it was given"),
    name: z.string().nullable(),
  })
  .meta({ id: "OrderChange" });

const NOTICE = z.strictObject({ detail: z.string() });

/** One event as the `data` of a server-sent event and the body of a webhook have it. A notice has no id. */
export const EVENT = z
  .discriminatedUnion("type", [
    told("decision", DECISION_BRIEF),
    told("move", MOVE_RECORD),
    told("verdict", VERDICT),
    told("state", STATE_CHANGE),
    told("order", ORDER_CHANGE),
    z.strictObject({ type: z.literal("gap"), at: MOMENT, data: NOTICE }),
    z.strictObject({ type: z.literal("cut"), at: MOMENT, data: NOTICE }),
  ])
  .meta({ id: "Event", description: "something that happened" });

function told<Type extends EventType, Data extends z.ZodType>(type: Type, data: Data) {
  return z.strictObject({ id: z.string(), type: z.literal(type), at: MOMENT, data });
}

/** Names of types with commas between. */
export const TYPES = z
  .string()
  .transform((given, context): readonly EventType[] => {
    const words = given.split(",").map((word) => word.trim());
    for (const word of words.filter((each) => !isEventType(each))) {
      const message = `${JSON.stringify(word)} is no type of event; write some of ${EVENT_TYPES.join(",")}`;
      context.addIssue({ code: "custom", message });
    }
    return words.filter(isEventType);
  })
  .describe(`only these, such as decision,move; there are ${EVENT_TYPES.join(", ")}`);

const ROWS = z.array(z.array(z.number().nullable())).describe("a row a second, oldest first");

/** An agent's last minute: what readers lean on, whatever else its version adds. */
export const RECENT = z
  .looseObject({
    now: z.number().describe("seconds since 1970"),
    interval: z.number().describe("seconds between two rows"),
    fields: z.array(z.string()).describe("what the columns of each row are"),
    node: z.looseObject({ name: z.string().nullable(), rows: ROWS }),
    containers: z.array(z.looseObject({ id: z.string(), rows: ROWS })),
  })
  .meta({ id: "Recent", description: "the last minute of a node and its containers" });

/** What of a node's last minute is asked; the agent takes the same. */
export const RECENT_QUERY = z.strictObject({
  service: z.string().min(1).optional().describe("only containers of this service, by name"),
  container: z.string().min(1).optional().describe("only this one: its name, id or an id's beginning"),
  containers: z.enum(["all", "none"]).optional().describe("none for the node alone"),
});
