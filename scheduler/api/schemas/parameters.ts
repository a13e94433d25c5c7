import * as z from "zod";
import { flag } from "../../../common/config/types.ts";

/** A node in a path. */
export const NODE_PATH = z.strictObject({ node: z.string().min(1).describe("the node's hostname or id") });

/** What every act takes: nothing is done unless it is said. */
export const ACT_QUERY = z.strictObject({
  dryRun: flag()
    .default(true)
    .describe("false to have it done; otherwise only what it would come to is told"),
});

/** Why, for those who wonder later. */
export const REASON = { reason: z.string().max(500).default("").describe("kept with the order") };
