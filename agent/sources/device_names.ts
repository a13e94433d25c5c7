import type { Files } from "./files.ts";

/** A block device's name in /dev by its number (`8:0`), as sysfs knows it; the number itself where it does not. */
export function deviceName(sysfs: Files, device: string): string {
  const uevent = readUevent(sysfs, device);
  const at = uevent === null ? -1 : `\n${uevent}`.indexOf("\nDEVNAME=");
  if (uevent === null || at < 0) return device;
  const from = at + "DEVNAME=".length;
  const end = uevent.indexOf("\n", from);
  return `/dev/${uevent.slice(from, end < 0 ? undefined : end)}`;
}

function readUevent(sysfs: Files, device: string): string | null {
  try {
    return sysfs.read(`dev/block/${device}/uevent`);
  } catch {
    return null;
  }
}

/** Names that are asked for again and again. */
export type DeviceNames = (sysfs: Files, device: string, now: number) => string;

const KEPT_SECONDS = 60;

/** Remembers names for a minute: a number that was freed may be given to another device. `now` is monotonic. */
export function createDeviceNames(): DeviceNames {
  const known = new Map<string, { readonly name: string; readonly at: number }>();
  return (sysfs, device, now) => {
    const last = known.get(device);
    if (last !== undefined && now - last.at < KEPT_SECONDS) return last.name;
    const name = deviceName(sysfs, device);
    known.set(device, { name, at: now });
    return name;
  };
}
