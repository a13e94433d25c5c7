import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createCgroupReader } from "../../../../agent/sources/cgroup/reader.ts";
import type { CgroupTree } from "../../../../agent/sources/cgroup/tree.ts";

/** A tree of one version 1 cgroup, whose files a test changes, and which tells what was read of it. */
function changingTree(files: Record<string, string | Error>): CgroupTree & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    version: 1,
    asked,
    read: () => ({}),
    containers: () => [],
    locate: () => null,
    readFile(_cgroup, file) {
      asked.push(file);
      const text = files[file] ?? null;
      if (text instanceof Error) throw text;
      return text;
    },
  };
}

function container(): Record<string, string | Error> {
  return {
    "cpuacct.usage": "1000000000\n",
    "memory.usage_in_bytes": "100\n",
    "cpu.cfs_quota_us": "50000\n",
    "cpu.stat": "nr_periods 1\n",
    "cpu.shares": "512\n",
  };
}

describe("the cgroup reader", () => {
  it("reads use each time, and limits again after a minute", () => {
    const files = container();
    const tree = changingTree(files);
    const reader = createCgroupReader();
    const owner = {};
    reader.read(tree, "/a", owner, 100);
    Object.assign(files, { "cpuacct.usage": "2000000000\n", "cpu.shares": "256\n" });
    const soon = reader.read(tree, "/a", owner, 159);
    assert.deepEqual([soon?.cpuSeconds, soon?.cpuShares], [2, 512]);
    assert.equal(reader.read(tree, "/a", owner, 160)?.cpuShares, 256);
  });

  it("reads limits at once when the container is told about anew", () => {
    const files = container();
    const reader = createCgroupReader();
    reader.read(changingTree(files), "/a", {}, 100);
    files["cpu.shares"] = "256\n";
    assert.equal(reader.read(changingTree(files), "/a", {}, 101)?.cpuShares, 256);
  });

  it("does not read throttling where no quota can throttle", () => {
    const tree = changingTree({ ...container(), "cpu.cfs_quota_us": "-1\n" });
    assert.equal(createCgroupReader().read(tree, "/a", null, 0)?.cfsPeriods, null);
    assert.ok(!tree.asked.includes("cpu.stat"));
  });

  it("asks for absent files once a minute, but always for CPU and memory", () => {
    const files = container();
    const tree = changingTree(files);
    const reader = createCgroupReader();
    reader.read(tree, "/a", null, 0);
    tree.asked.length = 0;
    reader.read(tree, "/a", null, 1);
    assert.deepEqual(tree.asked, [
      "cpuacct.usage",
      "cpuacct.stat",
      "memory.usage_in_bytes",
      "memory.stat",
      "cpu.stat",
    ]);
    files["pids.current"] = "7\n";
    assert.equal(reader.read(tree, "/a", null, 60)?.threads, 7);
  });

  it("reads no more than a few of those found together anew in one sample", () => {
    const reader = createCgroupReader();
    const tree = changingTree(container());
    const cgroups = Array.from({ length: 8 }, (_, index) => `/${index}`);
    for (const cgroup of cgroups) reader.read(tree, cgroup, null, 0);
    const readAnew = (now: number): number => {
      tree.asked.length = 0;
      for (const cgroup of cgroups) reader.read(tree, cgroup, null, now);
      return tree.asked.filter((file) => file === "cpu.shares").length;
    };
    assert.deepEqual([15, 30, 45, 60].map(readAnew), [2, 2, 2, 2]);
  });

  it("has nothing of a cgroup that is gone, and shows what was read of one that goes", () => {
    const files = container();
    const reader = createCgroupReader();
    reader.read(changingTree(files), "/a", null, 0);
    const half = { "cpuacct.usage": "3000000000\n" };
    const use = reader.read(changingTree(half), "/a", null, 1);
    assert.deepEqual([use?.cpuSeconds, use?.memoryUsage, use?.memoryLimitHits], [3, null, null]);
    assert.equal(reader.read(changingTree({}), "/a", null, 2), null);
    assert.equal(createCgroupReader().read(changingTree({}), "/a", null, 2), null);
  });

  it("leaves out what it may not read, and tells of it once", () => {
    const denied = new Error("EACCES: permission denied");
    const reader = createCgroupReader();
    const use = reader.read(changingTree({ ...container(), "pids.current": denied }), "/a", null, 0);
    assert.deepEqual([use?.cpuSeconds, use?.threads], [1, null]);
    assert.equal(reader.takeFailure(), denied);
    assert.equal(reader.takeFailure(), null);
  });

  it("forgets cgroups that are gone", () => {
    const files = container();
    const reader = createCgroupReader();
    reader.read(changingTree(files), "/a", null, 0);
    reader.keepOnly(new Set(["/b"]));
    files["cpu.shares"] = "256\n";
    assert.equal(reader.read(changingTree(files), "/a", null, 1)?.cpuShares, 256);
  });
});
