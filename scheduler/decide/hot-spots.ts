import type { ResourceName } from "../domain/resources.ts";
import { marksFor } from "../domain/policy.ts";
import type { Context } from "./candidates.ts";
import { loadOf } from "./load.ts";
import { ROUNDING } from "./timeline.ts";
import { isCounted, type NodeView, type View } from "./view.ts";

/** A node above a mark of one resource, for longer than counts. */
export interface HotSpot {
  readonly node: NodeView;
  readonly resource: ResourceName;
  /** used / capacity, not exceeded for as much of the time as counts. */
  readonly peak: number;
}

/** What is known to be above its high mark, the worst first; ties in the view's order, so that one input has one answer. */
export function hotSpots({ nodes, timeline }: View, { policy }: Context): readonly HotSpot[] {
  return [...nodes.values()]
    .flatMap((node) => {
      const load = loadOf(node, timeline, policy.marks);
      if (load === null || !isCounted(node)) return [];
      return Object.entries(load)
        .filter(([name, { peak }]) => peak > marksFor(policy.marks, name).high + ROUNDING)
        .map(([resource, { peak }]) => ({ node, resource, peak }));
    })
    .sort((a, b) => b.peak - a.peak);
}
