import { parseKeyed, parseNumber } from "../keyed.ts";
import { TICKS_PER_SECOND } from "../procfs.ts";
import type { CgroupTexts } from "./tree.ts";

/**
 * What one cgroup and all below it use and may use, in seconds and bytes whatever the version. Null is what this
 * kernel, version or cgroup does not tell. A memory limit of 0 means none, as cAdvisor writes it.
 */
export interface CgroupUse {
  readonly cpuSeconds: number | null;
  readonly cpuUserSeconds: number | null;
  readonly cpuSystemSeconds: number | null;
  readonly cfsPeriods: number | null;
  readonly cfsThrottledPeriods: number | null;
  readonly cfsThrottledSeconds: number | null;
  /** Microseconds of CPU time per period; null without a limit. */
  readonly cpuQuota: number | null;
  /** Microseconds. */
  readonly cpuPeriod: number | null;
  readonly cpuShares: number | null;
  readonly memoryUsage: number | null;
  readonly memoryWorkingSet: number | null;
  readonly memoryRss: number | null;
  readonly memoryCache: number | null;
  readonly memoryLimit: number | null;
}

// The v1 kernel writes "no limit" as the largest multiple of a page below 2^63; no machine has an exabyte.
const NO_LIMIT = 1e18;

/** Parses a cgroup's files. */
export function parseUse(version: 1 | 2, texts: CgroupTexts): CgroupUse {
  return version === 1 ? parseV1(texts) : parseV2(texts);
}

function parseV1(texts: CgroupTexts): CgroupUse {
  const ticks = parseKeyed(texts["cpuacct.stat"] ?? "");
  const cfs = parseKeyed(texts["cpu.stat"] ?? "");
  const memory = parseKeyed(texts["memory.stat"] ?? "");
  const usage = parseNumber(texts["memory.usage_in_bytes"]);
  const limit = parseNumber(texts["memory.limit_in_bytes"]);
  const quota = parseNumber(texts["cpu.cfs_quota_us"]);
  return {
    cpuSeconds: divided(parseNumber(texts["cpuacct.usage"]), 1e9),
    cpuUserSeconds: divided(ticks.get("user"), TICKS_PER_SECOND),
    cpuSystemSeconds: divided(ticks.get("system"), TICKS_PER_SECOND),
    cfsPeriods: cfs.get("nr_periods") ?? null,
    cfsThrottledPeriods: cfs.get("nr_throttled") ?? null,
    cfsThrottledSeconds: divided(cfs.get("throttled_time"), 1e9),
    cpuQuota: quota !== null && quota > 0 ? quota : null,
    cpuPeriod: parseNumber(texts["cpu.cfs_period_us"]),
    cpuShares: parseNumber(texts["cpu.shares"]),
    memoryUsage: usage,
    memoryWorkingSet: workingSet(usage, memory.get("total_inactive_file")),
    memoryRss: memory.get("total_rss") ?? null,
    memoryCache: memory.get("total_cache") ?? null,
    memoryLimit: limit !== null && limit > NO_LIMIT ? 0 : limit,
  };
}

function parseV2(texts: CgroupTexts): CgroupUse {
  const cpu = parseKeyed(texts["cpu.stat"] ?? "");
  const memory = parseKeyed(texts["memory.stat"] ?? "");
  const usage = parseNumber(texts["memory.current"]);
  const [quota, period] = (texts["cpu.max"] ?? "").trim().split(" ");
  return {
    cpuSeconds: divided(cpu.get("usage_usec"), 1e6),
    cpuUserSeconds: divided(cpu.get("user_usec"), 1e6),
    cpuSystemSeconds: divided(cpu.get("system_usec"), 1e6),
    cfsPeriods: cpu.get("nr_periods") ?? null,
    cfsThrottledPeriods: cpu.get("nr_throttled") ?? null,
    cfsThrottledSeconds: divided(cpu.get("throttled_usec"), 1e6),
    cpuQuota: parseNumber(quota),
    cpuPeriod: parseNumber(period),
    cpuShares: sharesOfWeight(parseNumber(texts["cpu.weight"])),
    memoryUsage: usage,
    memoryWorkingSet: workingSet(usage, memory.get("inactive_file")),
    memoryRss: memory.get("anon") ?? null,
    memoryCache: memory.get("file") ?? null,
    memoryLimit: texts["memory.max"]?.trim() === "max" ? 0 : parseNumber(texts["memory.max"]),
  };
}

/** What the kernel could not take back at once: the use without the file pages that nobody touched lately. */
function workingSet(usage: number | null, inactiveFile: number | undefined): number | null {
  return usage === null || inactiveFile === undefined ? null : Math.max(0, usage - inactiveFile);
}

/** The runtimes' own mapping between v1 shares (2 to 262144) and v2 weight (1 to 10000), turned round. */
function sharesOfWeight(weight: number | null): number | null {
  return weight === null ? null : Math.round(2 + ((weight - 1) * 262_142) / 9_999);
}

function divided(value: number | null | undefined, unit: number): number | null {
  return value === null || value === undefined ? null : value / unit;
}
