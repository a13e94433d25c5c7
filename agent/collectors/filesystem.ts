import { join } from "node:path";
import { HOST } from "../../common/metrics/names.ts";
import { family, gauge, type Family } from "../metric.ts";
import { parseMounts, type Mount } from "../sources/mounts.ts";
import type { SpaceReader, SpaceUse } from "../sources/statfs.ts";
import type { Collector } from "./contract.ts";

/** A mount with its space; null space is a file system that failed or did not answer in time. */
export interface MountSpace {
  readonly mount: Mount;
  readonly space: SpaceUse | null;
}

const SIZE = gauge(HOST.filesystemSize, "Filesystem size in bytes.");
const FREE = gauge(HOST.filesystemFree, "Filesystem free space in bytes.");
const AVAIL = gauge(HOST.filesystemAvail, "Filesystem space available to non-root users in bytes.");
const FILES = gauge("node_filesystem_files", "Filesystem total file nodes.");
const FILES_FREE = gauge("node_filesystem_files_free", "Filesystem total free file nodes.");
const READONLY = gauge("node_filesystem_readonly", "Filesystem read-only status.");
const ERROR = gauge(
  "node_filesystem_device_error",
  "Whether an error occurred while getting statistics for the given device.",
);

/** Room on the host's disks. The reader keeps which mounts hang, so there is one per agent. */
export function createFilesystem(readSpace: SpaceReader): Collector<readonly MountSpace[]> {
  return {
    name: "filesystem",
    describes: "either",
    read({ procfs, rootfs }) {
      // Process 1's mounts are the host's; in a container our own would be the container's.
      const mountinfo = procfs.read("1/mountinfo") ?? procfs.read("self/mountinfo");
      if (mountinfo === null) return null;
      return Promise.all(
        parseMounts(mountinfo).map(async (mount) => ({
          mount,
          space: await readSpace(join(rootfs, mount.mountpoint)),
        })),
      );
    },
    parse: (mounts) => [
      ofSpace(SIZE, mounts, (space) => space.size),
      ofSpace(FREE, mounts, (space) => space.free),
      ofSpace(AVAIL, mounts, (space) => space.avail),
      ofSpace(FILES, mounts, (space) => space.files),
      ofSpace(FILES_FREE, mounts, (space) => space.filesFree),
      family(
        READONLY,
        mounts.map(({ mount }) => ({ labels: labelsOf(mount), value: mount.readonly ? 1 : 0 })),
      ),
      family(
        ERROR,
        mounts.map(({ mount, space }) => ({ labels: labelsOf(mount), value: space === null ? 1 : 0 })),
      ),
    ],
  };
}

function ofSpace(
  spec: ReturnType<typeof gauge>,
  mounts: readonly MountSpace[],
  pick: (space: SpaceUse) => number,
): Family {
  const points = mounts.flatMap(({ mount, space }) =>
    space === null ? [] : [{ labels: labelsOf(mount), value: pick(space) }],
  );
  return family(spec, points);
}

function labelsOf({
  device,
  fstype,
  mountpoint,
}: Mount): Readonly<Record<"device" | "fstype" | "mountpoint", string>> {
  return { device, fstype, mountpoint };
}
