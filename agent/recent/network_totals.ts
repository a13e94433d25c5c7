import type { Files } from "../sources/files.ts";

/** What went over network devices. NaN when that cannot be read. */
export interface NetworkTotals {
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

export const NO_NETWORK: NetworkTotals = { receivedBytes: Number.NaN, sentBytes: Number.NaN };

const SENT_COLUMN = 8;

/** Sums the devices that are asked for, of a process' own view of the network. */
export function readNetworkTotals(
  procfs: Files,
  pid: number,
  isCounted: (device: string) => boolean,
): NetworkTotals {
  try {
    return sumDevices(procfs.read(`${pid}/net/dev`), isCounted);
  } catch {
    // Whatever it is, the collectors tell; a second without a network reading is no news.
    return NO_NETWORK;
  }
}

/** Parses /proc/PID/net/dev. */
export function sumDevices(text: string | null, isCounted: (device: string) => boolean): NetworkTotals {
  if (text === null) return NO_NETWORK;
  let receivedBytes = 0;
  let sentBytes = 0;
  for (const line of text.split("\n")) {
    const colon = line.indexOf(":");
    if (colon < 0 || !isCounted(line.slice(0, colon).trim())) continue;
    const columns = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/);
    receivedBytes += Number(columns[0]);
    sentBytes += Number(columns[SENT_COLUMN]);
  }
  return { receivedBytes, sentBytes };
}
