import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a synthetic cgroup has used, in seconds and bytes. */
export interface CgroupFigures {
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  readonly inactiveFileBytes: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
}

/** A /sys with cgroups that a test writes itself, in the files' real formats. */
export interface CgroupFolder {
  readonly sysfs: string;
  write(cgroup: string, figures: CgroupFigures): void;
  remove(cgroup: string): void;
}

const V1_CONTROLLERS = ["cpu,cpuacct", "memory", "blkio"];

/** Lays an empty tree of this version below a folder. */
export function createCgroupFolder(sysfs: string, version: 1 | 2): CgroupFolder {
  const root = join(sysfs, "fs/cgroup");
  const roots = version === 1 ? V1_CONTROLLERS.map((name) => join(root, name)) : [root];
  for (const folder of roots) mkdirSync(folder, { recursive: true });
  if (version === 2) writeFileSync(join(root, "cgroup.controllers"), "cpu io memory pids\n");
  const textsOf = version === 1 ? v1Texts : v2Texts;
  return {
    sysfs,
    write(cgroup, figures) {
      for (const folder of roots) mkdirSync(join(folder, cgroup), { recursive: true });
      for (const [path, text] of Object.entries(textsOf(cgroup, figures)))
        writeFileSync(join(root, path), text);
    },
    remove(cgroup) {
      for (const folder of roots) rmSync(join(folder, cgroup), { recursive: true, force: true });
    },
  };
}

function v1Texts(cgroup: string, figures: CgroupFigures): Readonly<Record<string, string>> {
  const { cpuSeconds, memoryBytes, inactiveFileBytes, readBytes, writtenBytes } = figures;
  return {
    [`cpu,cpuacct${cgroup}/cpuacct.usage`]: `${Math.round(cpuSeconds * 1e9)}\n`,
    [`memory${cgroup}/memory.usage_in_bytes`]: `${memoryBytes}\n`,
    [`memory${cgroup}/memory.stat`]: `cache 0\ninactive_file 1\ntotal_inactive_file ${inactiveFileBytes}\n`,
    [`blkio${cgroup}/blkio.throttle.io_service_bytes_recursive`]:
      `8:0 Read ${readBytes}\n8:0 Write ${writtenBytes}\n8:0 Total ${readBytes + writtenBytes}\n` +
      `Total ${readBytes + writtenBytes}\n`,
  };
}

function v2Texts(cgroup: string, figures: CgroupFigures): Readonly<Record<string, string>> {
  const { cpuSeconds, memoryBytes, inactiveFileBytes, readBytes, writtenBytes } = figures;
  return {
    [`${cgroup}/cpu.stat`]: `usage_usec ${Math.round(cpuSeconds * 1e6)}\nuser_usec 1\nsystem_usec 1\n`,
    [`${cgroup}/memory.current`]: `${memoryBytes}\n`,
    [`${cgroup}/memory.stat`]: `anon 1\ninactive_file ${inactiveFileBytes}\n`,
    [`${cgroup}/io.stat`]: `8:0 rbytes=${readBytes} wbytes=${writtenBytes} rios=1 wios=1 dbytes=0 dios=0\n`,
  };
}
