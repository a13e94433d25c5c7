import { MACHINE } from "../../common/metrics/names.ts";
import { gauge, single } from "../metric.ts";
import type { Capacity } from "../sources/node.ts";
import type { Collector } from "./contract.ts";

const CORES = gauge(MACHINE.cpuCores, "Number of logical CPU cores.");
const MEMORY = gauge(MACHINE.memoryBytes, "Amount of memory installed on the machine.");

/** What the node can give; where it is a cgroup, that is less than the machine. */
export const machine: Collector<Capacity> = {
  describes: "either",
  read({ node, procfs }) {
    const capacity = node.capacity(procfs);
    return capacity.cpuCores === null && capacity.memoryBytes === null ? null : capacity;
  },
  parse: ({ cpuCores, memoryBytes }) => [single(CORES, cpuCores), single(MEMORY, memoryBytes)],
};
