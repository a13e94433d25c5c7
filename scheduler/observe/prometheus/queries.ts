import { CONTAINER, HOST, MACHINE, SWARM_LABEL } from "../../../common/metrics/names.ts";

/** What one reading asks, by name. Each answer is keyed by `instance`: the agent that was scraped. */
export interface Queries {
  readonly sampledAt: string;
  readonly freshSteps: string;
  readonly cpuCapacity: string;
  readonly memoryCapacity: string;
  readonly cpuUsed: string;
  readonly memoryAvailable: string;
  readonly cpuRemainder: string;
  readonly memoryRemainder: string;
  readonly taskCpu: string;
  readonly taskMemory: string;
}

/** The moments within the window at which freshness is looked at. */
const COVERAGE_STEPS = 20;

// What the CPU does when it does nothing for anyone.
const IDLE_MODES = "idle|iowait";

const OF_TASKS = `${SWARM_LABEL.taskId}!=""`;

/**
 * CPU is the average over the window; memory is the highest, since a task that does not fit in memory dies while one
 * that lacks CPU only waits.
 */
export function queriesFor(windowSeconds: number, maxAgeSeconds: number): Queries {
  const window = `${Math.ceil(windowSeconds)}s`;
  const step = `${Math.max(1, Math.floor(windowSeconds / COVERAGE_STEPS))}s`;
  return {
    sampledAt: `timestamp(${HOST.meta})`,
    freshSteps: `count_over_time(((time() - timestamp(${HOST.meta})) < ${maxAgeSeconds})[${window}:${step}])`,
    cpuCapacity: MACHINE.cpuCores,
    memoryCapacity: MACHINE.memoryBytes,
    cpuUsed: cpuOfNodes(window),
    memoryAvailable: `min_over_time(${HOST.memoryAvailable}[${window}])`,
    cpuRemainder: cpuBesideTasks(window),
    memoryRemainder: memoryBesideTasks(window),
    taskCpu: cpuOfTasks(window),
    taskMemory: memoryOfTasks(window),
  };
}

/** Average cores of each task over a window such as `300s`, by agent and task, and by further labels. */
export function cpuOfTasks(window: string, ...labels: readonly string[]): string {
  return `sum by (${byTaskAnd(labels)}) (rate(${CONTAINER.cpuUsage}{${OF_TASKS}}[${window}]))`;
}

/** The largest working set of each task within a window, in bytes, by agent and task, and by further labels. */
export function memoryOfTasks(window: string, ...labels: readonly string[]): string {
  return `max by (${byTaskAnd(labels)}) (max_over_time(${CONTAINER.memoryWorkingSet}{${OF_TASKS}}[${window}]))`;
}

function byTaskAnd(labels: readonly string[]): string {
  return ["instance", SWARM_LABEL.taskId, ...labels].join(", ");
}

function cpuOfNodes(window: string): string {
  return `sum by (instance) (rate(${HOST.cpuSeconds}{mode!~"${IDLE_MODES}"}[${window}]))`;
}

/** Average cores that each node used beside its tasks over a window. A task that ended within it counts for its part. */
export function cpuBesideTasks(window: string): string {
  const ofTasks = `sum by (instance) (rate(${CONTAINER.cpuUsage}{${OF_TASKS}}[${window}]))`;
  // A node without tasks has none to subtract, and is a node all the same.
  const none = `max by (instance) (${MACHINE.cpuCores}) * 0`;
  return `clamp_min(${cpuOfNodes(window)} - (${ofTasks} or ${none}), 0)`;
}

/**
 * Average bytes that each node used beside its tasks over a window. The tasks' working sets are summed over all scrapes
 * and divided by the scrapes of the node, so that one that was there for half the window counts for half.
 */
export function memoryBesideTasks(window: string): string {
  const over = (how: string, metric: string) => `max by (instance) (${how}_over_time(${metric}[${window}]))`;
  const used = `${over("avg", MACHINE.memoryBytes)} - ${over("avg", HOST.memoryAvailable)}`;
  const ofTasks = `sum by (instance) (sum_over_time(${CONTAINER.memoryWorkingSet}{${OF_TASKS}}[${window}]))`;
  const none = `max by (instance) (${MACHINE.memoryBytes}) * 0`;
  return `clamp_min(${used} - (${ofTasks} / ${over("count", HOST.memoryAvailable)} or ${none}), 0)`;
}

/** How many steps a window covered without a gap has. */
export function expectedSteps(windowSeconds: number): number {
  return Math.floor(windowSeconds / Math.max(1, Math.floor(windowSeconds / COVERAGE_STEPS)));
}
