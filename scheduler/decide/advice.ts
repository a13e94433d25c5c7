import { marksFor, type Policy } from "../domain/policy.ts";
import { amountOf } from "../domain/resources.ts";
import type { Context } from "./candidates.ts";
import { hotSpots, type HotSpot } from "./hot-spots.ts";
import { peaksOf } from "./load.ts";
import { serving, type View } from "./view.ts";
import { faultsOfWishes } from "./wishes.ts";

/** Of more hot spots the same would be said. */
const SPOTS_MOST = 5;

/**
 * What would help where moves do not: for each node that the plan leaves above its high mark, the one remedy that its
 * numbers speak for; and what is wrong with labels by which owners tell their wishes.
 */
export function adviceOn(after: View, context: Context): readonly string[] {
  const remedies = hotSpots(after, context)
    .slice(0, SPOTS_MOST)
    .map((spot) => remedyFor(spot, after, context));
  return [...remedies, ...faultyWishes(after)];
}

function faultyWishes({ services }: View): readonly string[] {
  const all = [...services.values()];
  const byName = new Map(all.map((service) => [service.name, service]));
  return all.flatMap((service) =>
    faultsOfWishes(service, byName).map((fault) => `${service.name}: ${fault}`),
  );
}

function remedyFor(spot: HotSpot, view: View, { policy }: Context): string {
  const { node, resource, peak } = spot;
  const { target } = marksFor(policy.marks, resource);
  const place = `${node.node.hostname} stays at ${percent(peak)} ${resource}`;
  const fleet = fleetRatio(view, resource);
  if (fleet > target)
    return `${place}, and the whole swarm at ${percent(fleet)}: add a node, or ${resource} to the nodes there are`;
  const [heaviest] = node.tasks
    .map((task) => ({ task, load: shareOf(view, task.id, spot, policy) }))
    .sort((a, b) => b.load - a.load);
  const service = view.services.get(heaviest?.task.serviceId ?? "");
  const ofTasks = node.tasks.reduce((sum, { id }) => sum + shareOf(view, id, spot, policy), 0);
  if (heaviest === undefined || service === undefined || ofTasks < peak / 2)
    return `${place}, most of it not of tasks: look at what else runs on it`;
  const share = `one task of ${service.name} takes ${percent(heaviest.load)} of the node`;
  if (heaviest.load > target)
    return `${place}: ${share}; split the service into more replicas, or give it a larger node`;
  if (amountOf(service.reservations, resource) === 0)
    return `${place}: ${share} and reserves none; a reservation would let Swarm itself keep room for it`;
  return `${place}: ${share}; see the refusals for the rule that keeps it there`;
}

/** What the task takes of its node at its own peak. */
function shareOf(view: View, taskId: string, { node, resource }: HotSpot, { marks }: Policy): number {
  const profile = view.profiles.get(taskId);
  if (profile === undefined || node.capacity === null) return 0;
  return peaksOf(profile, node.capacity, view.timeline, marks)[resource] ?? 0;
}

/** The load of all serving nodes over their capacity. */
function fleetRatio(view: View, resource: HotSpot["resource"]): number {
  let [used, whole] = [0, 0];
  for (const node of serving(view)) {
    if (node.used === null || node.capacity === null) continue;
    used += amountOf(node.used, resource);
    whole += amountOf(node.capacity, resource);
  }
  return whole > 0 ? used / whole : 0;
}

function percent(ratio: number): string {
  return `${Math.round(ratio * 100)} %`;
}
