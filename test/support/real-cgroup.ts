import { mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { openCgroups } from "../../agent/sources/cgroup/tree.ts";

const CONTROLLERS_V1 = ["cpu", "cpuacct", "memory", "blkio", "pids"];

/** A control group of this machine's kernel, made by a test. */
export interface RealCgroup {
  readonly path: string;
  /** Puts a process in, or rather takes it out to the root when `pid` left. */
  take(pid: number): void;
  /** Fails while processes are in it. */
  remove(): void;
}

/** Makes a cgroup in every controller that is mounted; needs root. */
export function makeCgroup(path: string): RealCgroup {
  const tree = openCgroups("/sys");
  if (tree === null) throw new Error("this machine mounts no control groups");
  const files = tree.version === 1 ? CONTROLLERS_V1.map((name) => `${name}.x`) : ["cgroup.x"];
  const folders = new Set(
    files.flatMap((file) => {
      const located = tree.locate(path, file);
      return located === null ? [] : [dirname(located)];
    }),
  );
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  return {
    path,
    take(pid) {
      for (const folder of folders) writeFileSync(`${folder}/cgroup.procs`, String(pid));
    },
    remove() {
      for (const folder of folders) rmdirSync(folder);
    },
  };
}
