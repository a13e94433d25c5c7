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

/** What `memory.stat` said last, and when: the dearest of the files to read, and often with nothing new to tell. */
export interface InactiveMemory {
  readAt: number;
  cpuSeconds: number;
  usage: number;
  inactive: number;
}

const USAGE = Buffer.from("usage_usec ");
const INACTIVE_V1 = Buffer.from("total_inactive_file ");
const INACTIVE_V2 = Buffer.from("inactive_file ");
const INACTIVE_SECONDS = 10;
const TRANSFER_V1 = / (Read|Write) (\d+)/g;
const TRANSFER_V2 = / (rbytes|wbytes)=(\d+)/g;

export function noInactiveMemory(): InactiveMemory {
  return {
    readAt: Number.NEGATIVE_INFINITY,
    cpuSeconds: Number.NaN,
    usage: Number.NaN,
    inactive: Number.NaN,
  };
}

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

/** `now` is on the monotonic clock, in seconds; `last` is brought up to date. */
export function readCgroupTotals(
  files: KeptFiles,
  version: 1 | 2,
  paths: CgroupPaths,
  last: InactiveMemory,
  now: number,
): CgroupTotals {
  const cpuSeconds = cpuOf(files, version, paths.cpu);
  const memoryBytes = memoryOf(files, version, paths, { readAt: now, cpuSeconds }, last);
  const { readBytes, writtenBytes } = diskOf(files, version, paths.io);
  return { cpuSeconds, memoryBytes, readBytes, writtenBytes };
}

function cpuOf(files: KeptFiles, version: 1 | 2, path: string | null): number {
  const end = path === null ? -1 : files.read(path);
  return version === 1 ? numberAt(files.bytes, 0, end) / 1e9 : fieldOf(files.bytes, end, USAGE) / 1e6;
}

/**
 * The working set: what is used less the file pages that nobody touched lately. Where nothing ran and usage is the same,
 * the only change can be pages that the kernel calls inactive meanwhile: for that it is enough to look now and then.
 */
function memoryOf(
  files: KeptFiles,
  version: 1 | 2,
  { memory, memoryStat }: CgroupPaths,
  { readAt, cpuSeconds }: Pick<InactiveMemory, "readAt" | "cpuSeconds">,
  last: InactiveMemory,
): number {
  if (memory === null || memoryStat === null) return Number.NaN;
  const usage = numberAt(files.bytes, 0, files.read(memory));
  const isSame = cpuSeconds === last.cpuSeconds && usage === last.usage;
  if (!isSame || readAt - last.readAt >= INACTIVE_SECONDS) {
    const length = files.read(memoryStat);
    last.inactive = fieldOf(files.bytes, length, version === 1 ? INACTIVE_V1 : INACTIVE_V2);
    Object.assign(last, { readAt, cpuSeconds, usage });
  }
  return Math.max(0, usage - last.inactive);
}

function diskOf(
  files: KeptFiles,
  version: 1 | 2,
  path: string | null,
): Pick<CgroupTotals, "readBytes" | "writtenBytes"> {
  const end = path === null ? -1 : files.read(path);
  if (end < 0) return { readBytes: Number.NaN, writtenBytes: Number.NaN };
  const text = files.text(end);
  return sumTransfers(text, version === 1 ? TRANSFER_V1 : TRANSFER_V2);
}

/** Sums what a pattern finds: a word that tells the direction, and bytes. */
function sumTransfers(text: string, pattern: RegExp): Pick<CgroupTotals, "readBytes" | "writtenBytes"> {
  let readBytes = 0;
  let writtenBytes = 0;
  pattern.lastIndex = 0;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    if (found[1] === "Read" || found[1] === "rbytes") readBytes += Number(found[2]);
    else writtenBytes += Number(found[2]);
  }
  return { readBytes, writtenBytes };
}
