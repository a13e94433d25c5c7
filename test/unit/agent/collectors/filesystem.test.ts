import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";
import { createFilesystem } from "../../../../agent/collectors/filesystem.ts";
import { parseMounts } from "../../../../agent/sources/mounts.ts";
import { createSpaceReader, type SpaceUse } from "../../../../agent/sources/statfs.ts";
import { fixtureSources, seriesOf, SPACE } from "../fixture.ts";

const ROOT = { device: "/dev/vda1", mountpoint: "/", fstype: "ext4", readonly: false };

describe("filesystem", () => {
  it("asks for the host's mounts below the root folder", async () => {
    const asked: string[] = [];
    const collector = createFilesystem((path) => {
      asked.push(path);
      return Promise.resolve(SPACE);
    });
    await collector.read(fixtureSources("v1"));
    assert.deepEqual(asked, ["/rootfs/", "/rootfs/srv/my data", "/rootfs/mnt/share"]);
  });

  it("tells size, room and state of a mount", () => {
    const collector = createFilesystem(() => Promise.resolve(null));
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
    const collector = createFilesystem(() => Promise.resolve(null));
    const series = seriesOf(collector, [{ mount: ROOT, space: null }]).map((line) =>
      line.replace(/\{.*\}/, ""),
    );
    assert.deepEqual(series, ["node_filesystem_readonly 0", "node_filesystem_device_error 1"]);
  });
});

describe("parseMounts", () => {
  it("leaves out what is no storage and decodes what the kernel escaped", () => {
    const text = [
      "27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda1 rw",
      "28 27 0:5 / /proc rw - proc proc rw",
      "29 27 0:6 / /var/lib/docker/overlay2/x/merged rw - ext4 /dev/vdc rw",
      "30 27 0:7 / /srv/a\\040b ro - xfs /dev/vdb rw",
    ].join("\n");
    assert.deepEqual(parseMounts(text), [
      ROOT,
      { device: "/dev/vdb", mountpoint: "/srv/a b", fstype: "xfs", readonly: true },
    ]);
  });

  it("keeps the uppermost of several mounts on one place", () => {
    const text = "27 1 8:1 / /data rw - ext4 /dev/lower rw\n28 27 8:2 / /data rw - ext4 /dev/upper rw";
    assert.deepEqual(
      parseMounts(text).map(({ device }) => device),
      ["/dev/upper"],
    );
  });
});

describe("the space reader", () => {
  const never = new Promise<SpaceUse>(() => undefined);

  it("gives a hung mount up in time, and does not ask it again", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const stat = mock.fn((path: string) => (path === "/hung" ? never : Promise.resolve(SPACE)));
    const read = createSpaceReader(2, stat);
    const first = read("/hung");
    t.mock.timers.tick(2000);
    assert.equal(await first, null);
    assert.equal(await read("/hung"), null);
    assert.equal(stat.mock.callCount(), 1);
    assert.deepEqual(await read("/"), SPACE);
  });

  it("keeps threads free for the others when two hang", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const stat = mock.fn(() => never);
    const read = createSpaceReader(2, stat);
    const first = [read("/a"), read("/b")];
    t.mock.timers.tick(2000);
    assert.deepEqual(await Promise.all(first), [null, null]);
    assert.equal(await read("/c"), null);
    assert.equal(stat.mock.callCount(), 2);
  });

  it("tells an error as no answer", async () => {
    const read = createSpaceReader(2, () => Promise.reject(new Error("EIO")));
    assert.equal(await read("/"), null);
  });
});
