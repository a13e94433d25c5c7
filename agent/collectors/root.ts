import type { CgroupTexts } from "../sources/cgroup/tree.ts";
import { parseUse, type CgroupUse } from "../sources/cgroup/use.ts";
import type { Capacity } from "../sources/node.ts";
import { bootTime, memoryField } from "../sources/procfs.ts";
import { containerFamilies } from "./container_metrics.ts";
import type { Collector } from "./contract.ts";

/** The cgroup that holds everything on the node, with what stands in where the kernel gives it no figures. */
export interface RootMatter {
  readonly version: 1 | 2;
  readonly now: number;
  readonly texts: CgroupTexts;
  readonly capacity: Capacity;
  /** The machine's /proc/meminfo and /proc/stat; null where they are not the node's. */
  readonly meminfo: string | null;
  readonly stat: string | null;
}

/** The node as a whole, which cAdvisor's dashboards look for as `id="/"`. */
export const root: Collector<RootMatter> = {
  name: "root",
  describes: "either",
  read({ cgroups, node, procfs, clock }) {
    if (cgroups === null) return null;
    const isMachine = node.cgroup === null;
    return {
      version: cgroups.version,
      now: clock.now(),
      texts: cgroups.read(node.cgroup ?? "/"),
      capacity: node.capacity(procfs),
      meminfo: isMachine ? procfs.read("meminfo") : null,
      stat: isMachine ? procfs.read("stat") : null,
    };
  },
  parse({ version, now, texts, capacity, meminfo, stat }) {
    const use = { ...withMeminfo(parseUse(version, texts), meminfo), memoryLimit: capacity.memoryBytes };
    const startedAt = stat === null ? null : bootTime(stat);
    return containerFamilies([{ use, labels: { id: "/" }, startedAt, seenAt: now }]);
  },
};

/** The root of a v2 tree has no memory.current: the machine's own account takes its place, as in cAdvisor. */
function withMeminfo(use: CgroupUse, meminfo: string | null): CgroupUse {
  if (use.memoryUsage !== null || meminfo === null) return use;
  const total = memoryField(meminfo, "MemTotal");
  const free = memoryField(meminfo, "MemFree");
  const inactive = memoryField(meminfo, "Inactive(file)");
  const usage = total === null || free === null ? null : total - free;
  return {
    ...use,
    memoryUsage: usage,
    memoryWorkingSet: usage === null || inactive === null ? null : Math.max(0, usage - inactive),
    memoryRss: memoryField(meminfo, "AnonPages"),
    memoryCache: memoryField(meminfo, "Cached"),
  };
}
