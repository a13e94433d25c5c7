import type { KeptFiles } from "../sources/kept_files.ts";
import type { Sources } from "../sources/sources.ts";
import {
  noInactiveMemory,
  pathsOf,
  readCgroupTotals,
  type CgroupPaths,
  type InactiveMemory,
} from "./cgroup_totals.ts";
import { NO_NETWORK, sumDevices, type NetworkTotals } from "./network_totals.ts";
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
  readonly inactive: InactiveMemory;
  /** Its process and where that one's network devices are counted; null while no process is known. */
  network: { readonly pid: number; readonly path: string } | null;
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
            inactive: noInactiveMemory(),
            network: null,
          },
      );
      const networks = all.flatMap(({ network }) => network?.path ?? []);
      files.keepOnly(
        new Set([...all.map(({ paths }) => paths), ...others].flatMap(filesOf).concat(networks)),
      );
    },
    expectChange() {
      walkedAt = Number.NEGATIVE_INFINITY;
    },
    lookAt(container) {
      const now = clock.monotonic();
      const { paths, inactive } = container;
      const { cpuSeconds, memoryBytes, readBytes, writtenBytes } = readCgroupTotals(
        files,
        cgroups?.version ?? 2,
        paths,
        inactive,
        now,
      );
      const { receivedBytes, sentBytes } = networkOf(sources, files, container);
      const totals = { cpuSeconds, memoryBytes, receivedBytes, sentBytes, readBytes, writtenBytes };
      if (!Number.isNaN(totals.cpuSeconds)) container.look(now, totals);
      return totals;
    },
  };
}

/**
 * A container's traffic. Its process' file is kept open like the others, and with it the network namespace: until the
 * walk after its end, which Docker's event brings about within a second and the clock within five. Docker has taken the
 * devices out of it by then.
 */
function networkOf({ identity, procfs }: Sources, files: KeptFiles, container: Followed): NetworkTotals {
  const who = identity.container(container.id);
  const pid = who === null || who.hostNetwork ? null : who.pid;
  if (pid === null) return NO_NETWORK;
  if (container.network?.pid !== pid) container.network = { pid, path: `${procfs.root}/${pid}/net/dev` };
  const end = files.read(container.network.path);
  return end < 0 ? NO_NETWORK : sumDevices(files.text(end), isCounted);
}

function isCounted(device: string): boolean {
  return device !== "lo";
}

function filesOf({ cpu, memory, memoryStat, io }: CgroupPaths): readonly string[] {
  return [cpu, memory, memoryStat, io].filter((path) => path !== null);
}
