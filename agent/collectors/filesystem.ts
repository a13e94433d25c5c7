import { join } from "node:path";
import { HOST } from "../../common/metrics/names.ts";
import type { CollectorFilters } from "../filter.ts";
import { family, gauge, type Family } from "../metric.ts";
import { parseMounts, type Mount } from "../sources/mounts.ts";
import type { SpaceReader, SpaceUse } from "../sources/statfs.ts";
import type { Collector } from "./contract.ts";

/** A mount with its space; null space is a file system that failed or did not answer in time. */
export interface MountSpace {
  readonly mount: Mount;
  readonly space: SpaceUse | null;
}

export const SIZE = gauge(HOST.filesystemSize, "Filesystem size in bytes.");
export const FREE = gauge(HOST.filesystemFree, "Filesystem free space in bytes.");
export const AVAIL = gauge(HOST.filesystemAvail, "Filesystem space available to non-root users in bytes.");
const FILES = gauge("node_filesystem_files", "Filesystem total file nodes.");
const FILES_FREE = gauge("node_filesystem_files_free", "Filesystem total free file nodes.");
export const READONLY = gauge("node_filesystem_readonly", "Filesystem read-only status.");
const ERROR = gauge(
  "node_filesystem_device_error",
  "Whether an error occurred while getting statistics for the given device.",
);

/** Room on the host's disks. The reader keeps which mounts hang, so there is one per agent. */
export function createFilesystem(
  { mounts, fsTypes }: Pick<CollectorFilters, "mounts" | "fsTypes">,
  readSpace: SpaceReader,
): Collector<readonly MountSpace[]> {
  const isShown = (mount: Mount): boolean => fsTypes(mount.fstype) && mounts(mount.mountpoint);
  return {
    describes: "either",
    read({ procfs, rootfs }) {
      // Process 1's mounts are the host's; in a container our own would be the container's.
      const mountinfo = procfs.read("1/mountinfo") ?? procfs.read("self/mountinfo");
      if (mountinfo === null) return null;
      return Promise.all(
        parseMounts(mountinfo)
          .filter(isShown)
          .map(async (mount) => ({
            mount,
            space: await readSpace(join(rootfs.root, mount.mountpoint), mount.fstype),
          })),
      );
    },
    parse: (spaces) => [
      ofSpace(SIZE, spaces, (space) => space.size),
      ofSpace(FREE, spaces, (space) => space.free),
      ofSpace(AVAIL, spaces, (space) => space.avail),
      ofSpace(FILES, spaces, (space) => space.files),
      ofSpace(FILES_FREE, spaces, (space) => space.filesFree),
      family(
        READONLY,
        spaces.map(({ mount }) => ({ labels: labelsOf(mount), value: mount.readonly ? 1 : 0 })),
      ),
      family(
        ERROR,
        spaces.map(({ mount, space }) => ({ labels: labelsOf(mount), value: space === null ? 1 : 0 })),
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
