import * as z from "zod";
import { count, flag } from "../../../common/config/types.ts";

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

/** A service in a path. */
export const SERVICE_PATH = z.strictObject({ service: z.string().min(1).describe("its name or id") });

/** An operation in a path. */
export const OPERATION_PATH = z.strictObject({ operation: z.string().min(1).describe("its id") });

/** A decision in a path. */
export const DECISION_PATH = z.strictObject({ decision: z.string().min(1).describe("its id") });

const MOST = 1000;

/** Of a list that may be long, a part. */
export const PAGE = {
  limit: count(1, MOST).default(100).describe(`how many, 1 to ${MOST}`),
  after: z.string().min(1).optional().describe("the `next` of the part before"),
};

/**
 * The part of a list that was asked for, and the id of its last thing where more follow. A list that changed since goes on
 * behind the place where that thing would stand: it is in the order of its ids.
 */
export function pageOf<Thing>(
  things: readonly Thing[],
  idOf: (thing: Thing) => string,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): { readonly part: readonly Thing[]; readonly next: string | null } {
  const sorted = things.toSorted((a, b) => Number(idOf(a) > idOf(b)) - Number(idOf(a) < idOf(b)));
  const rest = after === undefined ? sorted : sorted.filter((thing) => idOf(thing) > after);
  const part = rest.slice(0, limit);
  const last = part.at(-1);
  return { part, next: last === undefined || part.length === rest.length ? null : idOf(last) };
}
