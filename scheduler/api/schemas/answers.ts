import * as z from "zod";
import type { Explanation } from "../../decide/explain/explain.ts";
import type { DrainForecast } from "../../decide/search/empty.ts";
import type { Price } from "../../journal/prices.ts";
import { MOMENT, PLANNED_MOVE, REFUSAL } from "./decision.ts";

/** An error answer, RFC 9457. */
export const PROBLEM = z
  .strictObject({
    type: z.string(),
    status: z.number(),
    title: z.string(),
    detail: z.string().describe("the place and the mend"),
    errors: z.array(z.strictObject({ place: z.string(), detail: z.string() })).exactOptional(),
  })
  .meta({ id: "Problem", description: "RFC 9457" });

/** What is told of the swarm as one decision would know it: large, and of the version's own shape. */
export const SNAPSHOT = z
  .looseObject({
    takenAtMs: z.number(),
    nodes: z.array(z.looseObject({ id: z.string(), hostname: z.string() })),
    services: z.array(z.looseObject({ id: z.string(), name: z.string() })),
    tasks: z.array(z.looseObject({ id: z.string(), serviceId: z.string(), nodeId: z.string() })),
    windowSeconds: z.number(),
  })
  .meta({ id: "Snapshot" });

export const EXPLANATION: z.ZodType<Explanation> = z
  .strictObject({
    subject: z.strictObject({ kind: z.enum(["service", "task", "node"]), id: z.string() }).nullable(),
    answer: z.string().describe("one sentence for people"),
    moves: z.array(PLANNED_MOVE),
    alternatives: z.array(
      z.strictObject({
        task: z.string(),
        service: z.string(),
        to: z.string(),
        gain: z.number().nullable(),
        refusals: z.array(REFUSAL),
        unlock: z.string().describe("the smallest change that would let it move"),
      }),
    ),
    advice: z.array(z.string()),
  })
  .meta({ id: "Explanation" });

export const GOVERNOR = z
  .strictObject({
    governor: z.looseObject({
      opening: z.strictObject({
        open: z.boolean(),
        detail: z.string(),
        changesAtMs: z.number().nullable(),
      }),
      outage: z.string().nullable(),
      atOnce: z.number(),
      movesWithinHour: z.number(),
    }),
    journal: z.strictObject({
      kind: z.enum(["file", "memory"]),
      healthy: z.boolean(),
      detail: z.string(),
      bytes: z.number(),
    }),
  })
  .meta({ id: "Governor", description: "what holds Ballast back, and how its journal fares" });

export const PRICE: z.ZodType<Price> = z
  .strictObject({
    serviceId: z.string(),
    service: z.string(),
    landed: z.number(),
    failures: z.number(),
    medianStartSeconds: z.number().nullable(),
    maxStartSeconds: z.number().nullable(),
    medianPrepareSeconds: z.number().nullable(),
    maxPrepareSeconds: z.number().nullable(),
    failuresByNode: z.array(z.strictObject({ nodeId: z.string(), node: z.string(), failures: z.number() })),
  })
  .meta({ id: "Price", description: "what moving a service costs, as learned" });

const KEPT = { id: z.string(), reason: z.string(), at: MOMENT };
const UNTIL = MOMENT.nullable();

/** An order as it is given: its id is not known yet. */
const NEW_ORDER = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("pause"),
    service: z.string().nullable(),
    until: UNTIL,
    reason: z.string(),
    at: MOMENT,
  }),
  z.strictObject({ kind: z.literal("reset"), until: MOMENT, reason: z.string(), at: MOMENT }),
  z.strictObject({
    kind: z.literal("drain"),
    node: z.string(),
    force: z.boolean(),
    reason: z.string(),
    at: MOMENT,
  }),
]);

export const SHOWN_ORDER = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("pause"),
      service: z.string().nullable(),
      until: UNTIL,
      name: z.string().nullable(),
      ...KEPT,
    }),
    z.strictObject({ kind: z.literal("reset"), until: MOMENT, name: z.string(), ...KEPT }),
    z.strictObject({
      kind: z.literal("drain"),
      node: z.string(),
      force: z.boolean(),
      name: z.string(),
      obstacle: z.string().nullable().describe("what keeps the drain from its end"),
      ...KEPT,
    }),
    z.strictObject({
      kind: z.literal("moves"),
      name: z.string(),
      operation: z.string().describe("what it is followed by"),
      until: MOMENT,
      ...KEPT,
    }),
  ])
  .meta({ id: "Order", description: "what a person told Ballast to do; it stands in the swarm" });

const MOVE = PLANNED_MOVE.omit({ batch: true, unlocks: true, evidence: true });

export const FORECAST: z.ZodType<DrainForecast & { readonly node: string }> = z
  .object({
    node: z.string().describe("hostname"),
    moves: z.array(MOVE),
    cut: z.array(REFUSAL).describe("would be stopped, and started elsewhere"),
    pending: z.array(REFUSAL).describe("would be stopped, and find no other node"),
    ended: z.array(z.string()).describe("services whose tasks a drain ends: global ones and jobs"),
  })
  .meta({ id: "DrainForecast" });

const DRY_RUN = { dryRun: z.boolean().describe("true: nothing was done") };

export const GIVEN = z
  .strictObject({
    ...DRY_RUN,
    given: z.boolean().describe("false where it stood already, or nothing was done"),
    order: NEW_ORDER,
    moves: z.number().exactOptional().describe("of a drain: how many moves it takes"),
  })
  .meta({ id: "GivenOrder" });

export const TAKEN_BACK = z.strictObject({ ...DRY_RUN, takenBack: z.number() }).meta({ id: "TakenBack" });

export const RESTORED = z
  .strictObject({ ...DRY_RUN, node: z.string(), availability: z.string(), takenBack: z.number() })
  .meta({ id: "RestoredNode" });
