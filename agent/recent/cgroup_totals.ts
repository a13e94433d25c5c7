import { fieldOf, numberAt } from "../sources/bytes.ts";
import type { CgroupTree } from "../sources/cgroup/tree.ts";
import type { KeptFiles } from "../sources/kept_files.ts";

/** CPU, memory and disk of one cgroup; the network is its processes'. NaN for what is not known. */
export interface CgroupTotals {
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
}

/** The few files that are read every second, as absolute paths; null where there is no such controller. */
export interface CgroupPaths {
  readonly cpu: string | null;
  readonly memory: string | null;
  readonly memoryStat: string | null;
  readonly io: string | null;
}

const USAGE = Buffer.from("usage_usec ");
const INACTIVE_V1 = Buffer.from("total_inactive_file ");
const INACTIVE_V2 = Buffer.from("inactive_file ");

/** Where a cgroup's files are. */
export function pathsOf(tree: CgroupTree, cgroup: string): CgroupPaths {
  const v1 = tree.version === 1;
  return {
    cpu: tree.locate(cgroup, v1 ? "cpuacct.usage" : "cpu.stat"),
    memory: tree.locate(cgroup, v1 ? "memory.usage_in_bytes" : "memory.current"),
    memoryStat: tree.locate(cgroup, "memory.stat"),
    io: tree.locate(cgroup, v1 ? "blkio.throttle.io_service_bytes_recursive" : "io.stat"),
  };
}

export function readCgroupTotals(files: KeptFiles, version: 1 | 2, paths: CgroupPaths): CgroupTotals {
  return {
    cpuSeconds: cpuOf(files, version, paths.cpu),
    memoryBytes: memoryOf(files, version, paths),
    ...diskOf(files, version, paths.io),
  };
}

function cpuOf(files: KeptFiles, version: 1 | 2, path: string | null): number {
  const end = path === null ? -1 : files.read(path);
  return version === 1 ? numberAt(files.bytes, 0, end) / 1e9 : fieldOf(files.bytes, end, USAGE) / 1e6;
}

/** The working set: what is used less the file pages that nobody touched lately. */
function memoryOf(files: KeptFiles, version: 1 | 2, { memory, memoryStat }: CgroupPaths): number {
  if (memory === null || memoryStat === null) return Number.NaN;
  const usage = numberAt(files.bytes, 0, files.read(memory));
  const inactive = fieldOf(files.bytes, files.read(memoryStat), version === 1 ? INACTIVE_V1 : INACTIVE_V2);
  return Math.max(0, usage - inactive);
}

function diskOf(
  files: KeptFiles,
  version: 1 | 2,
  path: string | null,
): Pick<CgroupTotals, "readBytes" | "writtenBytes"> {
  const end = path === null ? -1 : files.read(path);
  if (end < 0) return { readBytes: Number.NaN, writtenBytes: Number.NaN };
  const text = files.bytes.toString("latin1", 0, end);
  return version === 1
    ? { readBytes: sumOf(text, /^\S+ Read (\d+)$/gm), writtenBytes: sumOf(text, /^\S+ Write (\d+)$/gm) }
    : { readBytes: sumOf(text, / rbytes=(\d+)/g), writtenBytes: sumOf(text, / wbytes=(\d+)/g) };
}

function sumOf(text: string, number: RegExp): number {
  let sum = 0;
  for (const [, digits] of text.matchAll(number)) sum += Number(digits);
  return sum;
}
