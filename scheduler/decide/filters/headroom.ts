import { marksFor } from "../../domain/policy.ts";
import { amountOf, type ResourceName } from "../../domain/resources.ts";
import { shareOf } from "../load.ts";
import { quantileOf, ROUNDING, shareAbove, sumOf, type Profile } from "../timeline.ts";
import { copiesOn, type NodeView } from "../view.ts";
import { OK, refuse, type TargetFilter, type Traveller } from "./filter.ts";

/**
 * The target stays at or below the mark that moves aim at, on every resource, for as much of the time as counts, whichever
 * copy comes.
 */
export const headroom: TargetFilter = {
  name: "headroom",
  yieldsToDrain: true,
  allows: (traveller, target) => crampedResource(traveller, target) === null,
  check(traveller, target) {
    const { node, capacity, profile } = target;
    if (capacity === null || profile === null) return refuse(`the capacity of ${node.hostname} is not known`);
    const name = crampedResource(traveller, target);
    if (name === null) return OK;
    const { policy, view } = traveller;
    const { target: mark, quantile } = marksFor(policy.marks, name);
    const whole = amountOf(capacity, name);
    if (whole <= 0) return refuse(`${node.hostname} has no ${name}, of which it uses some`);
    const all = sumOf(profile, heaviestOf(traveller));
    const peak = quantileOf(all, view.timeline.resources.indexOf(name), view.timeline, quantile);
    const ratio = shareOf(peak, whole);
    return refuse(`it would bring ${node.hostname} to ${percent(ratio)} ${name}, above ${percent(mark)}`);
  },
};

/** The first resource that there would be too little of, for longer than counts; null when there is enough of each. */
function crampedResource(traveller: Traveller, { capacity, profile }: NodeView): ResourceName | null {
  if (capacity === null || profile === null) return "cpu";
  const { policy, view } = traveller;
  const coming = heaviestOf(traveller);
  const { resources } = view.timeline;
  const cramped = resources.findIndex((name, resource) => {
    const { target, quantile } = marksFor(policy.marks, name);
    const whole = amountOf(capacity, name);
    const above =
      whole > 0
        ? shareAbove(target * whole, profile, coming, resource, view.timeline)
        : shareAbove(0, coming, null, resource, view.timeline);
    return above > 1 - quantile + ROUNDING;
  });
  return resources[cramped] ?? null;
}

/** Of several copies on one node Swarm picks which one goes: at each point in time the heaviest of them. */
function heaviestOf({ service, task, view, profile }: Traveller): Profile {
  const copies = copiesOn(view, service.id, task.nodeId).filter(({ id }) => id !== task.id);
  if (copies.length === 0) return profile;
  const heaviest = Float64Array.from(profile);
  for (const { id } of copies) {
    const other = view.profiles.get(id);
    if (other === undefined) continue;
    for (let at = 0; at < heaviest.length; at += 1)
      heaviest[at] = Math.max(heaviest[at] ?? 0, other[at] ?? 0);
  }
  return heaviest;
}

function percent(ratio: number): string {
  return `${Math.round(ratio * 100)} %`;
}
