import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createFilesystem } from "../../../../agent/collectors/filesystem.ts";
import { parseMounts } from "../../../../agent/sources/mounts.ts";
import type { SpaceUse } from "../../../../agent/sources/statfs.ts";
import { createFiles } from "../../../../agent/sources/files.ts";
import { fixtureSources, seriesOf, SPACE } from "../fixture.ts";

const ROOT = { device: "/dev/vda1", mountpoint: "/", fstype: "ext4", readonly: false };
const FILTERS = {
  mounts: (name: string) => !/^\/(proc|sys|var\/lib\/docker)($|\/)/.test(name),
  fsTypes: (name: string) => name !== "overlay",
};
const none = (): Promise<SpaceUse | null> => Promise.resolve(null);

describe("filesystem", () => {
  it("asks for the host's mounts that are shown, below the root folder", async () => {
    const asked: string[] = [];
    const collector = createFilesystem(FILTERS, (path, fstype) => {
      asked.push(`${fstype} ${path}`);
      return Promise.resolve(SPACE);
    });
    await collector.read(fixtureSources("v1", undefined, { rootfs: createFiles("/rootfs") }));
    assert.deepEqual(asked, ["ext4 /rootfs/", "xfs /rootfs/srv/my data", "nfs4 /rootfs/mnt/share"]);
  });

  it("tells size, room and state of a mount", () => {
    const collector = createFilesystem(FILTERS, none);
    const labels = '{device="/dev/vda1",fstype="ext4",mountpoint="/"}';
    assert.deepEqual(seriesOf(collector, [{ mount: ROOT, space: SPACE }]), [
      `node_filesystem_size_bytes${labels} 1000`,
      `node_filesystem_free_bytes${labels} 600`,
      `node_filesystem_avail_bytes${labels} 500`,
      `node_filesystem_files${labels} 100`,
      `node_filesystem_files_free${labels} 90`,
      `node_filesystem_readonly${labels} 0`,
      `node_filesystem_device_error${labels} 0`,
    ]);
  });

  it("tells of a mount that does not answer only that", () => {
    const collector = createFilesystem(FILTERS, none);
    const series = seriesOf(collector, [{ mount: ROOT, space: null }]).map((line) =>
      line.replace(/\{.*\}/, ""),
    );
    assert.deepEqual(series, ["node_filesystem_readonly 0", "node_filesystem_device_error 1"]);
  });

  it("has no data without procfs", () => {
    const sources = fixtureSources("v1", undefined, { procfs: createFiles("/nowhere") });
    assert.equal(createFilesystem(FILTERS, none).read(sources), null);
  });
});

describe("parseMounts", () => {
  it("decodes what the kernel escaped", () => {
    assert.deepEqual(parseMounts("30 27 0:7 / /srv/a\\040b ro - xfs /dev/vdb rw"), [
      { device: "/dev/vdb", mountpoint: "/srv/a b", fstype: "xfs", readonly: true },
    ]);
  });

  it("knows a file system that an error made read-only under its mount", () => {
    const [mount] = parseMounts("27 1 254:0 / / rw,relatime - ext4 /dev/vda1 ro,errors=remount-ro");
    assert.equal(mount?.readonly, true);
  });

  it("keeps the uppermost of several mounts on one place", () => {
    const text = "27 1 8:1 / /data rw - ext4 /dev/lower rw\n28 27 8:2 / /data rw - ext4 /dev/upper rw";
    assert.deepEqual(
      parseMounts(text).map(({ device }) => device),
      ["/dev/upper"],
    );
  });
});
