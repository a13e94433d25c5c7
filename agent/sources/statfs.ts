import { statfs } from "node:fs/promises";

/** What statfs tells of a file system, in bytes and file nodes. */
export interface SpaceUse {
  readonly size: number;
  readonly free: number;
  readonly avail: number;
  readonly files: number;
  readonly filesFree: number;
}

/** Asks for the space of a file system of some type. Null is an error or a file system that does not answer. */
export type SpaceReader = (path: string, fstype: string) => Promise<SpaceUse | null>;

/** Asks the kernel; may never settle. */
type Stat = (path: string) => Promise<SpaceUse>;

// Kept by this machine's kernel, which answers from memory. Any other type may wait for a server, or for a process
// (FUSE), for good.
const LOCAL =
  /^(ext[234]|xfs|btrfs|zfs|bcachefs|f2fs|jfs|nilfs2|reiserfs|vfat|msdos|exfat|ntfs3|hfsplus|udf|iso9660|erofs|squashfs|tmpfs|ramfs|devtmpfs|overlay)$/;

// A question that is not answered keeps its thread, and libuv has four for everybody. So at most two wait for servers,
// one is for local disks whatever the servers do, and one is for others.
const REMOTE_AT_ONCE = 2;
const LOCAL_AT_ONCE = 1;

/** A reader that waits at most so long, and asks nothing of a path that still owes its last answer. */
export function createSpaceReader(timeoutSeconds: number, stat: Stat = statSpace): SpaceReader {
  const remote = createLane(REMOTE_AT_ONCE, timeoutSeconds * 1000, stat);
  const local = createLane(LOCAL_AT_ONCE, timeoutSeconds * 1000, stat);
  return (path, fstype) => (LOCAL.test(fstype) ? local : remote)(path);
}

/** Asks so many paths at once; the others wait for their turn, within their own time. */
function createLane(most: number, timeoutMs: number, stat: Stat): (path: string) => Promise<SpaceUse | null> {
  const stuck = new Set<string>();
  const waiting: (() => void)[] = [];
  let asked = 0;

  function askNow(path: string): Promise<SpaceUse | null> {
    asked += 1;
    return stat(path)
      .catch(() => null)
      .finally(() => {
        asked -= 1;
        stuck.delete(path);
        waiting.shift()?.();
      });
  }

  return async (path) => {
    if (stuck.has(path) || stuck.size >= most) return null;
    return await new Promise((resolve) => {
      let isAsked = false;
      const timer = setTimeout(() => {
        if (isAsked) stuck.add(path);
        else waiting.splice(waiting.indexOf(turn), 1);
        resolve(null);
      }, timeoutMs);
      const turn = (): void => {
        isAsked = true;
        void askNow(path).then((found) => {
          clearTimeout(timer);
          resolve(found);
        });
      };
      if (asked < most) turn();
      else waiting.push(turn);
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
