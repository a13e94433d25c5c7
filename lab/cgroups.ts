import { existsSync, globSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A cgroup's folder in every mounted hierarchy, v1 and v2, where it exists. */
export function cgroupFolders(cgroup: string): readonly string[] {
  return cgroupMounts(readFileSync("/proc/self/mountinfo", "utf8"))
    .map((mount) => join(mount, cgroup))
    .filter((path) => existsSync(path));
}

/** The mount points of cgroup file systems in a mountinfo text. */
export function cgroupMounts(mountinfo: string): readonly string[] {
  return mountinfo
    .split("\n")
    .filter((line) => / - cgroup2? /.test(line))
    .map((line) => line.split(" ")[4] ?? "");
}

/** Thaws what is frozen (`docker pause`): a frozen process does not die, not even of SIGKILL. */
export function thaw(cgroup: string): void {
  for (const root of cgroupFolders(cgroup)) {
    for (const path of globSync(join(root, "**/freezer.state"))) writeFileSync(path, "THAWED");
    for (const path of globSync(join(root, "**/cgroup.freeze"))) writeFileSync(path, "0");
  }
}

/** Removes a cgroup and those below it, deepest first, and tells whether all are gone. */
export function removeCgroups(cgroup: string): boolean {
  const gone = cgroupFolders(cgroup).map((path) => {
    const removed = removeTree(path);
    // The folder of all labs goes with the last of them.
    if (removed) removeOne(dirname(path));
    return removed;
  });
  return gone.every(Boolean);
}

function removeTree(path: string): boolean {
  const children = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const child of children) removeTree(join(path, child.name));
  return removeOne(path);
}

function removeOne(path: string): boolean {
  try {
    // A cgroup's files cannot be deleted and vanish with it.
    rmdirSync(path);
    return true;
  } catch {
    return !existsSync(path);
  }
}
