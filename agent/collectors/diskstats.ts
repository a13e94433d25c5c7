import type { CollectorFilters } from "../filter.ts";
import { counter, family, gauge, type Family, type MetricSpec } from "../metric.ts";
import { parseDiskstats, parseUdev, type DiskCounts } from "../sources/diskstats.ts";
import type { Collector } from "./contract.ts";
import { diskFacts, type DiskFacts } from "./disk_facts.ts";

/** A disk's counts and, where udev is to be read here, what it found out about it. */
export interface Disk extends DiskCounts {
  readonly udev: string | null;
}

// The kernel counts sectors of 512 bytes whatever the disk's are, and milliseconds.
const SECTOR_BYTES = 512;
const MILLISECOND = 1 / 1000;

// In the order of the columns of /proc/diskstats.
const COLUMNS: readonly (readonly [MetricSpec, number])[] = [
  [disk("reads_completed", "The total number of reads completed successfully."), 1],
  [disk("reads_merged", "The total number of reads merged."), 1],
  [disk("read_bytes", "The total number of bytes read successfully."), SECTOR_BYTES],
  [disk("read_time_seconds", "The total number of seconds spent by all reads."), MILLISECOND],
  [disk("writes_completed", "The total number of writes completed successfully."), 1],
  [disk("writes_merged", "The number of writes merged."), 1],
  [disk("written_bytes", "The total number of bytes written successfully."), SECTOR_BYTES],
  [disk("write_time_seconds", "This is the total number of seconds spent by all writes."), MILLISECOND],
  [gauge("node_disk_io_now", "The number of I/Os currently in progress."), 1],
  [disk("io_time_seconds", "Total seconds spent doing I/Os."), MILLISECOND],
  [disk("io_time_weighted_seconds", "The weighted # of seconds spent doing I/Os."), MILLISECOND],
  [disk("discards_completed", "The total number of discards completed successfully."), 1],
  [disk("discards_merged", "The total number of discards merged."), 1],
  [disk("discarded_sectors", "The total number of sectors discarded successfully."), 1],
  [disk("discard_time_seconds", "This is the total number of seconds spent by all discards."), MILLISECOND],
  [disk("flush_requests", "The total number of flush requests completed successfully"), 1],
  [
    disk("flush_requests_time_seconds", "This is the total number of seconds spent by all flush requests."),
    MILLISECOND,
  ],
];

/** How busy the disks are, and what they are. */
export function createDiskstats({ disks }: Pick<CollectorFilters, "disks">): Collector<readonly Disk[]> {
  return {
    describes: "machine",
    read({ procfs, udev }) {
      const text = procfs.read("diskstats");
      if (text === null) return null;
      return parseDiskstats(text)
        .filter(({ device }) => disks(device))
        .map((counts) => ({ ...counts, udev: udev.read(`b${counts.major}:${counts.minor}`) }));
    },
    parse: (found) => [
      ...diskFacts(found.map(factsOf)),
      ...COLUMNS.map(([spec, unit], column) => ofColumn(spec, unit, found, column)),
    ],
  };
}

function factsOf({ device, major, minor, udev }: Disk): DiskFacts {
  return { device, major, minor, properties: parseUdev(udev ?? "") };
}

function ofColumn(spec: MetricSpec, unit: number, disks: readonly Disk[], column: number): Family {
  const points = disks.flatMap(({ device, counts }) => {
    const count = counts[column];
    return count === undefined ? [] : [{ labels: { device }, value: count * unit }];
  });
  return family(spec, points);
}

function disk(name: string, help: string): MetricSpec {
  return counter(`node_disk_${name}_total`, help);
}
