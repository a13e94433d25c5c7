import { TICKS_PER_SECOND } from "../procfs.ts";
import { parseBlkio } from "./disks.ts";
import { divided, fieldOf, numberIn } from "./fields.ts";
import type { CgroupLimits, CgroupUse } from "./figures.ts";
import type { CgroupTexts } from "./tree.ts";
import { workingSet } from "./working_set.ts";

// The kernel writes "no limit" as the largest multiple of a page below 2^63; no machine has an exabyte.
const NO_LIMIT = 1e18;
const NANOSECONDS = 1e9;

export function parseLimitsV1(texts: CgroupTexts): CgroupLimits {
  const limit = numberIn(texts["memory.limit_in_bytes"]);
  const threads = texts["pids.max"];
  return {
    cpuQuota: numberIn(texts["cpu.cfs_quota_us"]),
    cpuPeriod: numberIn(texts["cpu.cfs_period_us"]),
    cpuShares: numberIn(texts["cpu.shares"]),
    memoryLimit: limit !== null && limit > NO_LIMIT ? 0 : limit,
    threadsMax: threads?.startsWith("max") === true ? 0 : numberIn(threads),
  };
}

export function parseUseV1(texts: CgroupTexts, limits: CgroupLimits): CgroupUse {
  const usage = numberIn(texts["memory.usage_in_bytes"]);
  const memory = texts["memory.stat"];
  const ticks = texts["cpuacct.stat"];
  const throttling = limits.cpuQuota === null ? undefined : texts["cpu.stat"];
  return {
    ...limits,
    cpuSeconds: divided(numberIn(texts["cpuacct.usage"]), NANOSECONDS),
    cpuUserSeconds: divided(fieldOf(ticks, "user"), TICKS_PER_SECOND),
    cpuSystemSeconds: divided(fieldOf(ticks, "system"), TICKS_PER_SECOND),
    cfsPeriods: fieldOf(throttling, "nr_periods"),
    cfsThrottledPeriods: fieldOf(throttling, "nr_throttled"),
    cfsThrottledSeconds: divided(fieldOf(throttling, "throttled_time"), NANOSECONDS),
    memoryUsage: usage,
    memoryWorkingSet: workingSet(usage, fieldOf(memory, "total_inactive_file")),
    memoryRss: fieldOf(memory, "total_rss"),
    memoryCache: fieldOf(memory, "total_cache"),
    memoryMappedFile: fieldOf(memory, "total_mapped_file"),
    memorySwap: fieldOf(memory, "total_swap"),
    memoryMaxUsage: numberIn(texts["memory.max_usage_in_bytes"]),
    memoryLimitHits: numberIn(texts["memory.failcnt"]),
    oomKills: fieldOf(texts["memory.oom_control"], "oom_kill"),
    faults: fieldOf(memory, "pgfault"),
    majorFaults: fieldOf(memory, "pgmajfault"),
    allFaults: fieldOf(memory, "total_pgfault"),
    allMajorFaults: fieldOf(memory, "total_pgmajfault"),
    disks: parseBlkio(
      texts["blkio.throttle.io_service_bytes_recursive"],
      texts["blkio.throttle.io_serviced_recursive"],
    ),
    threads: numberIn(texts["pids.current"]),
    cpuWaiting: null,
    cpuStalled: null,
    memoryWaiting: null,
    memoryStalled: null,
    ioWaiting: null,
    ioStalled: null,
  };
}
