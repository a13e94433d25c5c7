import type { Clock } from "./clock.ts";
import type { CgroupTree } from "./cgroup/tree.ts";
import type { Identity } from "./docker/identity.ts";
import type { Files } from "./files.ts";
import type { NodeSource } from "./node.ts";
import type { SystemFacts } from "./system.ts";

/** Everything that collectors may read. */
export interface Sources {
  readonly procfs: Files;
  /** Where the host's `/` is seen from here. */
  readonly rootfs: string;
  /** Null where the host has no control groups. */
  readonly cgroups: CgroupTree | null;
  readonly node: NodeSource;
  readonly identity: Identity;
  readonly system: SystemFacts;
  readonly clock: Clock;
}
