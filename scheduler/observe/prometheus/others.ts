import type { AxiosInstance } from "axios";
import type { Resources } from "../../domain/resources.ts";
import type { NodeUsage } from "../../domain/snapshot.ts";
import type { UsageReading } from "../../ports.ts";
import { QueryError, queryInstant, type Sample } from "./client.ts";
import { within, type MeasuredResource } from "./measured-resource.ts";
import { agreed, newestAgents, taskIdOf, type Answers } from "./usage.ts";

/** What was answered of one resource that the policy adds. */
export interface OtherAnswers {
  readonly name: string;
  readonly capacity: readonly Sample[];
  readonly used: readonly Sample[];
  readonly task: readonly Sample[];
}

const ASKED = ["capacity", "used", "task"] as const;

/**
 * Asks for what the policy adds, over a window, at a fixed time.
 * @throws QueryError that names the resource.
 */
export function readOthers(
  http: AxiosInstance,
  resources: readonly MeasuredResource[],
  windowSeconds: number,
  atMs: number,
): Promise<readonly OtherAnswers[]> {
  return Promise.all(
    resources.map(async (resource) => {
      const [capacity = [], used = [], task = []] = await Promise.all(
        ASKED.map((what) =>
          queryInstant(http, within(resource[what], windowSeconds), atMs).catch((error: unknown) => {
            if (!(error instanceof QueryError)) throw error;
            throw new QueryError(`asked for resources.${resource.name}.${what}, ${error.message}`);
          }),
        ),
      );
      return { name: resource.name, capacity, used, task };
    }),
  );
}

/**
 * The reading with what the policy adds. A node without a capacity has none of the resource; one that has some and whose
 * use is not known says so. What a node uses beside its tasks is what is left of its use, those tasks taken off that
 * ended within the window too. Pure.
 */
export function withOthers(
  reading: UsageReading,
  answers: Pick<Answers, "sampledAt" | "taskCpu">,
  others: readonly OtherAnswers[],
): UsageReading {
  if (others.length === 0) return reading;
  const nodeOf = nodesByInstance(answers.sampledAt);
  const known = others.map((each) => ({
    name: each.name,
    capacity: agreed(each.capacity, nodeIn(nodeOf)),
    used: agreed(each.used, nodeIn(nodeOf)),
    task: agreed(each.task, taskIdOf),
  }));
  const tasksOn = Map.groupBy(answers.taskCpu, ({ labels }) => nodeOf.get(labels["instance"] ?? "") ?? "");
  const nodeUsage = Object.entries(reading.nodeUsage).map(([nodeId, usage]): [string, NodeUsage] => [
    nodeId,
    nodeWith(usage, nodeId, new Set((tasksOn.get(nodeId) ?? []).map(taskIdOf)), known),
  ]);
  const taskUsage = Object.entries(reading.taskUsage).map(([taskId, use]): [string, Resources] => [
    taskId,
    withAmounts(
      use,
      known.map(({ name, task }) => [name, positive(task.get(taskId))]),
    ),
  ]);
  return {
    ...reading,
    nodeUsage: Object.fromEntries(nodeUsage),
    taskUsage: Object.fromEntries(taskUsage),
    others: known.map(({ name }) => name),
  };
}

interface Known {
  readonly name: string;
  /** By node id, and by task id. */
  readonly capacity: ReadonlyMap<string, number>;
  readonly used: ReadonlyMap<string, number>;
  readonly task: ReadonlyMap<string, number>;
}

function nodeWith(
  usage: NodeUsage,
  nodeId: string,
  tasks: ReadonlySet<string>,
  known: readonly Known[],
): NodeUsage {
  const rows = known.map(({ name, capacity, used, task }) => {
    const whole = positive(capacity.get(nodeId));
    const amount = used.get(nodeId);
    const ofTasks = [...tasks].reduce((sum, id) => sum + positive(task.get(id)), 0);
    return { name, whole, amount, beside: Math.max(0, positive(amount) - ofTasks) };
  });
  const having = rows.filter(({ whole }) => whole > 0);
  const unknown = having.filter(({ amount }) => amount === undefined || amount < 0).map(({ name }) => name);
  return {
    ...(unknown.length > 0 ? { unknown } : {}),
    capacity: withAmounts(
      usage.capacity,
      rows.map(({ name, whole }) => [name, whole]),
    ),
    used: withAmounts(
      usage.used,
      rows.map(({ name, amount }) => [name, positive(amount)]),
    ),
    remainder: withAmounts(
      usage.remainder,
      rows.map(({ name, beside }) => [name, beside]),
    ),
  };
}

function withAmounts(
  { cpuCores, memoryBytes }: Resources,
  amounts: readonly (readonly [string, number])[],
): Resources {
  return { cpuCores, memoryBytes, others: Object.fromEntries(amounts) };
}

/** Nothing where there is none, or where it cannot be: a network card that does not know its speed says −1. */
function positive(amount: number | undefined): number {
  return amount !== undefined && amount > 0 ? amount : 0;
}

function nodesByInstance(sampledAt: readonly Sample[]): ReadonlyMap<string, string> {
  return new Map(
    [...newestAgents(sampledAt)].map(([nodeId, { labels }]) => [labels["instance"] ?? "", nodeId]),
  );
}

/** Swarm's own id where the sample has it; else that of the node whose agent it comes from. */
function nodeIn(nodeOf: ReadonlyMap<string, string>): (sample: Sample) => string {
  return ({ labels }) => labels["node_id"] ?? nodeOf.get(labels["instance"] ?? "") ?? "";
}
