import { marksFor } from "../../domain/policy.ts";
import { amountOf } from "../../domain/resources.ts";
import { quantileOf, ROUNDING } from "../timeline.ts";
import { pursuitOf, type Ground } from "./ground.ts";

/** By resource, the share of the time for which a load may be above its mark: what its quantile leaves. */
export function toleratedBy({ resources, policy }: Ground): readonly number[] {
  return resources.map((name) => 1 - marksFor(policy.marks, name).quantile);
}

/**
 * Bins × resources: above which share of its capacity a node is over. A node that is over its high mark for longer than
 * counts is to come down to its target mark, and so is one that an earlier plan began to bring there; of any other only
 * what is above the high mark is too much.
 */
export function marksOf({ nodes, resources, terrain, policy, pursued }: Ground): Float64Array {
  return Float64Array.from(
    nodes.flatMap(({ node, capacity, profile }) =>
      resources.map((name, resource) => {
        const { high, target, quantile } = marksFor(policy.marks, name);
        if (profile === null || capacity === null) return high;
        const isHot =
          quantileOf(profile, resource, terrain, quantile) > (high + ROUNDING) * amountOf(capacity, name);
        return isHot || pursued.has(pursuitOf("overload", name, node.id)) ? target : high;
      }),
    ),
  );
}
