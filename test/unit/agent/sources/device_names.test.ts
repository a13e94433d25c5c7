import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createDeviceNames, deviceName } from "../../../../agent/sources/device_names.ts";
import type { Files } from "../../../../agent/sources/files.ts";

function sysfs(read: (path: string) => string | null): Files {
  return { root: "/sys", read, folders: () => [], entries: () => [] };
}

describe("a block device's name", () => {
  it("is what sysfs calls it", () => {
    const files = sysfs((path) =>
      path === "dev/block/259:0/uevent" ? "MAJOR=259\nMINOR=0\nDEVNAME=nvme0n1\nDEVTYPE=disk\n" : null,
    );
    assert.equal(deviceName(files, "259:0"), "/dev/nvme0n1");
  });

  it("is its number where sysfs does not tell", () => {
    const denied = sysfs(() => {
      throw new Error("EACCES");
    });
    for (const files of [sysfs(() => null), sysfs(() => "MAJOR=8\n"), denied]) {
      assert.equal(deviceName(files, "8:0"), "8:0");
    }
  });

  it("is asked for once a minute", () => {
    let name = "sda";
    const files = sysfs(() => `DEVNAME=${name}`);
    const nameOf = createDeviceNames();
    assert.equal(nameOf(files, "8:0", 0), "/dev/sda");
    name = "sdb";
    assert.equal(nameOf(files, "8:0", 59), "/dev/sda");
    assert.equal(nameOf(files, "8:0", 60), "/dev/sdb");
  });
});
