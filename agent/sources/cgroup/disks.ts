import { numberAt } from "./fields.ts";

/** What a cgroup read from and wrote to one disk. Null is what this kernel does not count. */
export interface DiskUse {
  /** `MAJOR:MINOR`, as the kernel numbers it. */
  readonly device: string;
  readonly readBytes: number | null;
  readonly writtenBytes: number | null;
  readonly reads: number | null;
  readonly writes: number | null;
}

type MutableDiskUse = { -readonly [Key in keyof DiskUse]: DiskUse[Key] };

/**
 * Parses v1's `blkio.throttle.io_service_bytes_recursive` and `io_serviced_recursive`: lines of `8:0 Read 4096`, with
 * other operations and a sum among them. Null when there is neither file.
 */
export function parseBlkio(
  bytes: string | undefined,
  operations: string | undefined,
): readonly DiskUse[] | null {
  if (bytes === undefined && operations === undefined) return null;
  const disks: MutableDiskUse[] = [];
  eachBlkioLine(bytes, (device, isRead, value) => {
    diskOf(disks, device)[isRead ? "readBytes" : "writtenBytes"] = value;
  });
  eachBlkioLine(operations, (device, isRead, value) => {
    diskOf(disks, device)[isRead ? "reads" : "writes"] = value;
  });
  return disks;
}

const BLKIO_LINE = /^(\S+) (Read|Write) (\d+)$/gm;

function eachBlkioLine(
  text: string | undefined,
  take: (device: string, isRead: boolean, value: number) => void,
): void {
  if (text === undefined) return;
  BLKIO_LINE.lastIndex = 0;
  for (let found = BLKIO_LINE.exec(text); found !== null; found = BLKIO_LINE.exec(text))
    take(found[1] ?? "", found[2] === "Read", Number(found[3]));
}

/** Parses v2's `io.stat`: lines of `8:0 rbytes=1 wbytes=2 rios=3 wios=4 …`. Null when there is none. */
export function parseIoStat(text: string | undefined): readonly DiskUse[] | null {
  if (text === undefined) return null;
  return text.split("\n").flatMap((line) => {
    const first = line.indexOf("=");
    if (first < 0) return [];
    // Some kernels leave out the end of a line that has nothing to tell: only the last device before the figures is theirs.
    const device = line.slice(0, first).split(" ").at(-2) ?? "";
    return [
      {
        device,
        readBytes: ioFigure(line, " rbytes="),
        writtenBytes: ioFigure(line, " wbytes="),
        reads: ioFigure(line, " rios="),
        writes: ioFigure(line, " wios="),
      },
    ];
  });
}

function ioFigure(line: string, key: string): number | null {
  const at = line.indexOf(key);
  return at < 0 ? null : numberAt(line, at + key.length);
}

function diskOf(disks: MutableDiskUse[], device: string): MutableDiskUse {
  const known = disks.find((disk) => disk.device === device);
  if (known !== undefined) return known;
  const disk = { device, readBytes: null, writtenBytes: null, reads: null, writes: null };
  disks.push(disk);
  return disk;
}
