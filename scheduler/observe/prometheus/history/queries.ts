import { HOST, SWARM_LABEL } from "../../../../common/metrics/names.ts";
import { cpuBesideTasks, cpuOfTasks, memoryBesideTasks, memoryOfTasks } from "../queries.ts";

/** What the past is asked for, by name. */
export const HISTORY_QUERIES = [
  "agents",
  "taskCpu",
  "taskMemory",
  "serviceCpu",
  "serviceMemory",
  "cpuRemainder",
  "memoryRemainder",
] as const;
export type HistoryQuery = (typeof HISTORY_QUERIES)[number];

/** What each query is for, in a doubt's words. */
export const PURPOSES: Readonly<Record<HistoryQuery, string>> = {
  agents: "which agent was on which node",
  taskCpu: "the CPU of tasks",
  taskMemory: "the memory of tasks",
  serviceCpu: "the CPU of services",
  serviceMemory: "the memory of services",
  cpuRemainder: "the CPU of nodes beside their tasks",
  memoryRemainder: "the memory of nodes beside their tasks",
};

/** The queries, each of which looks back over one step: CPU as the average within it, memory of tasks as the highest. */
export function historyQueries(stepSeconds: number): Readonly<Record<HistoryQuery, string>> {
  const window = `${stepSeconds}s`;
  const perService = (ofTasks: string) => `avg by (${SWARM_LABEL.serviceId}) (${ofTasks})`;
  return {
    // Agents come and go, and another node's may get the address of one that went.
    agents: `max by (instance, node_id) (last_over_time(${HOST.meta}[${window}]))`,
    taskCpu: cpuOfTasks(window),
    taskMemory: memoryOfTasks(window),
    serviceCpu: perService(cpuOfTasks(window, SWARM_LABEL.serviceId)),
    serviceMemory: perService(memoryOfTasks(window, SWARM_LABEL.serviceId)),
    cpuRemainder: cpuBesideTasks(window),
    memoryRemainder: memoryBesideTasks(window),
  };
}
