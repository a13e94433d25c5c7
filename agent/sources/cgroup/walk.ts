/** A container's control group: which container, and where. */
export interface ContainerCgroup {
  /** The container's full id: 64 hexadecimal digits. */
  readonly id: string;
  readonly cgroup: string;
}

// `<id>` (cgroupfs driver), `docker-<id>.scope` (systemd driver) and their like under any parent: the id is looked
// for, paths are not built, because drivers, rootless daemons and `--cgroup-parent` all put it elsewhere. Podman's
// monitor of a container carries the container's id too, but is none.
const CONTAINER = /^(?:(?!libpod-conmon-)[a-z][a-z-]*-)?([0-9a-f]{64})(?:\.scope)?$/;

/**
 * The containers below a cgroup. What a container nests (its own Docker, its systemd) is its own affair and counts
 * into its use, so the walk ends at the first id on each way down.
 */
export function findContainers(
  below: string,
  foldersOf: (cgroup: string) => readonly string[],
): readonly ContainerCgroup[] {
  const found: ContainerCgroup[] = [];
  const pending = [below === "/" ? "" : below];
  for (let parent = pending.pop(); parent !== undefined; parent = pending.pop()) {
    for (const folder of foldersOf(parent)) {
      const cgroup = `${parent}/${folder}`;
      const id = containerId(folder);
      if (id === null) pending.push(cgroup);
      else found.push({ id, cgroup });
    }
  }
  return found;
}

/** The container id in a cgroup's own name, or null. */
export function containerId(folder: string): string | null {
  return CONTAINER.exec(folder)?.[1] ?? null;
}
