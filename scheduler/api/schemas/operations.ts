import * as z from "zod";
import { MOVE_ACTS, ORDERED_OUTCOMES } from "../../domain/order.ts";
import { MOMENT } from "./decision.ts";

/** Work that takes its time, as it is followed. */
export const OPERATION = z
  .strictObject({
    id: z.string().nullable().describe("what it is followed by; null where nothing was ordered"),
    kind: z.enum(["moves", "drain", "update"]),
    state: z
      .enum(["proposed", "running", "done", "failed", "cancelled", "superseded"])
      .describe(
        "proposed: a dry run, nothing was ordered; superseded: somebody's later write took its place",
      ),
    detail: z.string().describe("what it waits for, or how it ended; empty when there is nothing to say"),
    by: z.string().nullable().describe("who ordered it, where that is known"),
    at: MOMENT.nullable(),
    reason: z.string(),
    act: z.enum(MOVE_ACTS).nullable(),
    decision: z.string().nullable().describe("the decision whose plan it is"),
    until: MOMENT.nullable().describe("what could not be begun by then is given up"),
    moves: z.array(
      z.strictObject({
        service: z.string(),
        slot: z.number(),
        from: z.string().describe("hostname"),
        to: z.string().describe("hostname"),
        batch: z.number().describe("moves of a later batch wait for those of an earlier one"),
        outcome: z.enum(ORDERED_OUTCOMES).nullable().describe("null while it is to be done"),
        detail: z.string(),
      }),
    ),
  })
  .meta({ id: "Operation" });

export type Operation = z.output<typeof OPERATION>;

/** What an act that takes its time answers. */
export const ORDERED = z
  .strictObject({
    dryRun: z.boolean().describe("true: nothing was done"),
    operation: OPERATION.nullable().describe("null where there is nothing to do"),
    detail: z.string().describe("one sentence for people"),
  })
  .meta({ id: "OrderedOperation" });
