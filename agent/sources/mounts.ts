/** One line of mountinfo that matters here. */
export interface Mount {
  readonly device: string;
  /** As the host sees it. */
  readonly mountpoint: string;
  readonly fstype: string;
  readonly readonly: boolean;
}

/** Parses /proc/PID/mountinfo. Of several mounts on one another the last is the one seen, so a mountpoint stands once. */
export function parseMounts(mountinfo: string): readonly Mount[] {
  const mounts = new Map<string, Mount>();
  for (const line of mountinfo.split("\n")) {
    const [before, after] = line.split(" - ", 2);
    const [, , , , mountpoint, options] = (before ?? "").split(" ");
    const [fstype, device, superOptions = ""] = (after ?? "").split(" ");
    if (mountpoint === undefined || options === undefined || fstype === undefined || device === undefined)
      continue;
    const mount = {
      device: unescapeOctal(device),
      mountpoint: unescapeOctal(mountpoint),
      fstype,
      // A file system that met an error goes on read-only as a whole (errors=remount-ro), under a mount that is not.
      readonly: [options, superOptions].some((list) => list.split(",").includes("ro")),
    };
    mounts.delete(mount.mountpoint);
    mounts.set(mount.mountpoint, mount);
  }
  return [...mounts.values()];
}

/** The kernel writes blanks and backslashes as three octal digits. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_all, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}
