import type { Files } from "./files.ts";

/** How many threads are in which state. */
export interface TaskStates {
  readonly running: number;
  readonly sleeping: number;
  readonly stopped: number;
  readonly uninterruptible: number;
}

type State = keyof TaskStates;

// The kernel's letters; zombies, idle kernel threads and what is about to end are no container's work.
const STATES: Readonly<Partial<Record<string, State>>> = {
  R: "running",
  S: "sleeping",
  D: "uninterruptible",
  T: "stopped",
  t: "stopped",
};

/**
 * Counts the threads of a process and of all that descends from it, from /proc/PID/task/TID/{stat,children}. A cgroup's
 * own list of processes is no help: it shows a reader in another PID namespace zeros. Null when the process is gone, or
 * when there are more than `most` threads.
 */
export function readTaskStates(procfs: Files, pid: number, most: number): TaskStates | null {
  const counts = { running: 0, sleeping: 0, stopped: 0, uninterruptible: 0 };
  const pending = [String(pid)];
  let seen = 0;
  for (let process = pending.pop(); process !== undefined; process = pending.pop()) {
    for (const thread of procfs.folders(`${process}/task`)) {
      seen += 1;
      if (seen > most) return null;
      const state = STATES[taskState(procfs.read(`${process}/task/${thread}/stat`)) ?? ""];
      if (state !== undefined) counts[state] += 1;
      const children = procfs.read(`${process}/task/${thread}/children`) ?? "";
      pending.push(...children.split(" ").filter((child) => child.trim() !== ""));
    }
  }
  return seen === 0 ? null : counts;
}

/** The state's letter in /proc/PID/stat; it follows the command, which may hold blanks and brackets itself. */
export function taskState(stat: string | null): string | null {
  const end = stat?.lastIndexOf(") ") ?? -1;
  return end < 0 ? null : (stat?.charAt(end + 2) ?? null);
}
