import { MACHINE } from "../../common/metrics/names.ts";
import { gauge, single } from "../metric.ts";
import type { Capacity } from "../sources/node.ts";
import type { Collector } from "./contract.ts";

const CORES = gauge(MACHINE.cpuCores, "CPU cores that the node can give.");
const MEMORY = gauge(MACHINE.memoryBytes, "Memory that the node can give, in bytes.");

export const machine: Collector<Capacity> = {
  name: "machine",
  describes: "either",
  read({ node, procfs }) {
    const capacity = node.capacity(procfs);
    return capacity.cpuCores === null && capacity.memoryBytes === null ? null : capacity;
  },
  parse: ({ cpuCores, memoryBytes }) => [single(CORES, cpuCores), single(MEMORY, memoryBytes)],
};
