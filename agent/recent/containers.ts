import type { KeptFiles } from "../sources/kept_files.ts";
import type { Sources } from "../sources/sources.ts";
import { pathsOf, readCgroupTotals, type CgroupPaths } from "./cgroup_totals.ts";
import { NO_NETWORK, readNetworkTotals, type NetworkTotals } from "./network_totals.ts";
import { createSubject, type FollowedContainer } from "./subjects.ts";
import type { Totals } from "./totals.ts";

/** The containers that are looked at, and how. */
export interface Containers {
  readonly all: readonly Followed[];
  /** Walks the cgroups anew, unless that was done lately; keeps what is known of those that are still there. */
  walk(now: number): void;
  /** Has the next walk done at once. */
  readonly expectChange: () => void;
  /** Looks at one. A cgroup that is gone keeps its last minute until the next walk, and gets no reading of nothing. */
  lookAt(container: Followed): Totals;
}

/** A container with the paths of its files. */
interface Followed extends FollowedContainer {
  readonly paths: CgroupPaths;
}

// Containers come with a Docker event; this is for those of other runtimes, and for a Docker that does not answer.
const WALK_SECONDS = 5;

/** `others` are files that are kept open besides the containers'. */
export function createContainers(
  sources: Sources,
  files: KeptFiles,
  others: readonly CgroupPaths[],
): Containers {
  const { cgroups, node, clock } = sources;
  let all: readonly Followed[] = [];
  let walkedAt = Number.NEGATIVE_INFINITY;
  return {
    get all() {
      return all;
    },
    walk(now) {
      if (cgroups === null || now - walkedAt < WALK_SECONDS) return;
      walkedAt = now;
      const known = new Map(all.map((container) => [container.cgroup, container]));
      all = cgroups.containers(node.cgroup ?? "/").map(
        (found) =>
          known.get(found.cgroup) ?? {
            ...found,
            ...createSubject(),
            paths: pathsOf(cgroups, found.cgroup),
          },
      );
      files.keepOnly(new Set([...all.map(({ paths }) => paths), ...others].flatMap(filesOf)));
    },
    expectChange() {
      walkedAt = Number.NEGATIVE_INFINITY;
    },
    lookAt(container) {
      const use = readCgroupTotals(files, cgroups?.version ?? 2, container.paths);
      const totals = { ...use, ...networkOf(sources, container.id) };
      if (!Number.isNaN(totals.cpuSeconds)) container.look(clock.monotonic(), totals);
      return totals;
    },
  };
}

function networkOf({ identity, procfs }: Sources, id: string): NetworkTotals {
  const who = identity.container(id);
  const pid = who === null || who.hostNetwork ? null : who.pid;
  return pid === null ? NO_NETWORK : readNetworkTotals(procfs, pid, (device) => device !== "lo");
}

function filesOf({ cpu, memory, memoryStat, io }: CgroupPaths): readonly string[] {
  return [cpu, memory, memoryStat, io].filter((path) => path !== null);
}
