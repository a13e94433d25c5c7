import type { Node } from "../domain/node.ts";
import type { Policy } from "../domain/policy.ts";
import {
  amountOf,
  NOTHING,
  plus,
  RESOURCE_NAMES,
  type ResourceName,
  type Resources,
} from "../domain/resources.ts";
import type { Service } from "../domain/service.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { Task } from "../domain/task.ts";
import type { Goal } from "../engine/goal.ts";
import type { Traveller } from "./filters/filter.ts";
import { goalsOf } from "./goals/goals.ts";
import type { Ground } from "./goals/ground.ts";
import { groundOf } from "./ground.ts";
import { Overlay } from "./overlay.ts";
import { withSpread, type Wanted } from "./place-wanted.ts";
import { profileOf } from "./timeline.ts";
import { isCounted, moveWithin, viewOf, type Draft, type NodeView, type View } from "./view.ts";
import { anchorOf, SPREAD_LABEL } from "./wishes.ts";

/** The swarm with the replicas that are to be started: they wait on a node that is none, and leave it one by one. */
export interface Stage {
  readonly draft: Draft;
  readonly ground: Ground;
  readonly goals: readonly Goal[];
  /** The replica of that number, from 0 on, as the rules see it. */
  readonly travellerOf: (replica: number) => Traveller;
  /** What the goals would pay for it in the bin, the most important goal first, in the objective's unit. */
  readonly costsIn: (replica: number, bin: number) => readonly number[];
  /** Starts the replica in the bin. */
  readonly put: (replica: number, bin: number) => void;
}

const NOWHERE = "(nowhere)";

/** Sets up the replicas beside the swarm of the snapshot. */
export function stageOf(snapshot: Snapshot, policy: Policy, nowMs: number, wanted: Wanted): Stage {
  const service = withSpread(wanted.service);
  const waiting = Array.from({ length: wanted.replicas }, (_, at) => waitingTask(service.id, at + 1));
  const view = viewOf(snapshot);
  const profile = profileOf(wanted.expected, undefined, undefined, view.timeline);
  const draft: Draft = {
    ...view,
    // Behind all nodes: so the waiting replicas are behind all items.
    nodes: new Overlay(view.nodes).set(NOWHERE, nowhereOf(view, service.labels[SPREAD_LABEL], waiting)),
    services: new Overlay(view.services).set(service.id, service),
    tasksOf: new Overlay(view.tasksOf).set(service.id, waiting),
  };
  const services = concernedBy(service, draft);
  const profiles = new Overlay(view.profiles);
  for (const { id } of waiting) profiles.set(id, profile);
  // The tasks of all other services are to the goals what their nodes carry: of thousands none is looked at by itself.
  const ground = groundOf({ ...draft, services, profiles }, policy, view.pursued);
  const goals = goalsOf(ground);
  const first = ground.tasks.length - waiting.length;

  return {
    draft,
    ground,
    goals,
    travellerOf(replica) {
      const task = waiting[replica];
      if (task === undefined) throw new RangeError(`there is no replica ${replica}`);
      return { task, service, view: draft, policy, nowMs, load: wanted.expected, profile };
    },
    costsIn: (replica, bin) => goals.map(({ weight, delta }) => weight * delta(first + replica, bin)),
    put(replica, bin) {
      const item = first + replica;
      const from = ground.board.binOf[item] ?? 0;
      ground.board.put(item, bin);
      for (const goal of goals) goal.moved(item, from);
      const to = ground.nodes[bin]?.node.id ?? NOWHERE;
      const taskId = waiting[replica]?.id ?? "";
      moveWithin(draft, { serviceId: service.id, taskId, to, load: wanted.expected });
    },
  };
}

/**
 * The service and those whose places matter to it: the one that it follows and those that follow it. Each with the one it
 * follows itself, so that a name means the same among these few as among all.
 */
function concernedBy(service: Service, { services }: View): ReadonlyMap<string, Service> {
  const all = [...services.values()];
  const byName = new Map(all.map((each) => [each.name, each]));
  const found = new Map<string, Service>();
  for (const near of all) {
    const isNear = near.name === service.name || anchorOf(near, byName)?.name === service.name;
    if (near !== service && !isNear) continue;
    for (let each: Service | null = near; each !== null; each = anchorOf(each, byName)) {
      if (found.has(each.id)) break;
      found.set(each.id, each);
    }
  }
  return found;
}

/** The bins that are nodes. */
export function binsOf({ ground }: Stage): readonly number[] {
  return [...ground.nodes.keys()].filter((bin) => ground.nodes[bin]?.node.id !== NOWHERE);
}

function waitingTask(serviceId: string, slot: number): Task {
  return {
    id: `${serviceId}.${slot}`,
    serviceId,
    slot,
    nodeId: NOWHERE,
    state: "running",
    desired: "running",
    stateSinceMs: 0,
    error: "",
  };
}

/**
 * Goals compare a node with where a replica stood before: this is no node's place, so it weighs the same for all. It is as
 * large as a node is on average: what that is, goals reckon with, and it must not change by this one.
 */
function nowhereOf(view: View, spreadOver: string | undefined, tasks: readonly Task[]): NodeView {
  const name = spreadOver?.split(".").slice(2).join(".") ?? "";
  // Of a label that a node has not the value is empty, which is a place too.
  const labels = name === "" ? {} : { [name]: NOWHERE };
  const capacity = meanCapacity(view);
  const node: Node = {
    id: NOWHERE,
    hostname: NOWHERE,
    address: "",
    role: "worker",
    leader: false,
    availability: "active",
    state: "ready",
    labels,
    engineLabels: labels,
    platform: { os: "", architecture: "" },
    updatedAtMs: 0,
    resources: NOTHING,
  };
  const unmeasured = { loads: null, used: null, profile: null, beside: null, unsettled: [] };
  return { node, tasks, reserved: NOTHING, capacity, ...unmeasured };
}

/** Over all nodes; those whose load is not counted have none. */
function meanCapacity({ nodes, timeline }: View): Resources {
  const whole = [...nodes.values()]
    .filter(isCounted)
    .reduce((sum, { capacity }) => plus(sum, capacity ?? NOTHING), NOTHING);
  const mean = (name: ResourceName): number => amountOf(whole, name) / Math.max(1, nodes.size);
  const others = timeline.resources.slice(RESOURCE_NAMES.length).map((name) => [name, mean(name)] as const);
  return { cpuCores: mean("cpu"), memoryBytes: mean("memory"), others: Object.fromEntries(others) };
}
