import type { CgroupUse } from "../sources/cgroup/figures.ts";
import { parseUse } from "../sources/cgroup/use.ts";
import { deviceName } from "../sources/device_names.ts";
import type { Capacity } from "../sources/node.ts";
import { bootTime, memoryField, readHostNet } from "../sources/procfs.ts";
import { labelDisks, labelTraffic, type LabelledDisk } from "./container_account.ts";
import { containerFamilies } from "./container_metrics.ts";
import type { Collector } from "./contract.ts";

/** The cgroup that holds everything on the node, with what stands in where the kernel gives it no figures. */
export interface RootMatter {
  readonly now: number;
  readonly use: CgroupUse;
  readonly disks: readonly LabelledDisk[];
  readonly capacity: Capacity;
  /** The machine's /proc/meminfo, /proc/stat and /proc/net/dev; null where they are not the node's. */
  readonly meminfo: string | null;
  readonly stat: string | null;
  readonly traffic: string | null;
}

const ROOT = { id: "/" };

/** The node as a whole, which cAdvisor's dashboards look for as `id="/"`. */
export const root: Collector<RootMatter> = {
  describes: "either",
  read({ cgroups, node, procfs, sysfs, clock }) {
    if (cgroups === null) return null;
    const isMachine = node.cgroup === null;
    const use = parseUse(cgroups.version, cgroups.read(node.cgroup ?? "/"));
    return {
      now: clock.now(),
      use,
      disks: labelDisks(use, (device) => deviceName(sysfs, device)),
      capacity: node.capacity(procfs),
      meminfo: isMachine ? procfs.read("meminfo") : null,
      stat: isMachine ? procfs.read("stat") : null,
      traffic: isMachine ? readHostNet(procfs, "dev") : null,
    };
  },
  parse({ now, use, disks, capacity, meminfo, stat, traffic }) {
    const account = {
      use: { ...withMeminfo(use, meminfo), memoryLimit: capacity.memoryBytes },
      labels: ROOT,
      disks,
      traffic: labelTraffic(traffic),
      startedAt: stat === null ? null : bootTime(stat),
      seenAt: now,
      health: null,
    };
    return containerFamilies([account]);
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
    memoryMappedFile: memoryField(meminfo, "Mapped"),
  };
}
