import { SWARM_LABEL } from "../../common/metrics/names.ts";
import type { Labels } from "../metric.ts";
import type { ContainerIdentity } from "../sources/docker/api.ts";
import { SWARM } from "../sources/docker/labels.ts";
import { createSingleLabels } from "./single_labels.ts";

/**
 * The labels of a container's series. As long as its identity object and its cgroup stay the same, so does the labels
 * object: the exposition then writes their text once and not with every sample.
 */
export type LabelsOf = (cgroup: string, identity: ContainerIdentity | null) => Labels;

// Docker's labels become series labels as cAdvisor writes them.
const ALWAYS: readonly (readonly [docker: string, series: string])[] = [
  [SWARM.nodeId, SWARM_LABEL.nodeId],
  [SWARM.serviceId, SWARM_LABEL.serviceId],
  [SWARM.serviceName, SWARM_LABEL.serviceName],
  [SWARM.taskId, SWARM_LABEL.taskId],
  [SWARM.taskName, SWARM_LABEL.taskName],
  [SWARM.stack, SWARM_LABEL.stack],
];

/** Swarm's own labels, and of the others those of the list. */
export function createLabelsOf(allowed: readonly string[]): LabelsOf {
  const shown = new Map([
    ...ALWAYS,
    ...allowed.map((name) => [name, `container_label_${name.replace(/[^a-zA-Z0-9_]/g, "_")}`] as const),
  ]);
  const known = new WeakMap<ContainerIdentity, Labels>();
  const unnamed = createSingleLabels("id");
  return (cgroup, identity) => {
    // Docker does not know it: then its id alone tells whose the series are.
    if (identity === null) return unnamed(cgroup);
    const last = known.get(identity);
    if (last?.["id"] === cgroup) return last;
    const more = [...shown].flatMap(([docker, series]) => {
      const value = identity.labels[docker];
      return value === undefined ? [] : [[series, value] as const];
    });
    const labels = { id: cgroup, name: identity.name, image: identity.image, ...Object.fromEntries(more) };
    known.set(identity, labels);
    return labels;
  };
}
