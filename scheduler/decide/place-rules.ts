import { amountOf, RESOURCE_NAMES } from "../domain/resources.ts";
import { apart } from "./filters/apart.ts";
import type { TargetFilter, Traveller } from "./filters/filter.ts";
import { genericResources } from "./filters/generic-resources.ts";
import { headroom } from "./filters/headroom.ts";
import { image } from "./filters/image.ts";
import { reservations } from "./filters/reservations.ts";
import { steerable } from "./filters/steerable.ts";
import { TARGET_FILTERS } from "./filters/target-filters.ts";
import { usageKnown } from "./filters/usage-known.ts";
import type { Wanted } from "./place-wanted.ts";
import type { NodeView } from "./view.ts";

/** Why a replica may not be started on a node. */
export interface PlaceRefusal {
  /** The rule that refuses. */
  readonly filter: string;
  readonly detail: string;
  /** Whether it would refuse whatever else stood on the node. */
  readonly standing: boolean;
}

/**
 * Rules that compare a task's new node with its old one. And the rule about images: of the image of a service that does
 * not exist yet nobody has asked the nodes, and no deploying client a registry.
 */
const ABOUT_MOVES: ReadonlySet<TargetFilter> = new Set([apart, steerable, image]);

const PLACE_FILTERS = TARGET_FILTERS.filter((filter) => !ABOUT_MOVES.has(filter));

/** Every rule that keeps a new replica off a node: those that a move's target must keep, as far as there is no old node. */
export function refusalsOn(
  traveller: Traveller,
  target: NodeView,
  { unknown }: Pick<Wanted, "unknown">,
): readonly PlaceRefusal[] {
  const asked = PLACE_FILTERS.flatMap((filter): readonly PlaceRefusal[] => {
    const verdict = filter.check(traveller, target);
    if (verdict.ok) return [];
    const standing = filter.isStanding === true || isShortForGood(filter, traveller, target);
    return [{ filter: filter.name, detail: verdict.detail, standing }];
  });
  return [...asked, ...refusalsEverywhere(traveller, unknown)];
}

/** What would be refused on any node. */
function refusalsEverywhere(traveller: Traveller, unknown: readonly string[]): readonly PlaceRefusal[] {
  const generic = genericResources.check(traveller);
  return [
    ...unknown.map((detail) => ({ filter: usageKnown.name, detail, standing: true })),
    ...(generic.ok ? [] : [{ filter: genericResources.name, detail: generic.detail, standing: true }]),
  ];
}

/** Whether the node has too little, or none, of a resource even when nothing else stands there. */
function isShortForGood(filter: TargetFilter, { service, load, view }: Traveller, target: NodeView): boolean {
  const { node, capacity } = target;
  switch (filter) {
    case reservations:
      return RESOURCE_NAMES.some(
        (name) => amountOf(service.reservations, name) > amountOf(node.resources, name),
      );
    case headroom:
      return view.timeline.resources.some(
        (name) => capacity !== null && amountOf(load, name) > 0 && amountOf(capacity, name) <= 0,
      );
    default:
      return false;
  }
}
