import type { Filter } from "../filter.ts";
import type { Files } from "../sources/files.ts";
import { memoryField, TICKS_PER_SECOND } from "../sources/procfs.ts";
import { sumDevices } from "./network_totals.ts";
import type { Totals } from "./totals.ts";

const SECTOR_BYTES = 512;
// Columns of /proc/diskstats, counted from 0.
const DISK_NAME = 2;
const SECTORS_READ = 5;
const SECTORS_WRITTEN = 9;

// What these carry is carried once more by a device below them.
const STACKED_NETWORK = /^(lo$|veth|docker|br-|virbr|vxlan|tun|tap|bond|team|dummy)/;
const STACKED_DISK = /^(dm-|md)\d/;

/** A whole machine's totals. */
export function readMachineTotals(procfs: Files, disks: Filter): Totals {
  const meminfo = procfs.read("meminfo") ?? "";
  const total = memoryField(meminfo, "MemTotal") ?? Number.NaN;
  const available = memoryField(meminfo, "MemAvailable") ?? Number.NaN;
  return {
    cpuSeconds: busySeconds(procfs.read("stat") ?? ""),
    memoryBytes: total - available,
    ...sumDevices(hostDevices(procfs), (device) => !STACKED_NETWORK.test(device)),
    ...sumDisks(procfs.read("diskstats"), disks),
  };
}

/** Null where they may not be read: the collectors tell; a second without a network reading is no news. */
function hostDevices(procfs: Files): string | null {
  try {
    return procfs.read("1/net/dev");
  } catch {
    return null;
  }
}

/** Parses /proc/stat: the time of all processors that was not idle. Guest time is contained in user and nice. */
export function busySeconds(stat: string): number {
  const [user, nice, system, , , irq, softirq, steal] = (/^cpu +(.*)$/m.exec(stat)?.[1] ?? "")
    .split(" ")
    .map(Number);
  const ticks = [user, nice, system, irq, softirq, steal];
  return ticks.reduce<number>((sum, value) => sum + (value ?? Number.NaN), 0) / TICKS_PER_SECOND;
}

/** Parses /proc/diskstats. Bytes. */
export function sumDisks(text: string | null, disks: Filter): Pick<Totals, "readBytes" | "writtenBytes"> {
  if (text === null) return { readBytes: Number.NaN, writtenBytes: Number.NaN };
  let readBytes = 0;
  let writtenBytes = 0;
  for (const line of text.split("\n")) {
    const columns = line.trim().split(/\s+/);
    const name = columns[DISK_NAME];
    if (name === undefined || STACKED_DISK.test(name) || !disks(name)) continue;
    readBytes += Number(columns[SECTORS_READ]) * SECTOR_BYTES;
    writtenBytes += Number(columns[SECTORS_WRITTEN]) * SECTOR_BYTES;
  }
  return { readBytes, writtenBytes };
}
