/** One line of /proc/diskstats: what the kernel counted of a block device, in its own order and units. */
export interface DiskCounts {
  readonly major: string;
  readonly minor: string;
  readonly device: string;
  /** 11 counts on old kernels, 15 since discards are counted, 17 since flushes are. */
  readonly counts: readonly number[];
}

/** Parses /proc/diskstats; lines that are none of it are left out. */
export function parseDiskstats(text: string): readonly DiskCounts[] {
  return text.split("\n").flatMap((line): DiskCounts[] => {
    const [, major, minor, device, rest] = /^\s*(\d+)\s+(\d+)\s+(\S+)((?:\s+\d+)+)\s*$/.exec(line) ?? [];
    if (major === undefined || minor === undefined || device === undefined || rest === undefined) return [];
    return [{ major, minor, device, counts: rest.trim().split(/\s+/).map(Number) }];
  });
}

/** Parses a file of udev's data: properties are its lines `E:NAME=value`. */
export function parseUdev(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(/^E:([^=\n]+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value] as const),
  );
}
