import { statfs } from "node:fs/promises";

/** What statfs tells of a file system, in bytes and file nodes. */
export interface SpaceUse {
  readonly size: number;
  readonly free: number;
  readonly avail: number;
  readonly files: number;
  readonly filesFree: number;
}

/** Asks for a file system's space. Null is an error or a file system that does not answer. */
export type SpaceReader = (path: string) => Promise<SpaceUse | null>;

// A hung network file system keeps its thread for good; libuv has four, and a local disk should always find one.
const STUCK_MOST = 2;

/** A reader that waits at most so long, and asks nothing of a path that still owes its last answer. */
export function createSpaceReader(timeoutSeconds: number, stat = statSpace): SpaceReader {
  const stuck = new Set<string>();
  return async (path) => {
    if (stuck.has(path) || stuck.size >= STUCK_MOST) return null;
    const answer = stat(path)
      .catch(() => null)
      .finally(() => stuck.delete(path));
    return await new Promise((resolve) => {
      const timer = setTimeout(() => {
        stuck.add(path);
        resolve(null);
      }, timeoutSeconds * 1000);
      void answer.then((found) => {
        clearTimeout(timer);
        resolve(found);
      });
    });
  };
}

async function statSpace(path: string): Promise<SpaceUse> {
  const stat = await statfs(path);
  return {
    size: stat.blocks * stat.bsize,
    free: stat.bfree * stat.bsize,
    avail: stat.bavail * stat.bsize,
    files: stat.files,
    filesFree: stat.ffree,
  };
}
