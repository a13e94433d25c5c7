import { SWARM_LABEL } from "../../common/metrics/names.ts";
import type { Labels } from "../metric.ts";
import type { CgroupTexts } from "../sources/cgroup/tree.ts";
import type { ContainerCgroup } from "../sources/cgroup/walk.ts";
import { parseUse } from "../sources/cgroup/use.ts";
import type { ContainerIdentity } from "../sources/docker/api.ts";
import { containerFamilies, type Account } from "./container_metrics.ts";
import type { Collector } from "./contract.ts";

/** The containers of one sample, as text and identity. */
export interface ContainersMatter {
  readonly version: 1 | 2;
  readonly now: number;
  readonly containers: readonly ContainerMatter[];
}

interface ContainerMatter {
  readonly cgroup: string;
  readonly texts: CgroupTexts;
  /** Null when Docker does not know it: then its id alone tells whose the series are. */
  readonly identity: ContainerIdentity | null;
}

// Docker's labels become series labels as cAdvisor writes them.
const LABELS: readonly (readonly [docker: string, series: string])[] = [
  ["com.docker.swarm.node.id", SWARM_LABEL.nodeId],
  ["com.docker.swarm.service.id", SWARM_LABEL.serviceId],
  ["com.docker.swarm.service.name", SWARM_LABEL.serviceName],
  ["com.docker.swarm.task.id", SWARM_LABEL.taskId],
  ["com.docker.swarm.task.name", SWARM_LABEL.taskName],
  ["com.docker.stack.namespace", SWARM_LABEL.stack],
];

export const containers: Collector<ContainersMatter> = {
  name: "containers",
  describes: "either",
  async read({ cgroups, node, identity, clock }) {
    if (cgroups === null) return null;
    const below = node.cgroup ?? "/";
    await identity.learn(cgroups.containers(below).map(({ id }) => id));
    // Walked anew: while Docker was asked, containers may have gone.
    const found = cgroups.containers(below);
    const read = ({ id, cgroup }: ContainerCgroup): ContainerMatter => ({
      cgroup,
      texts: cgroups.read(cgroup),
      identity: identity.container(id),
    });
    return { version: cgroups.version, now: clock.now(), containers: found.map(read) };
  },
  parse: ({ version, now, containers }) =>
    containerFamilies(containers.flatMap((container) => accountOf(container, version, now))),
};

function accountOf(
  { cgroup, texts, identity }: ContainerMatter,
  version: 1 | 2,
  now: number,
): readonly Account[] {
  const use = parseUse(version, texts);
  // It vanished between the walk and the read: nothing is wrong and nothing is left to tell.
  if (use.cpuSeconds === null && use.memoryUsage === null) return [];
  return [{ use, labels: labelsOf(cgroup, identity), startedAt: identity?.startedAt ?? null, seenAt: now }];
}

function labelsOf(cgroup: string, identity: ContainerIdentity | null): Labels {
  if (identity === null) return { id: cgroup };
  const swarm = LABELS.flatMap(([docker, series]) => {
    const value = identity.labels[docker];
    return value === undefined ? [] : [[series, value] as const];
  });
  return { id: cgroup, name: identity.name, image: identity.image, ...Object.fromEntries(swarm) };
}
