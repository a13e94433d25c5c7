import { HOST } from "../../common/metrics/names.ts";
import { family, gauge, single } from "../metric.ts";
import type { CgroupUse } from "../sources/cgroup/figures.ts";
import { parseUse } from "../sources/cgroup/use.ts";
import type { Capacity } from "../sources/node.ts";
import type { Collector } from "./contract.ts";
import { CPU_SECONDS } from "./cpu.ts";

/** A node-cgroup's use and capacity, with the CPU seconds it left unused. */
export interface NodeCgroupMatter {
  readonly use: CgroupUse;
  readonly capacity: Capacity;
  readonly idleSeconds: number | null;
}

const TOTAL = gauge(HOST.memoryTotal, "Memory information field MemTotal_bytes.");
const FREE = gauge("node_memory_MemFree_bytes", "Memory information field MemFree_bytes.");
const AVAILABLE = gauge(HOST.memoryAvailable, "Memory information field MemAvailable_bytes.");

export const nodeCgroup: Collector<NodeCgroupMatter> = {
  describes: "cgroup",
  read({ node, cgroups, procfs, clock }) {
    if (cgroups === null || node.cgroup === null) return null;
    const use = parseUse(cgroups.version, cgroups.read(node.cgroup));
    const capacity = node.capacity(procfs);
    const { cpuSeconds } = use;
    const cores = capacity.cpuCores;
    const idleSeconds =
      cpuSeconds === null || cores === null ? null : node.idle.advance(cpuSeconds, cores, clock.monotonic());
    return { use, capacity, idleSeconds };
  },
  parse({ use, capacity, idleSeconds }) {
    const modes = { user: use.cpuUserSeconds, system: use.cpuSystemSeconds, idle: idleSeconds };
    const points = Object.entries(modes).flatMap(([mode, value]) =>
      value === null ? [] : [{ labels: { cpu: "0", mode }, value }],
    );
    const { memoryBytes } = capacity;
    const unused =
      memoryBytes === null || use.memoryWorkingSet === null
        ? null
        : Math.max(0, memoryBytes - use.memoryWorkingSet);
    return [
      family(CPU_SECONDS, points),
      single(TOTAL, memoryBytes),
      single(FREE, unused),
      single(AVAILABLE, unused),
    ];
  },
};
