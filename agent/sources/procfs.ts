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
  return parseNumber(/^btime (\d+)$/m.exec(stat)?.[1]);
}
