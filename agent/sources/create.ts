import type { Log } from "../../common/log.ts";
import type { AgentConfig } from "../config.ts";
import { openCgroups } from "./cgroup/tree.ts";
import { SYSTEM_CLOCK } from "./clock.ts";
import { createDockerApi } from "./docker/client.ts";
import { createIdentity } from "./docker/identity.ts";
import { PATIENCE } from "./docker/patience.ts";
import type { Witness } from "./docker/witness.ts";
import { createFiles } from "./files.ts";
import { createNode } from "./node.ts";
import type { Sources } from "./sources.ts";
import { readSystem } from "./system.ts";

/** What the real host is read from, where the configuration says that it is. */
export function createSources(config: AgentConfig, witness: Witness, log: Log): Sources {
  const { path, docker } = config;
  const procfs = createFiles(path.procfs);
  const cgroups = openCgroups(path.sysfs);
  if (procfs.read("stat") === null) {
    log.warn({ procfs: path.procfs }, "no procfs here: the basic figures are shown, by other ways");
  }
  if (cgroups === null) log.warn({ sysfs: path.sysfs }, "no control groups here: containers are not shown");
  const { cgroup = null, cpuCores = null, memoryBytes = null } = config.node;
  return {
    procfs,
    sysfs: createFiles(path.sysfs),
    rootfs: createFiles(path.rootfs),
    udev: createFiles(path.udev.data),
    cgroups,
    node: createNode({ cgroup, cpuCores, memoryBytes }, cgroups),
    identity: createIdentity({
      docker: createDockerApi(docker.host),
      witness,
      clock: SYSTEM_CLOCK,
      log,
      patience: PATIENCE,
    }),
    system: readSystem(),
    clock: SYSTEM_CLOCK,
  };
}
