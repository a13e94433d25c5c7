import { join } from "node:path";
import { createFiles, type Files } from "../files.ts";
import { filesOf } from "./files.ts";
import { readCgroupFile } from "./text.ts";
import { findContainers, type ContainerCgroup } from "./walk.ts";

/** The texts of one cgroup's files by name; a file that is not there is absent. */
export type CgroupTexts = Readonly<Partial<Record<string, string>>>;

/** The machine's control groups, whatever their version. Paths are as in /proc/PID/cgroup: `/docker/…`. */
export interface CgroupTree {
  readonly version: 1 | 2;
  /** The texts of a cgroup's files; empty when it is gone. */
  read(cgroup: string): CgroupTexts;
  /** The text of one of its files, or null when there is none (any more). */
  readFile(cgroup: string, file: string): string | null;
  /** The containers' cgroups below a cgroup (`/` for all). */
  containers(below: string): readonly ContainerCgroup[];
  /** Where a cgroup's file is, as an absolute path; null when its controller is not mounted. */
  locate(cgroup: string, file: string): string | null;
}

/**
 * Finds out how this host mounts its control groups. A hybrid host (v1 controllers plus an empty v2 tree in `unified`)
 * counts as v1: that is where the figures are. Null when there are none.
 */
export function openCgroups(sysfs: string): CgroupTree | null {
  const files = createFiles(`${sysfs}/fs/cgroup`);
  if (files.read("cgroup.controllers") !== null) return treeOf(2, files, "", () => "");
  const mounts = controllerMounts(files);
  const walked = mounts.get("cpuacct") ?? mounts.get("memory");
  if (walked === undefined) return null;
  return treeOf(1, files, walked, (file) => mounts.get(file.slice(0, file.indexOf("."))) ?? null);
}

/** A tree by where it is walked and by where each file's controller is mounted, null for nowhere. */
function treeOf(
  version: 1 | 2,
  files: Files,
  walked: string,
  mountOf: (file: string) => string | null,
): CgroupTree {
  function readFile(cgroup: string, file: string): string | null {
    const mount = mountOf(file);
    return mount === null ? null : readCgroupFile(`${files.root}/${mount}${cgroup}/${file}`);
  }

  return {
    version,
    readFile,
    read(cgroup) {
      const { limits, core, optional } = filesOf(version);
      return textsOf([...limits, ...core, ...optional], (file) => readFile(cgroup, file));
    },
    containers: (below) => findContainers(below, (cgroup) => files.folders(`${walked}${cgroup}`)),
    locate(cgroup, file) {
      const mount = mountOf(file);
      return mount === null ? null : join(files.root, mount, cgroup, file);
    },
  };
}

/** The folder of every v1 controller; controllers that are mounted together share one (`cpu,cpuacct`). */
function controllerMounts(files: Files): ReadonlyMap<string, string> {
  return new Map(
    files.folders("").flatMap((folder) => folder.split(",").map((name) => [name, folder] as const)),
  );
}

/** The texts of the files that are there. */
export function textsOf(names: readonly string[], read: (name: string) => string | null): CgroupTexts {
  const texts: Partial<Record<string, string>> = {};
  for (const name of names) {
    const text = read(name);
    if (text !== null) texts[name] = text;
  }
  return texts;
}
