import { SWARM_LABEL } from "../../../common/metrics/names.ts";
import type { Resources } from "../../domain/resources.ts";
import type { NodeUsage } from "../../domain/snapshot.ts";
import type { UsageReading } from "../../ports.ts";
import type { Sample } from "./client.ts";
import { expectedSteps, type Queries } from "./queries.ts";

/** The answers to the queries, by the queries' names. */
export type Answers = Readonly<Record<keyof Queries, readonly Sample[]>>;

// A window may lack its first steps (scrapes are not aligned with it) and still count as whole.
const WHOLE = 0.9;

/** Puts the answers together, node by node. Pure. `atMs` is the time that all queries were asked for. */
export function usageFrom(answers: Answers, windowSeconds: number, atMs: number): UsageReading {
  const agents = newestAgents(answers.sampledAt);
  const ages = Object.fromEntries([...agents].map(([nodeId, { value }]) => [nodeId, atMs / 1000 - value]));
  const byInstance = (samples: readonly Sample[]) =>
    agreed(samples, ({ labels }) => labels["instance"] ?? "");
  const steps = byInstance(answers.freshSteps);
  const nodeUsage: Record<string, NodeUsage> = {};
  const taskUsage: Record<string, Resources> = {};
  const read = {
    cpuCores: byInstance(answers.cpuCapacity),
    memoryBytes: byInstance(answers.memoryCapacity),
    cpuUsed: byInstance(answers.cpuUsed),
    memoryAvailable: byInstance(answers.memoryAvailable),
    cpuRemainder: byInstance(answers.cpuRemainder),
    memoryRemainder: byInstance(answers.memoryRemainder),
  };
  for (const [nodeId, { labels }] of agents) {
    const instance = labels["instance"] ?? "";
    if ((steps.get(instance) ?? 0) < WHOLE * expectedSteps(windowSeconds)) continue;
    const usage = nodeUsageOf(instance, read);
    if (usage !== null) nodeUsage[nodeId] = usage;
    Object.assign(taskUsage, taskUsageOn(instance, answers));
  }
  const oldest = Object.values(ages).reduce((most, age) => Math.max(most, age), 0);
  const ageSeconds = agents.size === 0 ? null : oldest;
  return { nodeUsage, taskUsage, ages, report: { source: "prometheus", ageSeconds, doubts: [] } };
}

/** One agent per node: after an agent was replaced, both its series are there for a while, and the newer one counts. */
export function newestAgents(sampledAt: readonly Sample[]): ReadonlyMap<string, Sample> {
  const agents = new Map<string, Sample>();
  for (const sample of sampledAt) {
    const nodeId = sample.labels["node_id"] ?? "";
    const known = agents.get(nodeId);
    if (nodeId !== "" && (known === undefined || known.value < sample.value)) agents.set(nodeId, sample);
  }
  return agents;
}

interface NodeAnswers {
  readonly cpuCores: ReadonlyMap<string, number>;
  readonly memoryBytes: ReadonlyMap<string, number>;
  readonly cpuUsed: ReadonlyMap<string, number>;
  readonly memoryAvailable: ReadonlyMap<string, number>;
  readonly cpuRemainder: ReadonlyMap<string, number>;
  readonly memoryRemainder: ReadonlyMap<string, number>;
}

function nodeUsageOf(instance: string, read: NodeAnswers): NodeUsage | null {
  const cpuCores = read.cpuCores.get(instance);
  const memoryBytes = read.memoryBytes.get(instance);
  const cpuUsed = read.cpuUsed.get(instance);
  const available = read.memoryAvailable.get(instance);
  if (cpuCores === undefined || memoryBytes === undefined || cpuUsed === undefined || available === undefined)
    return null;
  const remainder = remainderOf(instance, read);
  if (remainder === null) return null;
  const used = { cpuCores: cpuUsed, memoryBytes: Math.max(0, memoryBytes - available) };
  return { capacity: { cpuCores, memoryBytes }, used, remainder };
}

function remainderOf(instance: string, { cpuRemainder, memoryRemainder }: NodeAnswers): Resources | null {
  const cpuCores = cpuRemainder.get(instance);
  const memoryBytes = memoryRemainder.get(instance);
  return cpuCores === undefined || memoryBytes === undefined ? null : { cpuCores, memoryBytes };
}

function taskUsageOn(instance: string, answers: Answers): Readonly<Record<string, Resources>> {
  const here = (sample: Sample) => sample.labels["instance"] === instance;
  const memory = agreed(answers.taskMemory.filter(here), taskIdOf);
  return Object.fromEntries(
    [...agreed(answers.taskCpu.filter(here), taskIdOf)].flatMap(([taskId, cpuCores]) => {
      const memoryBytes = memory.get(taskId);
      return memoryBytes === undefined ? [] : [[taskId, { cpuCores, memoryBytes }]];
    }),
  );
}

/** The samples by a key, without those that contradict another of the same key: which one is right is not known. */
export function agreed(
  samples: readonly Sample[],
  keyOf: (sample: Sample) => string,
): ReadonlyMap<string, number> {
  const values = Map.groupBy(samples, keyOf);
  return new Map(
    [...values].flatMap(([key, [first, ...others]]): readonly [string, number][] =>
      first === undefined || others.some(({ value }) => value !== first.value) ? [] : [[key, first.value]],
    ),
  );
}

/** The task that a container's sample is of; empty for one of none. */
export function taskIdOf({ labels }: Sample): string {
  return labels[SWARM_LABEL.taskId] ?? "";
}
