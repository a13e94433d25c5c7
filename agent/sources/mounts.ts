/** One line of mountinfo that matters here. */
export interface Mount {
  readonly device: string;
  /** As the host sees it. */
  readonly mountpoint: string;
  readonly fstype: string;
  readonly readonly: boolean;
}

/** node_exporter's own defaults: what is mounted there is either no storage or a container's view of one. */
const MOUNTPOINTS_EXCLUDED =
  /^\/(dev|proc|run\/credentials\/.+|sys|var\/lib\/docker\/.+|var\/lib\/containers\/storage\/.+)($|\/)/;
const FSTYPES_EXCLUDED = new Set(
  (
    "autofs binfmt_misc bpf cgroup cgroup2 configfs debugfs devpts devtmpfs fusectl hugetlbfs iso9660 mqueue nsfs " +
    "overlay proc procfs pstore rpc_pipefs securityfs selinuxfs squashfs sysfs tracefs"
  ).split(" "),
);

/**
 * Parses /proc/PID/mountinfo and leaves out what is no storage. Of several mounts on one another the last is the one
 * that is seen, so a mountpoint stands once.
 */
export function parseMounts(mountinfo: string): readonly Mount[] {
  const mounts = new Map<string, Mount>();
  for (const line of mountinfo.split("\n")) {
    const [before, after] = line.split(" - ", 2);
    const [, , , , mountpoint, options] = (before ?? "").split(" ");
    const [fstype, device] = (after ?? "").split(" ");
    if (mountpoint === undefined || options === undefined || fstype === undefined || device === undefined)
      continue;
    const mount = {
      device: unescapeOctal(device),
      mountpoint: unescapeOctal(mountpoint),
      fstype,
      readonly: options.split(",").includes("ro"),
    };
    if (isStorage(mount)) mounts.set(mount.mountpoint, mount);
    else mounts.delete(mount.mountpoint);
  }
  return [...mounts.values()];
}

function isStorage(mount: Mount): boolean {
  return !FSTYPES_EXCLUDED.has(mount.fstype) && !MOUNTPOINTS_EXCLUDED.test(mount.mountpoint);
}

/** The kernel writes blanks and backslashes as three octal digits. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_all, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}
