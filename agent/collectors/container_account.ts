import type { Labels } from "../metric.ts";
import type { DiskUse } from "../sources/cgroup/disks.ts";
import type { CgroupUse } from "../sources/cgroup/figures.ts";
import type { ContainerIdentity } from "../sources/docker/api.ts";
import type { Files } from "../sources/files.ts";
import { parseNetDev } from "../sources/net_dev.ts";
import { createSingleLabels } from "./single_labels.ts";

/** One cgroup's use, whose it is, and since when it runs and was seen (seconds since the epoch). */
export interface Account {
  readonly use: CgroupUse;
  readonly labels: Labels;
  readonly disks: readonly LabelledDisk[];
  readonly traffic: readonly Traffic[];
  readonly startedAt: number | null;
  readonly seenAt: number;
  readonly health: ContainerIdentity["health"];
}

/** What was read from and written to one disk, with its `device` label. */
export interface LabelledDisk {
  readonly labels: Labels;
  readonly use: DiskUse;
}

/** What went over one network device, in the columns of /proc/net/dev, with its `interface` label. */
export interface Traffic {
  readonly labels: Labels;
  readonly counts: readonly number[];
}

const interfaceLabels = createSingleLabels("interface");
const deviceLabels = createSingleLabels("device");

/** Labels a cgroup's disks by their names in /dev. */
export function labelDisks(use: CgroupUse, nameOf: (device: string) => string): readonly LabelledDisk[] {
  return (use.disks ?? []).map((disk) => ({ labels: deviceLabels(nameOf(disk.device)), use: disk }));
}

/** Labels the traffic in a text of /proc/PID/net/dev. */
export function labelTraffic(text: string | null): readonly Traffic[] {
  if (text === null) return [];
  return parseNetDev(text)
    .filter(({ device }) => isShown(device))
    .map(({ device, counts }) => ({ labels: interfaceLabels(device), counts }));
}

/**
 * A container's own traffic: null for one on the host's network, whose devices are everybody's, and for one whose
 * process is not known or ended. Where that may not be read, it is left out: the other figures are worth having.
 */
export function readTraffic(procfs: Files, identity: ContainerIdentity | null): string | null {
  if (typeof identity?.pid !== "number" || identity.hostNetwork) return null;
  try {
    return procfs.read(`${identity.pid}/net/dev`);
  } catch {
    return null;
  }
}

/** cAdvisor's rule: traffic of bridges within has been counted on the way in, and is not counted twice. */
function isShown(device: string): boolean {
  return !device.startsWith("lo") && !device.startsWith("veth") && !device.startsWith("docker");
}
