/** What went over network devices. NaN when that cannot be read. */
export interface NetworkTotals {
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

export const NO_NETWORK: NetworkTotals = { receivedBytes: Number.NaN, sentBytes: Number.NaN };

// A device with its first column and its ninth: what it received and sent.
const DEVICE = /^ *(\S+): *(\d+)(?: +\d+){7} +(\d+)/gm;

/** Parses /proc/PID/net/dev and sums the devices that are asked for. */
export function sumDevices(text: string | null, isCounted: (device: string) => boolean): NetworkTotals {
  if (text === null) return NO_NETWORK;
  let receivedBytes = 0;
  let sentBytes = 0;
  DEVICE.lastIndex = 0;
  for (let found = DEVICE.exec(text); found !== null; found = DEVICE.exec(text)) {
    if (!isCounted(found[1] ?? "")) continue;
    receivedBytes += Number(found[2]);
    sentBytes += Number(found[3]);
  }
  return { receivedBytes, sentBytes };
}
