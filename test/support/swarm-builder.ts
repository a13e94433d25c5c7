import { NO_HISTORY } from "../../scheduler/domain/history.ts";
import { NO_MEMORY } from "../../scheduler/domain/memory.ts";
import type { Node } from "../../scheduler/domain/node.ts";
import type { Policy } from "../../scheduler/domain/policy.ts";
import { NOTHING, plus, type Resources } from "../../scheduler/domain/resources.ts";
import type { Service } from "../../scheduler/domain/service.ts";
import type { InputReport } from "../../scheduler/domain/input-report.ts";
import type { NodeUsage, Snapshot } from "../../scheduler/domain/snapshot.ts";
import type { Task } from "../../scheduler/domain/task.ts";

export const NOW = Date.UTC(2026, 0, 15, 12);
export const GIB = 2 ** 30;
/** Longer ago than every cooldown, quiet period and window of `aPolicy`. */
export const LONG_AGO = NOW - 24 * 3600 * 1000;

/** A ready worker of 4 cores and 16 GiB, unless told otherwise. */
export function aNode(id: string, over: Partial<Node> = {}): Node {
  return {
    id,
    hostname: id,
    address: "10.0.0.1",
    role: "worker",
    leader: false,
    availability: "active",
    state: "ready",
    labels: {},
    engineLabels: {},
    platform: { os: "linux", architecture: "x86_64" },
    updatedAtMs: LONG_AGO,
    resources: { cpuCores: 4, memoryBytes: 16 * GIB },
    ...over,
  };
}

/** A replicated service of one copy that no rule holds back, unless told otherwise. */
export function aService(id: string, over: Partial<Service> = {}): Service {
  return {
    id,
    name: id,
    mode: "replicated",
    replicas: 1,
    labels: {},
    image: `${id}:1`,
    constraints: [],
    spreadOver: [],
    platforms: [],
    maxReplicasPerNode: 0,
    reservations: NOTHING,
    genericReservations: false,
    mounts: [],
    hostPorts: [],
    updateState: null,
    updatedAtMs: LONG_AGO,
    steer: null,
    ...over,
  };
}

/** A task that has run for long, unless told otherwise. */
export function aTask(id: string, over: Partial<Task> = {}): Task {
  return {
    id,
    serviceId: id.split(".")[0] ?? id,
    slot: Number(id.split(".")[1] ?? 1),
    nodeId: "n1",
    state: "running",
    desired: "running",
    stateSinceMs: LONG_AGO,
    error: "",
    ...over,
  };
}

/**
 * High at 80 %, target at 60 %, at all times; only overload counts; ten minutes for everything that takes time, unless told
 * otherwise.
 */
export function aPolicy(over: Partial<Policy> = {}): Policy {
  return {
    mode: "advise",
    marks: {
      cpu: { high: 0.8, target: 0.6, quantile: 1 },
      memory: { high: 0.8, target: 0.6, quantile: 1 },
    },
    goals: ["overload"],
    evenBand: 0.2,
    movesPerRound: 3,
    cooldownSeconds: 600,
    quietSeconds: 600,
    windowSeconds: 600,
    ...over,
  };
}

/** CPU in cores, memory in GiB. */
export interface Copy extends Partial<Omit<Task, "id" | "serviceId">> {
  readonly on: string;
  readonly cpu?: number;
  readonly gib?: number;
}

/** A service with its tasks and what each of them uses. */
export interface Standing {
  readonly service: Service;
  readonly tasks: readonly Task[];
  readonly usage: Readonly<Record<string, Resources>>;
}

/** A service whose copies stand on the nodes named. Its tasks are called `<id>.1`, `<id>.2`, … */
export function stands(id: string, copies: readonly Copy[], over: Partial<Service> = {}): Standing {
  const placed = copies.map(({ on, cpu = 0, gib = 0, ...rest }, index) => ({
    task: aTask(`${id}.${index + 1}`, { nodeId: on, ...rest }),
    load: { cpuCores: cpu, memoryBytes: gib * GIB },
  }));
  return {
    service: aService(id, { replicas: copies.length, ...over }),
    tasks: placed.map(({ task }) => task),
    usage: Object.fromEntries(placed.map(({ task, load }) => [task.id, load])),
  };
}

export const TRUSTED: readonly InputReport[] = [
  { source: "swarm", ageSeconds: 1, doubts: [] },
  { source: "prometheus", ageSeconds: 15, doubts: [] },
];

/** A trusted snapshot in which every node is measured, by the sum of what stands on it. */
export function aSwarm(nodes: readonly Node[], ...standings: readonly Standing[]): Snapshot {
  const tasks = standings.flatMap((standing) => standing.tasks);
  const taskUsage = Object.assign({}, ...standings.map(({ usage }) => usage)) as Snapshot["taskUsage"];
  return {
    takenAtMs: NOW,
    windowSeconds: 600,
    nodes,
    services: standings.map(({ service }) => service),
    tasks,
    nodeUsage: Object.fromEntries(nodes.map((node) => [node.id, usageOf(node, tasks, taskUsage)])),
    taskUsage,
    images: {},
    history: NO_HISTORY,
    orders: [],
    inputs: TRUSTED,
    memory: NO_MEMORY,
  };
}

function usageOf(node: Node, tasks: readonly Task[], taskUsage: Snapshot["taskUsage"]): NodeUsage {
  const used = tasks
    .filter((task) => task.nodeId === node.id)
    .reduce((sum, task) => plus(sum, taskUsage[task.id] ?? NOTHING), NOTHING);
  return { capacity: node.resources, used, remainder: NOTHING };
}

/** The entries of a record but for the ones named. */
export function without<Value>(
  record: Readonly<Record<string, Value>>,
  ...names: readonly string[]
): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}
