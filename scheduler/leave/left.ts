import { hasEnded, readRecord, type RawSpec } from "../act/raw.ts";
import { releasedSpec } from "../act/steer-spec.ts";
import type { Node } from "../domain/node.ts";
import type { Service } from "../domain/service.ts";
import { STEER_LABEL, type SteerRecord } from "../domain/steer.ts";
import type { OrderSeen, ServiceSeen, SwarmSeen } from "./seen.ts";

/** The label that docker-stack.yml gives Ballast's own services; its value says which part of Ballast they are. */
export const PART_LABEL = "ballast.part";
/** That label's value on the scheduler. */
export const SCHEDULER_PART = "scheduler";

const OWN_PREFIX = "ballast.";
const STACK_LABEL = "com.docker.stack.namespace";

/** What stands in a swarm of Ballast's, as data. */
export interface Left {
  /** Those that would go on moving and taking orders. */
  readonly schedulers: readonly RunningScheduler[];
  /** Steered services whose record says what to take out. */
  readonly moves: readonly LeftMove[];
  /** Steered services whose record does not. */
  readonly unreadable: readonly UnreadableMove[];
  readonly orders: readonly LeftOrder[];
  /** Labels that owners wrote: theirs to take out, since their stack files would bring them back. */
  readonly ownLabels: readonly OwnLabel[];
  /** Services that a `docker service rollback` would steer again, by name. */
  readonly rollbacks: readonly string[];
}

export interface RunningScheduler {
  /** Its service's name; null once that was removed and only its tasks still stop. */
  readonly service: string | null;
  /** The stack that the service belongs to; null when to none. */
  readonly stack: string | null;
}

export interface LeftMove {
  readonly service: Service;
  readonly record: SteerRecord;
  /** Hostnames. */
  readonly fromName: string;
  readonly toName: string;
  /** The service's spec without the steering, as it stood when it was found. */
  readonly owners: RawSpec;
}

export interface UnreadableMove {
  readonly service: string;
  /** All of the service's, its owner's among them. */
  readonly constraints: readonly string[];
}

export interface LeftOrder extends Omit<OrderSeen, "about"> {
  /** The name of the service or node that it is about, its id where that is gone; null for everything. */
  readonly about: string | null;
  /** The node of a drain order; null for other orders, and when it is gone. */
  readonly node: Node | null;
}

interface OwnLabel {
  readonly service: string;
  readonly label: string;
  readonly value: string;
}

/** Finds all of it. Pure. */
export function leftIn(swarm: SwarmSeen): Left {
  const steered = swarm.services.flatMap((seen) =>
    seen.service.steer === null ? [] : [{ seen, record: readRecord(seen.service.steer.record) }],
  );
  return {
    schedulers: schedulersIn(swarm),
    moves: steered.flatMap(({ seen, record }) => (record === null ? [] : [leftMove(swarm, seen, record)])),
    unreadable: steered.flatMap(({ seen: { service }, record }) =>
      record === null ? [{ service: service.name, constraints: service.constraints }] : [],
    ),
    orders: swarm.orders.map((order) => leftOrder(swarm, order)),
    ownLabels: swarm.services.flatMap(({ service }) => ownLabelsOf(service)),
    rollbacks: swarm.services
      .filter(({ previousLabels }) => previousLabels[STEER_LABEL] !== undefined)
      .map(({ service }) => service.name),
  };
}

/** Whether nothing of Ballast's is left that can be taken out, or must be by hand. */
export function isClean({ moves, unreadable, orders }: Left): boolean {
  return moves.length + unreadable.length + orders.length === 0;
}

/** Whether a service is Ballast's scheduler. */
export function isScheduler({ labels }: Service): boolean {
  return labels[PART_LABEL] === SCHEDULER_PART;
}

/**
 * Schedulers that run, start or stop: one that stops may still write, to end its move in good order. Of a service that
 * was removed, tasks on lost nodes do not count: nobody would ever tell of their end.
 */
function schedulersIn({ services, schedulerTasks, nodes }: SwarmSeen): readonly RunningScheduler[] {
  const living = schedulerTasks.filter(({ task }) => !hasEnded(task));
  const standing = services
    .map(({ service }) => service)
    .filter(isScheduler)
    .filter(({ id, replicas }) => (replicas ?? 0) > 0 || living.some(({ serviceId }) => serviceId === id))
    .map(({ name, labels }) => ({ service: name, stack: labels[STACK_LABEL] ?? null }));
  const lost = new Set(nodes.filter(({ state }) => state === "down").map(({ id }) => id));
  const known = new Set(services.map(({ service }) => service.id));
  const isStopping = living.some(({ serviceId, task }) => !known.has(serviceId) && !lost.has(task.nodeId));
  return isStopping ? [...standing, { service: null, stack: null }] : standing;
}

function leftMove({ nodes }: SwarmSeen, { service, spec }: ServiceSeen, record: SteerRecord): LeftMove {
  const nameOf = (id: string) => nodes.find((node) => node.id === id)?.hostname ?? "unknown";
  return {
    service,
    record,
    fromName: nameOf(record.from),
    toName: nameOf(record.to),
    owners: releasedSpec(spec, record),
  };
}

function leftOrder({ services, nodes }: SwarmSeen, { about, ...order }: OrderSeen): LeftOrder {
  const node = order.kind === "drain" ? nodes.find(({ id }) => id === about) : undefined;
  const service = services.find((seen) => seen.service.id === about)?.service;
  return { ...order, about: node?.hostname ?? service?.name ?? about, node: node ?? null };
}

function ownLabelsOf({ name, labels }: Service): readonly OwnLabel[] {
  return Object.entries(labels)
    .filter(([label]) => label.startsWith(OWN_PREFIX) && ![STEER_LABEL, PART_LABEL].includes(label))
    .map(([label, value]) => ({ service: name, label, value }));
}
