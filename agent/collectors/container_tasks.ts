import { setImmediate } from "node:timers/promises";
import type { Filter } from "../filter.ts";
import { family, gauge, type Labels } from "../metric.ts";
import type { Files } from "../sources/files.ts";
import { readTaskStates, type TaskStates } from "../sources/tasks.ts";
import type { LabelsOf } from "./container_labels.ts";
import { namedContainers } from "./container_names.ts";
import type { Collector } from "./contract.ts";

/** What one container's threads are doing. */
export interface ContainerTasks {
  readonly labels: Labels;
  readonly states: TaskStates;
}

const TASKS = gauge("container_tasks_state", "Number of tasks in given state");
// A thread costs two files; beyond so many a container is left out.
const THREADS_MOST = 512;
// cAdvisor's fifth state, `iowaiting`, is not among them: procfs does not tell it, and the kernel counts waiting for a
// disk as uninterruptible.
const STATES = (["running", "sleeping", "stopped", "uninterruptible"] as const).map((state) => ({
  state,
  labels: { state },
}));

/** What each container's threads are doing: of its first process and its descendants, not of what `docker exec` starts. */
export function createContainerTasks(
  isShown: Filter,
  labelsOf: LabelsOf,
): Collector<readonly ContainerTasks[]> {
  return {
    describes: "either",
    async read(sources) {
      const { cgroups, procfs } = sources;
      if (cgroups === null) return null;
      const found: ContainerTasks[] = [];
      for (const { cgroup, identity } of await namedContainers(cgroups, sources, isShown)) {
        const states = identity === null ? null : statesOf(procfs, identity.pid);
        if (states !== null) found.push({ labels: labelsOf(cgroup, identity), states });
        // Others get their turn after each container: it may have hundreds of threads.
        await setImmediate();
      }
      return found;
    },
    parse: (found) => [
      family(
        TASKS,
        found.flatMap(({ labels: shared, states }) =>
          STATES.map(({ state, labels }) => ({ value: states[state], labels, shared })),
        ),
      ),
    ],
  };
}

/** Where processes may not be looked at, the container is left out. */
function statesOf(procfs: Files, pid: number | null): TaskStates | null {
  if (pid === null) return null;
  try {
    return readTaskStates(procfs, pid, THREADS_MOST);
  } catch {
    return null;
  }
}
