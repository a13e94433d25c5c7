import { createFiles, type Files } from "../files.ts";
import { V1_FILES, V2_FILES } from "./files.ts";
import { findContainers, type ContainerCgroup } from "./walk.ts";

/** The texts of one cgroup's files by name; a file that is not there is absent. */
export type CgroupTexts = Readonly<Partial<Record<string, string>>>;

/** The machine's control groups, whatever their version. Paths are as in /proc/PID/cgroup: `/docker/…`. */
export interface CgroupTree {
  readonly version: 1 | 2;
  /** The texts of a cgroup's files; empty when it is gone. */
  read(cgroup: string): CgroupTexts;
  /** The containers' cgroups below a cgroup (`/` for all). */
  containers(below: string): readonly ContainerCgroup[];
}

/**
 * Finds out how this host mounts its control groups. A hybrid host (v1 controllers plus an empty v2 tree in `unified`)
 * counts as v1: that is where the figures are. Null when there are none.
 */
export function openCgroups(sysfs: string): CgroupTree | null {
  const files = createFiles(`${sysfs}/fs/cgroup`);
  if (files.read("cgroup.controllers") !== null) return v2(files);
  const mounts = controllerMounts(files);
  return mounts.has("cpuacct") || mounts.has("memory") ? v1(files, mounts) : null;
}

function v2(files: Files): CgroupTree {
  return {
    version: 2,
    read: (cgroup) => textsOf(V2_FILES, (name) => files.read(`${cgroup}/${name}`)),
    containers: (below) => findContainers(below, (cgroup) => files.folders(cgroup)),
  };
}

function v1(files: Files, mounts: ReadonlyMap<string, string>): CgroupTree {
  const walked = mounts.get("cpuacct") ?? mounts.get("memory") ?? "";
  return {
    version: 1,
    read: (cgroup) =>
      textsOf(V1_FILES, (name) => {
        const mount = mounts.get(name.split(".", 1)[0] ?? "");
        return mount === undefined ? null : files.read(`${mount}${cgroup}/${name}`);
      }),
    containers: (below) => findContainers(below, (cgroup) => files.folders(`${walked}${cgroup}`)),
  };
}

/** The folder of every v1 controller; controllers that are mounted together share one (`cpu,cpuacct`). */
function controllerMounts(files: Files): ReadonlyMap<string, string> {
  return new Map(
    files.folders("").flatMap((folder) => folder.split(",").map((name) => [name, folder] as const)),
  );
}

function textsOf(names: readonly string[], read: (name: string) => string | null): CgroupTexts {
  const texts: Partial<Record<string, string>> = {};
  for (const name of names) {
    const text = read(name);
    if (text !== null) texts[name] = text;
  }
  return texts;
}
