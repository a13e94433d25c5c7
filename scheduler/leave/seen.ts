import * as z from "zod";
import { rawServiceOf, rawTasksOf, type RawSpec, type RawTask } from "../act/raw.ts";
import type { Node } from "../domain/node.ts";
import { ORDER_LABEL } from "../domain/order.ts";
import type { Service } from "../domain/service.ts";
import { nodeOf, serviceOf } from "../observe/swarm/parse.ts";
import { RAW_NODE, RAW_SERVICE } from "../observe/swarm/raw.ts";

/** All that taking leave asks of a swarm, at one moment. */
export interface SwarmSeen {
  readonly services: readonly ServiceSeen[];
  /** Tasks of services that are Ballast's schedulers, also of one that was removed and whose tasks still stop. */
  readonly schedulerTasks: readonly SchedulerTask[];
  readonly nodes: readonly Node[];
  readonly orders: readonly OrderSeen[];
}

export interface ServiceSeen {
  readonly service: Service;
  /** As the manager sent it. */
  readonly spec: RawSpec;
  /** The labels of the spec that a rollback would bring back. */
  readonly previousLabels: Readonly<Record<string, string>>;
}

export interface SchedulerTask {
  readonly serviceId: string;
  readonly task: RawTask;
}

/** A config object that keeps an order. */
export interface OrderSeen {
  readonly id: string;
  /** The config object's. */
  readonly name: string;
  /** `pause`, `drain`, `reset`, or what a later version wrote. */
  readonly kind: string;
  /** The id of the service or node that it is about; null for everything, or when its content cannot be read. */
  readonly about: string | null;
  /** When it was given, ISO 8601; null when its content cannot be read. */
  readonly at: string | null;
  readonly reason: string;
}

const LABELS = z
  .record(z.string(), z.string())
  .nullish()
  .transform((labels) => labels ?? {});
const SERVICES = z.array(z.looseObject({ PreviousSpec: z.object({ Labels: LABELS }).nullish() }));
const TASKS = z.array(z.looseObject({ ServiceID: z.string().default("") }));
const NODES = z.array(RAW_NODE);
const CONFIGS = z.array(
  z.object({
    ID: z.string(),
    Spec: z.object({ Name: z.string(), Labels: LABELS, Data: z.string().nullish() }),
  }),
);
const CONTENT = z.object({
  service: z.string().nullish(),
  node: z.string().nullish(),
  at: z.string().nullish(),
  reason: z.string().nullish(),
});

/** Reads the Docker API's list of services. */
export function servicesSeen(answer: unknown): readonly ServiceSeen[] {
  return SERVICES.parse(answer).map((told) => ({
    service: serviceOf(RAW_SERVICE.parse(told)),
    spec: rawServiceOf(told).spec,
    previousLabels: told.PreviousSpec?.Labels ?? {},
  }));
}

/** Reads the Docker API's list of tasks. */
export function tasksSeen(answer: unknown): readonly SchedulerTask[] {
  return TASKS.parse(answer).flatMap((told) =>
    rawTasksOf([told]).map((task) => ({ serviceId: told.ServiceID, task })),
  );
}

/** Reads the Docker API's list of nodes. */
export function nodesSeen(answer: unknown): readonly Node[] {
  return NODES.parse(answer).map(nodeOf);
}

/**
 * Reads the config objects that keep orders. More lenient than the scheduler, which moves nothing while it does not
 * understand one: here such an order is one more thing to take out.
 */
export function ordersSeen(answer: unknown): readonly OrderSeen[] {
  return CONFIGS.parse(answer).map(({ ID, Spec }) => {
    const content = contentOf(Spec.Data ?? "");
    return {
      id: ID,
      name: Spec.Name,
      kind: Spec.Labels[ORDER_LABEL] ?? "",
      about: content.service ?? content.node ?? null,
      at: content.at ?? null,
      reason: content.reason ?? "",
    };
  });
}

function contentOf(data: string): z.output<typeof CONTENT> {
  try {
    return CONTENT.parse(JSON.parse(Buffer.from(data, "base64").toString("utf8")));
  } catch {
    return {};
  }
}
