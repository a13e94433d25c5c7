import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import type { RawSpec } from "../act/raw.ts";
import { digestOf, releasedSpec } from "../act/steer-spec.ts";
import type { LeftMove } from "./left.ts";

const PLACED = z.object({
  TaskTemplate: z.object({ Placement: z.object({ Constraints: z.array(z.string()) }) }),
});

/**
 * What of a move's steering a service's spec carries besides the label, in words; none when it is its owner's. A
 * constraint that the owner himself wrote while the move ended cannot be told from ours, and is told of as well. Pure.
 */
export function tracesOf(
  { record, owners }: Pick<LeftMove, "record" | "owners">,
  spec: RawSpec,
): readonly string[] {
  if (digestOf(spec) === record.specDigest) return [];
  const countIn = (of: RawSpec, constraint: string) =>
    constraintsIn(of).filter((each) => each === constraint).length;
  // A move that is taken back keeps the service off its target instead.
  const ours = [...new Set([...record.added, `node.id!=${record.to}`])];
  const left = ours.filter((constraint) => countIn(spec, constraint) > countIn(owners, constraint));
  const released = releasedSpec(spec, record);
  const isPaced = !isDeepStrictEqual(released["UpdateConfig"] ?? null, spec["UpdateConfig"] ?? null);
  return [
    ...left.map((constraint) => `the constraint ${constraint}`),
    ...(isPaced ? ["the update settings of a move"] : []),
  ];
}

function constraintsIn(spec: RawSpec): readonly string[] {
  const placed = PLACED.safeParse(spec);
  return placed.success ? placed.data.TaskTemplate.Placement.Constraints : [];
}
