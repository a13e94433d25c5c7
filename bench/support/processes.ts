import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { TICKS_PER_SECOND } from "../../agent/sources/procfs.ts";

// Columns of /proc/PID/stat, counted from the one after the command's name.
const OWN_TIMES = 11;
const CHILDREN_TIMES = 13;

/** What a process holds in memory, in bytes. */
export interface Resident {
  readonly all: number;
  /** Its own: neither files that others may share, such as the program, nor shared memory. */
  readonly anonymous: number;
}

/** User and system time of all of a process' threads, in seconds. */
export function cpuSeconds(pid: number): number {
  return timesAt(pid, OWN_TIMES);
}

/** The same of those of its children that ended and were waited for. */
export function endedChildrenCpuSeconds(pid: number): number {
  return timesAt(pid, CHILDREN_TIMES);
}

export function residentOf(pid: number): Resident {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return { all: kibibytes(status, "VmRSS") * 1024, anonymous: kibibytes(status, "RssAnon") * 1024 };
}

/** A process' only child. */
export function childOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  if (!/^\d+$/.test(children)) throw new Error(`process ${pid} has not one child but "${children}"`);
  return Number(children);
}

/** The processes of these names (as the kernel cuts them: 15 characters) in the pid namespace of one of them. */
export function neighboursOf(pid: number, names: ReadonlySet<string>): readonly number[] {
  const namespace = readlinkSync(`/proc/${pid}/ns/pid`);
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((each) => {
      try {
        const name = readFileSync(`/proc/${each}/comm`, "utf8").trim();
        return names.has(name) && readlinkSync(`/proc/${each}/ns/pid`) === namespace;
      } catch {
        // It ended between the list and the look.
        return false;
      }
    });
}

function timesAt(pid: number, from: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The command's name, in parentheses, may hold blanks.
  const columns = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(columns[from]) + Number(columns[from + 1])) / TICKS_PER_SECOND;
}

function kibibytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]);
}
