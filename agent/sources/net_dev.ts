/** One line of /proc/PID/net/dev: what a device received and sent, in the kernel's order of columns. */
export interface DeviceTraffic {
  readonly device: string;
  readonly counts: readonly number[];
}

/** Parses /proc/PID/net/dev. A device's name may hold a colon (an alias), so its last one ends it. */
export function parseNetDev(text: string): readonly DeviceTraffic[] {
  return [...text.matchAll(/^\s*(\S+):((?:\s*\d+)+)\s*$/gm)].map(([, device = "", columns = ""]) => ({
    device,
    counts: columns.trim().split(/\s+/).map(Number),
  }));
}
