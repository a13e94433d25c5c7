import { spawn } from "node:child_process";
import { once } from "node:events";
import { LabError } from "./errors.ts";

/**
 * Runs the work while no other process on the machine runs work under the same lock. The lock is held by a child that
 * ends when its standard input does, so it is let go of whatever becomes of us.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const holder = spawn("flock", [path, "sh", "-c", "echo held; exec cat"], {
    stdio: ["pipe", "pipe", "ignore"],
    // A terminal's Ctrl-C must not let go of it while we still clean up.
    detached: true,
  });
  const ended = once(holder, "close");
  const first = await Promise.race([once(holder.stdout, "data"), ended]);
  if (String(first[0]) !== "held\n") throw new LabError(`could not take the lock ${path}`);
  try {
    return await work();
  } finally {
    holder.stdin.end();
    await ended;
  }
}
