import type { DiskUse } from "./disks.ts";

/** What one cgroup may use. Null is what this kernel, version or cgroup does not tell. */
export interface CgroupLimits {
  /** Microseconds of CPU time per period; null without a limit. */
  readonly cpuQuota: number | null;
  /** Microseconds. */
  readonly cpuPeriod: number | null;
  readonly cpuShares: number | null;
  /** Bytes; 0 means none, as cAdvisor writes it. */
  readonly memoryLimit: number | null;
  /** 0 means none, as cAdvisor writes it. */
  readonly threadsMax: number | null;
}

/**
 * What one cgroup and all below it use and may use, in seconds and bytes whatever the version. Null is what this
 * kernel, version or cgroup does not tell.
 */
export interface CgroupUse extends CgroupLimits {
  readonly cpuSeconds: number | null;
  readonly cpuUserSeconds: number | null;
  readonly cpuSystemSeconds: number | null;
  /** Known of a cgroup with a quota only: nothing else throttles. */
  readonly cfsPeriods: number | null;
  readonly cfsThrottledPeriods: number | null;
  readonly cfsThrottledSeconds: number | null;
  readonly memoryUsage: number | null;
  readonly memoryWorkingSet: number | null;
  readonly memoryRss: number | null;
  readonly memoryCache: number | null;
  readonly memoryMappedFile: number | null;
  readonly memorySwap: number | null;
  readonly memoryMaxUsage: number | null;
  /** How often its limit was hit. */
  readonly memoryLimitHits: number | null;
  readonly oomKills: number | null;
  /** Page faults of its own processes. */
  readonly faults: number | null;
  readonly majorFaults: number | null;
  /** Page faults with those of the cgroups below it. */
  readonly allFaults: number | null;
  readonly allMajorFaults: number | null;
  readonly disks: readonly DiskUse[] | null;
  readonly threads: number | null;
  /** Seconds in which some task waited, and in which none could run. */
  readonly cpuWaiting: number | null;
  readonly cpuStalled: number | null;
  readonly memoryWaiting: number | null;
  readonly memoryStalled: number | null;
  readonly ioWaiting: number | null;
  readonly ioStalled: number | null;
}
