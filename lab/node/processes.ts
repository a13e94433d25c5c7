import { readFileSync, readdirSync, readlinkSync, statSync } from "node:fs";

/**
 * A node's processes are found by what they are, never by a recorded pid, so a lab whose starter was killed
 * is found again and a reused pid is never hit: a node's init is process 1 of a pid namespace one level below
 * ours *and* stands in the node's own network namespace. All else of the node lives in that pid namespace.
 */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly state: string;
}

/** The pid of the init of a network namespace, or undefined when the node does not run. */
export function findInit(netnsPath: string): number | undefined {
  let namespace: string;
  try {
    namespace = `net:[${statSync(netnsPath).ino}]`;
  } catch {
    return undefined;
  }
  return pids().find((pid) => netnsOf(pid) === namespace && isNamespaceInit(pidsInNamespaces(pid)));
}

/** The node's daemon: the init's own child of that name. */
export function findDaemon(init: number): Process | undefined {
  return pids()
    .map(processOf)
    .find((process) => process?.parent === init && process.command === "dockerd" && process.state !== "Z");
}

/** Whether NSpid's numbers say "process 1 of a pid namespace directly below ours". */
export function isNamespaceInit(numbers: readonly number[]): boolean {
  return numbers.length === 2 && numbers[1] === 1;
}

/** A line of /proc/PID/stat. The command may hold blanks and brackets, so it ends at the last bracket. */
export function parseStat(line: string): Process | undefined {
  const match = /^(\d+) \((.*)\) (\S) (\d+) /s.exec(line);
  if (match === null) return undefined;
  const [, pid, command = "", state = "", parent] = match;
  return { pid: Number(pid), command, state, parent: Number(parent) };
}

/** The numbers of the NSpid line of /proc/PID/status: this process's pid in each namespace, ours first. */
export function parseNsPid(status: string): readonly number[] {
  const numbers = /^NSpid:\s+(.*)$/m.exec(status)?.[1] ?? "";
  return numbers.split(/\s+/).filter(Boolean).map(Number);
}

function pids(): readonly number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);
}

function processOf(pid: number): Process | undefined {
  return parseStat(readOrNothing(`/proc/${pid}/stat`));
}

function pidsInNamespaces(pid: number): readonly number[] {
  return parseNsPid(readOrNothing(`/proc/${pid}/status`));
}

function netnsOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return undefined;
  }
}

/** A process may end between being listed and being read. */
function readOrNothing(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
