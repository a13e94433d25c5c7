import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Interrupted } from "./errors.ts";

const CUT_EVERY_MS = 300;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface Stop {
  readonly signal: AbortSignal;
  /** From now on signals do nothing: what is under way is the end itself. */
  ignoreFurther(): void;
}

/** Turns the first signal to end into an abort whose reason is an {@link Interrupted}. */
export function listenForSignals(): Stop {
  const stop = new AbortController();
  let listening = true;
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (!listening || stop.signal.aborted) return;
      stop.abort(new Interrupted(name));
      endChildren();
    });
  }
  return {
    signal: stop.signal,
    ignoreFurther() {
      listening = false;
    },
  };
}

/** Waits for the work, but no longer once somebody ends the demo. For what leaves nothing behind when forgotten. */
export async function orStop<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const listener = new AbortController();
  const stopped = new Promise<never>((_resolve, reject) => {
    const fail = () => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) fail();
    else signal.addEventListener("abort", fail, { once: true, signal: listener.signal });
  });
  work.catch(() => undefined);
  try {
    return await Promise.race([work, stopped]);
  } finally {
    listener.abort();
  }
}

/**
 * Waits for the work also when somebody ends the demo: for what must have come to rest before it can be taken down. Then
 * whatever command it still runs is cut short, and it has the grace period for its own cleaning up.
 */
export async function settled<T>(signal: AbortSignal, work: Promise<T>, graceMs: number): Promise<T> {
  try {
    return await orStop(signal, work);
  } catch (fault) {
    if (!signal.aborted) throw fault;
    const cutting = setInterval(endChildren, CUT_EVERY_MS);
    await Promise.race([Promise.allSettled([work]), sleep(graceMs)]);
    clearInterval(cutting);
    throw signal.reason;
  }
}

/** Ends the commands that this process runs in front, as the terminal's own Ctrl-C would; their callers then clean up. */
function endChildren(): void {
  const groupOf = new Map(processes().map(({ pid, group }) => [pid, group]));
  const ours = groupOf.get(process.pid);
  for (const { pid, parent, group } of processes()) {
    if (parent === process.pid && group === ours) kill(pid);
  }
}

interface ProcessLine {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
}

function processes(): readonly ProcessLine[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => parseStat(statOf(pid)) ?? []);
}

/** Of /proc/PID/stat. The command may hold blanks and brackets, so it ends at the last bracket. */
export function parseStat(line: string): ProcessLine | undefined {
  const match = /^(\d+) \(.*\) \S (\d+) (\d+) /s.exec(line);
  if (match === null) return undefined;
  return { pid: Number(match[1]), parent: Number(match[2]), group: Number(match[3]) };
}

/** A process may end between being listed and being read. */
function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return "";
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself in between.
  }
}
