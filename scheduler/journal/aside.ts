import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** What SQLite keeps beside a database belongs to it: under the old name, the next one would take it for its own. */
const COMPANIONS = ["-wal", "-shm"] as const;
const MOST_KEPT = 2;

/**
 * Puts a file that cannot be used aside as `PATH.corrupt-TIME`, for people to look at, and keeps the newest two of these.
 * @returns its new path
 * @throws when the folder cannot be written
 */
export function putAside(path: string, nowMs: number): string {
  const aside = freeName(path, nowMs);
  // The database last: whoever opens it in between finds it as unfit as it was.
  for (const companion of COMPANIONS) {
    if (existsSync(path + companion)) renameSync(path + companion, aside + companion);
  }
  renameSync(path, aside);
  removeOlder(path);
  return aside;
}

function freeName(path: string, nowMs: number): string {
  const name = `${path}.corrupt-${new Date(nowMs).toISOString()}`;
  return existsSync(name) ? freeName(path, nowMs + 1) : name;
}

function removeOlder(path: string): void {
  const folder = dirname(path);
  const prefix = `${basename(path)}.corrupt-`;
  const older = readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && !COMPANIONS.some((companion) => name.endsWith(companion)))
    .toSorted()
    .slice(0, -MOST_KEPT);
  for (const name of older) {
    for (const ending of ["", ...COMPANIONS]) rmSync(join(folder, name + ending), { force: true });
  }
}
