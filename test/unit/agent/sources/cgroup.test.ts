import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseBlkio, parseIoStat } from "../../../../agent/sources/cgroup/disks.ts";
import { fieldOf } from "../../../../agent/sources/cgroup/fields.ts";
import { openCgroups } from "../../../../agent/sources/cgroup/tree.ts";
import { parseLimits, parseUse } from "../../../../agent/sources/cgroup/use.ts";
import { containerId, findContainers } from "../../../../agent/sources/cgroup/walk.ts";
import { fixtureRoot, PLAIN, WEB } from "../fixture.ts";

const V1_TEXTS = {
  "cpuacct.usage": "1500000000\n",
  "cpuacct.stat": "user 100\nsystem 50\n",
  "cpu.stat": "nr_periods 10\nnr_throttled 4\nthrottled_time 2500000000\nnr_bursts 0\nburst_time 0\n",
  "cpu.cfs_quota_us": "50000\n",
  "cpu.cfs_period_us": "100000\n",
  "cpu.shares": "512\n",
  "memory.usage_in_bytes": "1000\n",
  "memory.max_usage_in_bytes": "1100\n",
  "memory.failcnt": "3\n",
  "memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n",
  "memory.limit_in_bytes": "9223372036854771712\n",
  "memory.stat":
    "cache 1\nrss 1\nmapped_file 1\nswap 1\npgfault 70\npgmajfault 7\ninactive_file 1\n" +
    "total_cache 300\ntotal_rss 600\ntotal_rss_huge 9\ntotal_mapped_file 40\ntotal_swap 50\n" +
    "total_pgfault 80\ntotal_pgmajfault 8\ntotal_inactive_file 200\n",
  "blkio.throttle.io_service_bytes_recursive": "8:0 Read 10\n8:0 Write 20\n8:0 Total 30\nTotal 30\n",
  "blkio.throttle.io_serviced_recursive": "8:0 Read 1\n8:0 Write 2\n8:0 Total 3\nTotal 3\n",
  "pids.current": "5\n",
  "pids.max": "max\n",
};

const V2_TEXTS = {
  "cpu.stat":
    "usage_usec 1500000\nuser_usec 1000000\nsystem_usec 500000\nnr_periods 10\nnr_throttled 4\nthrottled_usec 2500000\n",
  "cpu.max": "50000 100000\n",
  "cpu.weight": "39\n",
  "memory.current": "1000\n",
  "memory.peak": "1100\n",
  "memory.swap.current": "50\n",
  "memory.events": "low 0\nhigh 0\nmax 3\noom 1\noom_kill 2\noom_group_kill 0\n",
  "memory.max": "2000\n",
  "memory.stat":
    "anon 600\nfile 300\nkernel 1\nfile_mapped 40\nfile_dirty 1\nanon_thp 1\ninactive_anon 1\n" +
    "inactive_file 1200\npgfault 80\npgmajfault 8\n",
  "io.stat": "8:0 rbytes=10 wbytes=20 rios=1 wios=2 dbytes=0 dios=0\n",
  "pids.current": "5\n",
  "pids.max": "100\n",
  "cpu.pressure":
    "some avg10=0.00 avg60=0.00 avg300=0.00 total=1500000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=500000\n",
  "memory.pressure": "some avg10=0.00 avg60=0.00 avg300=0.00 total=2000000\n",
  "io.pressure":
    "some avg10=1.00 avg60=0.00 avg300=0.00 total=4000000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=3000000\n",
};

const DISK = { device: "8:0", readBytes: 10, writtenBytes: 20, reads: 1, writes: 2 };

// What both versions tell of the same container.
const BOTH = {
  cpuSeconds: 1.5,
  cpuUserSeconds: 1,
  cpuSystemSeconds: 0.5,
  cfsPeriods: 10,
  cfsThrottledPeriods: 4,
  cfsThrottledSeconds: 2.5,
  cpuQuota: 50_000,
  cpuPeriod: 100_000,
  memoryUsage: 1000,
  memoryRss: 600,
  memoryCache: 300,
  memoryMappedFile: 40,
  memorySwap: 50,
  memoryMaxUsage: 1100,
  oomKills: 2,
  allFaults: 80,
  allMajorFaults: 8,
  disks: [DISK],
  threads: 5,
};

describe("parseUse", () => {
  it("reads version 1", () => {
    assert.deepEqual(parseUse(1, V1_TEXTS), {
      ...BOTH,
      cpuShares: 512,
      memoryWorkingSet: 800,
      memoryLimitHits: 3,
      faults: 70,
      majorFaults: 7,
      memoryLimit: 0,
      threadsMax: 0,
      cpuWaiting: null,
      cpuStalled: null,
      memoryWaiting: null,
      memoryStalled: null,
      ioWaiting: null,
      ioStalled: null,
    });
  });

  it("reads version 2", () => {
    assert.deepEqual(parseUse(2, V2_TEXTS), {
      ...BOTH,
      cpuShares: 998,
      memoryWorkingSet: 0,
      memoryLimitHits: null,
      faults: 80,
      majorFaults: 8,
      memoryLimit: 2000,
      threadsMax: 100,
      cpuWaiting: 1.5,
      cpuStalled: 0.5,
      memoryWaiting: 2,
      memoryStalled: null,
      ioWaiting: 4,
      ioStalled: 3,
    });
  });

  it("writes no limit as 0 bytes, 0 threads and as no quota", () => {
    const v2 = parseUse(2, { "cpu.max": "max 100000\n", "memory.max": "max\n", "pids.max": "max\n" });
    assert.deepEqual([v2.cpuQuota, v2.cpuPeriod, v2.memoryLimit, v2.threadsMax], [null, 100_000, 0, 0]);
    assert.equal(parseUse(1, { "cpu.cfs_quota_us": "-1\n" }).cpuQuota, null);
  });

  it("counts throttling only where a quota can throttle", () => {
    const v1 = parseUse(1, { ...V1_TEXTS, "cpu.cfs_quota_us": "-1\n" });
    const v2 = parseUse(2, { ...V2_TEXTS, "cpu.max": "max 100000\n" });
    for (const use of [v1, v2]) {
      assert.deepEqual(
        [use.cfsPeriods, use.cfsThrottledPeriods, use.cfsThrottledSeconds],
        [null, null, null],
      );
      assert.equal(use.cpuSeconds, 1.5);
    }
  });

  it("takes limits that are known already", () => {
    const limits = parseLimits(1, V1_TEXTS);
    const texts = { ...V1_TEXTS, "cpu.shares": "1\n" };
    assert.equal(parseUse(1, texts, limits).cpuShares, 512);
  });

  for (const version of [1, 2] as const) {
    it(`knows nothing of what is not there (version ${version}): absent is not zero`, () => {
      assert.deepEqual(new Set(Object.values(parseUse(version, {}))), new Set([null]));
    });
  }
});

describe("fieldOf", () => {
  it("takes whole names at the beginning of a line", () => {
    const text = "total_rss 1\nrss_huge 2\nrss 3\n";
    assert.equal(fieldOf(text, "rss"), 3);
    assert.equal(fieldOf(text, "total_rss"), 1);
    assert.equal(fieldOf(text, "huge"), null);
    assert.equal(fieldOf("rss max\n", "rss"), null);
  });
});

describe("disks", () => {
  it("are told apart in version 1, and their sums left out", () => {
    const bytes = "8:0 Read 1\n8:0 Write 2\n8:0 Discard 9\n8:16 Read 3\n8:16 Write 4\nTotal 19\n";
    assert.deepEqual(parseBlkio(bytes, undefined), [
      { device: "8:0", readBytes: 1, writtenBytes: 2, reads: null, writes: null },
      { device: "8:16", readBytes: 3, writtenBytes: 4, reads: null, writes: null },
    ]);
    assert.deepEqual(parseBlkio("Total 0\n", "Total 0\n"), []);
  });

  it("are told apart in version 2, also where a kernel runs a silent disk's line into the next", () => {
    const text = "7:0 \n8:0 8:16 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6\n9:0 rbytes=7\n";
    assert.deepEqual(parseIoStat(text), [
      { device: "8:16", readBytes: 1, writtenBytes: 2, reads: 3, writes: 4 },
      { device: "9:0", readBytes: 7, writtenBytes: null, reads: null, writes: null },
    ]);
    assert.deepEqual(parseIoStat(""), []);
  });
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
