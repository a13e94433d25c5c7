import { parseIoStat } from "./disks.ts";
import { divided, fieldOf, numberAt, numberIn } from "./fields.ts";
import type { CgroupLimits, CgroupUse } from "./figures.ts";
import type { CgroupTexts } from "./tree.ts";
import { workingSet } from "./working_set.ts";

const MICROSECONDS = 1e6;

export function parseLimitsV2(texts: CgroupTexts): CgroupLimits {
  const cpu = texts["cpu.max"];
  return {
    cpuQuota: numberIn(cpu),
    cpuPeriod: cpu === undefined ? null : numberAt(cpu, cpu.indexOf(" ") + 1),
    cpuShares: sharesOfWeight(numberIn(texts["cpu.weight"])),
    memoryLimit: limitIn(texts["memory.max"]),
    threadsMax: limitIn(texts["pids.max"]),
  };
}

export function parseUseV2(texts: CgroupTexts, limits: CgroupLimits): CgroupUse {
  const cpu = texts["cpu.stat"];
  const throttling = limits.cpuQuota === null ? undefined : cpu;
  const usage = numberIn(texts["memory.current"]);
  const memory = texts["memory.stat"];
  const faults = fieldOf(memory, "pgfault");
  const majorFaults = fieldOf(memory, "pgmajfault");
  return {
    ...limits,
    cpuSeconds: divided(fieldOf(cpu, "usage_usec"), MICROSECONDS),
    cpuUserSeconds: divided(fieldOf(cpu, "user_usec"), MICROSECONDS),
    cpuSystemSeconds: divided(fieldOf(cpu, "system_usec"), MICROSECONDS),
    cfsPeriods: fieldOf(throttling, "nr_periods"),
    cfsThrottledPeriods: fieldOf(throttling, "nr_throttled"),
    cfsThrottledSeconds: divided(fieldOf(throttling, "throttled_usec"), MICROSECONDS),
    memoryUsage: usage,
    memoryWorkingSet: workingSet(usage, fieldOf(memory, "inactive_file")),
    memoryRss: fieldOf(memory, "anon"),
    memoryCache: fieldOf(memory, "file"),
    memoryMappedFile: fieldOf(memory, "file_mapped"),
    memorySwap: numberIn(texts["memory.swap.current"]),
    memoryMaxUsage: numberIn(texts["memory.peak"]),
    memoryLimitHits: null,
    oomKills: fieldOf(texts["memory.events"], "oom_kill"),
    // v2 counts with what is below and nothing else: cAdvisor shows that in both scopes.
    faults,
    majorFaults,
    allFaults: faults,
    allMajorFaults: majorFaults,
    disks: parseIoStat(texts["io.stat"]),
    threads: numberIn(texts["pids.current"]),
    cpuWaiting: pressureIn(texts["cpu.pressure"], "some "),
    cpuStalled: pressureIn(texts["cpu.pressure"], "full "),
    memoryWaiting: pressureIn(texts["memory.pressure"], "some "),
    memoryStalled: pressureIn(texts["memory.pressure"], "full "),
    ioWaiting: pressureIn(texts["io.pressure"], "some "),
    ioStalled: pressureIn(texts["io.pressure"], "full "),
  };
}

function limitIn(text: string | undefined): number | null {
  return text?.startsWith("max") === true ? 0 : numberIn(text);
}

/** cAdvisor's mapping of v2 weight (1 to 10000) to v1 shares (2 to 262144), in whole numbers as there. */
function sharesOfWeight(weight: number | null): number | null {
  return weight === null ? null : 2 + Math.floor(((weight - 1) * 262_142) / 9_999);
}

/** Seconds of a line of a `.pressure` file: `some avg10=0.00 avg60=0.00 avg300=0.00 total=microseconds`. */
function pressureIn(text: string | undefined, kind: "some " | "full "): number | null {
  const line = text?.indexOf(kind) ?? -1;
  const total = line < 0 ? -1 : (text?.indexOf("total=", line) ?? -1);
  return total < 0 ? null : divided(numberAt(text, total + "total=".length), MICROSECONDS);
}
