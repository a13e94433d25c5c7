import { CONTAINER, HOST, MACHINE, SWARM_LABEL } from "../../../common/metrics/names.ts";

/** What one reading asks, by name. Each answer is keyed by `instance`: the agent that was scraped. */
export interface Queries {
  readonly sampledAt: string;
  readonly freshSteps: string;
  readonly cpuCapacity: string;
  readonly memoryCapacity: string;
  readonly cpuUsed: string;
  readonly memoryAvailable: string;
  readonly taskCpu: string;
  readonly taskMemory: string;
}

/** The moments within the window at which freshness is looked at. */
const COVERAGE_STEPS = 20;

// What the CPU does when it does nothing for anyone.
const IDLE_MODES = "idle|iowait";

/**
 * CPU is the average over the window; memory is the highest, since a task that does not fit in memory dies while one
 * that lacks CPU only waits.
 */
export function queriesFor(windowSeconds: number, maxAgeSeconds: number): Queries {
  const window = `${Math.ceil(windowSeconds)}s`;
  const step = `${Math.max(1, Math.floor(windowSeconds / COVERAGE_STEPS))}s`;
  const ofTasks = `${SWARM_LABEL.taskId}!=""`;
  const byTask = `instance, ${SWARM_LABEL.taskId}`;
  return {
    sampledAt: `timestamp(${HOST.meta})`,
    freshSteps: `count_over_time(((time() - timestamp(${HOST.meta})) < ${maxAgeSeconds})[${window}:${step}])`,
    cpuCapacity: MACHINE.cpuCores,
    memoryCapacity: MACHINE.memoryBytes,
    cpuUsed: `sum by (instance) (rate(${HOST.cpuSeconds}{mode!~"${IDLE_MODES}"}[${window}]))`,
    memoryAvailable: `min_over_time(${HOST.memoryAvailable}[${window}])`,
    taskCpu: `sum by (${byTask}) (rate(${CONTAINER.cpuUsage}{${ofTasks}}[${window}]))`,
    taskMemory: `max by (${byTask}) (max_over_time(${CONTAINER.memoryWorkingSet}{${ofTasks}}[${window}]))`,
  };
}

/** How many steps a window covered without a gap has. */
export function expectedSteps(windowSeconds: number): number {
  return Math.floor(windowSeconds / Math.max(1, Math.floor(windowSeconds / COVERAGE_STEPS)));
}
