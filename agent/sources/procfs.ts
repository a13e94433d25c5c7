import type { Files } from "./files.ts";
import { parseKeyed, parseNumber } from "./keyed.ts";

/** The unit of CPU times in procfs and cgroup v1: fixed by the kernel's interface on every platform that Node runs on. */
export const TICKS_PER_SECOND = 100;

/** How many processors /proc/stat lists; null when it lists none. */
export function countCpus(stat: string): number | null {
  const count = stat.match(/^cpu\d+ /gm)?.length ?? 0;
  return count > 0 ? count : null;
}

/** One field of /proc/meminfo, in bytes. */
export function memoryField(meminfo: string, field: string): number | null {
  const kibibytes = parseKeyed(meminfo).get(`${field}:`);
  return kibibytes === undefined ? null : kibibytes * 1024;
}

/** When the machine started, in seconds since the epoch, from /proc/stat. */
export function bootTime(stat: string): number | null {
  return statField(stat, "btime");
}

/** The first number of a line of /proc/stat, found by its name; a sum stands before its parts there. */
export function statField(stat: string, name: string): number | null {
  return parseNumber(new RegExp(`^${name} (\\d+)`, "m").exec(stat)?.[1]);
}

/**
 * A file of /proc/net as the host has it. `net` means the reader's own network, which in a container is the
 * container's; process 1's is the host's. Only where that may not be read (hidepid) it is the reader's own.
 */
export function readHostNet(procfs: Files, file: string): string | null {
  try {
    const text = procfs.read(`1/net/${file}`);
    if (text !== null) return text;
  } catch {
    // Forbidden: the other way is tried, and its failure is the one to tell.
  }
  return procfs.read(`net/${file}`);
}
