import type { Clock } from "./clock.ts";
import type { CgroupTree } from "./cgroup/tree.ts";
import type { Identity } from "./docker/identity.ts";
import type { Files } from "./files.ts";
import type { NodeSource } from "./node.ts";
import type { SystemFacts } from "./system.ts";

/** Everything that collectors may read. */
export interface Sources {
  readonly procfs: Files;
  readonly sysfs: Files;
  /** The host's `/`, wherever it is seen from here. */
  readonly rootfs: Files;
  /** What udev found out about devices. */
  readonly udev: Files;
  /** Null where the host has no control groups. */
  readonly cgroups: CgroupTree | null;
  readonly node: NodeSource;
  readonly identity: Identity;
  readonly system: SystemFacts;
  readonly clock: Clock;
}
