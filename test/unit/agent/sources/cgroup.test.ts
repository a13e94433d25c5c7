import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openCgroups } from "../../../../agent/sources/cgroup/tree.ts";
import { parseUse } from "../../../../agent/sources/cgroup/use.ts";
import { containerId, findContainers } from "../../../../agent/sources/cgroup/walk.ts";
import { fixtureRoot, PLAIN, WEB } from "../fixture.ts";

describe("parseUse", () => {
  it("reads version 1", () => {
    const use = parseUse(1, {
      "cpuacct.usage": "1500000000\n",
      "cpuacct.stat": "user 100\nsystem 50\n",
      "cpu.stat": "nr_periods 10\nnr_throttled 4\nthrottled_time 2500000000\n",
      "cpu.cfs_quota_us": "50000\n",
      "cpu.cfs_period_us": "100000\n",
      "cpu.shares": "512\n",
      "memory.usage_in_bytes": "1000\n",
      "memory.limit_in_bytes": "9223372036854771712\n",
      "memory.stat": "inactive_file 1\ntotal_cache 300\ntotal_rss 600\ntotal_inactive_file 200\n",
    });
    assert.deepEqual(use, {
      cpuSeconds: 1.5,
      cpuUserSeconds: 1,
      cpuSystemSeconds: 0.5,
      cfsPeriods: 10,
      cfsThrottledPeriods: 4,
      cfsThrottledSeconds: 2.5,
      cpuQuota: 50_000,
      cpuPeriod: 100_000,
      cpuShares: 512,
      memoryUsage: 1000,
      memoryWorkingSet: 800,
      memoryRss: 600,
      memoryCache: 300,
      memoryLimit: 0,
    });
  });

  it("reads version 2", () => {
    const use = parseUse(2, {
      "cpu.stat":
        "usage_usec 1500000\nuser_usec 1000000\nsystem_usec 500000\nnr_periods 10\nnr_throttled 4\nthrottled_usec 2500000\n",
      "cpu.max": "50000 100000\n",
      "cpu.weight": "100\n",
      "memory.current": "1000\n",
      "memory.max": "2000\n",
      "memory.stat": "anon 600\nfile 300\ninactive_file 1200\n",
    });
    assert.deepEqual(use, {
      cpuSeconds: 1.5,
      cpuUserSeconds: 1,
      cpuSystemSeconds: 0.5,
      cfsPeriods: 10,
      cfsThrottledPeriods: 4,
      cfsThrottledSeconds: 2.5,
      cpuQuota: 50_000,
      cpuPeriod: 100_000,
      cpuShares: 2597,
      memoryUsage: 1000,
      memoryWorkingSet: 0,
      memoryRss: 600,
      memoryCache: 300,
      memoryLimit: 2000,
    });
  });

  it("writes no limit as 0 bytes and as no quota", () => {
    const v2 = parseUse(2, { "cpu.max": "max 100000\n", "memory.max": "max\n" });
    assert.deepEqual([v2.cpuQuota, v2.cpuPeriod, v2.memoryLimit], [null, 100_000, 0]);
    assert.equal(parseUse(1, { "cpu.cfs_quota_us": "-1\n" }).cpuQuota, null);
  });

  for (const version of [1, 2] as const) {
    it(`knows nothing of what is not there (version ${version}): absent is not zero`, () => {
      assert.deepEqual(new Set(Object.values(parseUse(version, {}))), new Set([null]));
    });
  }
});

describe("containerId", () => {
  const names: readonly (readonly [string, string | null])[] = [
    [WEB, WEB],
    [`docker-${WEB}.scope`, WEB],
    [`libpod-${WEB}.scope`, WEB],
    [`cri-containerd-${WEB}.scope`, WEB],
    [`libpod-conmon-${WEB}.scope`, null],
    [WEB.slice(1), null],
    [`${WEB}0`, null],
    ["docker.service", null],
    [`docker-${WEB}.mount`, null],
  ];
  for (const [folder, id] of names) {
    it(`${id === null ? "finds none in" : "finds the one in"} ${folder.replace(WEB, "ID")}`, () => {
      assert.equal(containerId(folder), id);
    });
  }
});

describe("findContainers", () => {
  it("does not look inside of a container", () => {
    const folders: Readonly<Record<string, readonly string[]>> = {
      "": ["docker", "init.scope"],
      "/docker": [WEB],
      [`/docker/${WEB}`]: ["docker"],
      [`/docker/${WEB}/docker`]: [PLAIN],
    };
    const foldersOf = (cgroup: string): readonly string[] => folders[cgroup] ?? [];
    assert.deepEqual(findContainers("/", foldersOf), [{ id: WEB, cgroup: `/docker/${WEB}` }]);
    // A node that is itself a container (Docker-in-Docker) has its own inside.
    const inner = [{ id: PLAIN, cgroup: `/docker/${WEB}/docker/${PLAIN}` }];
    assert.deepEqual(findContainers(`/docker/${WEB}`, foldersOf), inner);
  });
});

describe("openCgroups", () => {
  it("takes a hybrid host for version 1, with joined controllers", () => {
    const tree = openCgroups(`${fixtureRoot("v1")}/sys`);
    assert.equal(tree?.version, 1);
    assert.equal(tree.read("/node1")["cpuacct.usage"], "6000000000\n");
    assert.equal(tree.read("/node1")["memory.usage_in_bytes"], "300000000\n");
  });

  it("knows version 2", () => {
    const tree = openCgroups(`${fixtureRoot("v2")}/sys`);
    assert.equal(tree?.version, 2);
    assert.equal(tree.read("/system.slice")["memory.current"], "400000000\n");
  });

  it("reads nothing of a cgroup that is gone", () => {
    assert.deepEqual(openCgroups(`${fixtureRoot("v2")}/sys`)?.read("/gone"), {});
  });

  it("finds none where there are none", () => {
    assert.equal(openCgroups("/nowhere"), null);
  });
});
