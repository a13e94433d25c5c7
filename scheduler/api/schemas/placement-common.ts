import * as z from "zod";
import { parseConstraint } from "../../domain/constraint.ts";

/** Of more replicas than this nobody wants to read where each would stand. */
const MOST_REPLICAS = 1000;
/** More than any node has: cores, and bytes. */
export const MOST_CORES = 1e6;
export const MOST_BYTES = 2 ** 60;

/** A placement constraint in Swarm's language. */
export const CONSTRAINT = z.string().superRefine((text, context) => {
  const parsed = parseConstraint(text);
  if (!parsed.ok) context.addIssue(`${parsed.detail}; write one such as node.labels.disk==ssd`);
});

export const REPLICAS = z.int().min(0).max(MOST_REPLICAS);
export const CORES = z.number().min(0).max(MOST_CORES);
export const BYTES = z.number().min(0).max(MOST_BYTES);
export const PORT = z.int().min(1).max(65_535);

/** The keys, with whatever stands under them: known, and of no bearing on where a task may stand. */
export function ofNoBearing<const Keys extends readonly string[]>(
  ...keys: Keys
): Record<Keys[number], z.ZodOptional<z.ZodUnknown>> {
  return Object.fromEntries(keys.map((key) => [key, z.unknown().optional()])) as Record<
    Keys[number],
    z.ZodOptional<z.ZodUnknown>
  >;
}
