import { CONTAINER } from "../../common/metrics/names.ts";
import { counter, family, gauge, type Family, type Labels, type MetricSpec } from "../metric.ts";
import type { CgroupUse } from "../sources/cgroup/use.ts";

/** One cgroup's use, whose it is, and since when it runs and was seen (seconds since the epoch). */
export interface Account {
  readonly use: CgroupUse;
  readonly labels: Labels;
  readonly startedAt: number | null;
  readonly seenAt: number;
}

interface Column {
  readonly spec: MetricSpec;
  readonly pick: (account: Account) => number | null;
  readonly labels?: Labels;
}

/** What is exported of a container, in cAdvisor's names. */
const COLUMNS: readonly Column[] = [
  {
    spec: counter(CONTAINER.cpuUsage, "Cumulative cpu time consumed in seconds."),
    pick: ({ use }) => use.cpuSeconds,
    labels: { cpu: "total" },
  },
  {
    spec: counter("container_cpu_user_seconds_total", "Cumulative user cpu time consumed in seconds."),
    pick: ({ use }) => use.cpuUserSeconds,
  },
  {
    spec: counter("container_cpu_system_seconds_total", "Cumulative system cpu time consumed in seconds."),
    pick: ({ use }) => use.cpuSystemSeconds,
  },
  {
    spec: counter("container_cpu_cfs_periods_total", "Number of elapsed enforcement period intervals."),
    pick: ({ use }) => use.cfsPeriods,
  },
  {
    spec: counter("container_cpu_cfs_throttled_periods_total", "Number of throttled period intervals."),
    pick: ({ use }) => use.cfsThrottledPeriods,
  },
  {
    spec: counter(
      "container_cpu_cfs_throttled_seconds_total",
      "Total time duration the container has been throttled.",
    ),
    pick: ({ use }) => use.cfsThrottledSeconds,
  },
  {
    spec: gauge(
      CONTAINER.memoryUsage,
      "Current memory usage in bytes, including all memory regardless of when it was accessed.",
    ),
    pick: ({ use }) => use.memoryUsage,
  },
  {
    spec: gauge(CONTAINER.memoryWorkingSet, "Current working set in bytes: usage less inactive file pages."),
    pick: ({ use }) => use.memoryWorkingSet,
  },
  { spec: gauge("container_memory_rss", "Size of RSS in bytes."), pick: ({ use }) => use.memoryRss },
  {
    spec: gauge("container_memory_cache", "Number of bytes of page cache memory."),
    pick: ({ use }) => use.memoryCache,
  },
  {
    spec: gauge(CONTAINER.memoryLimit, "Memory limit in bytes; 0 is no limit."),
    pick: ({ use }) => use.memoryLimit,
  },
  {
    spec: gauge("container_spec_cpu_quota", "CPU quota, in microseconds per period."),
    pick: ({ use }) => use.cpuQuota,
  },
  {
    spec: gauge("container_spec_cpu_period", "CPU period, in microseconds."),
    pick: ({ use }) => use.cpuPeriod,
  },
  { spec: gauge("container_spec_cpu_shares", "CPU share."), pick: ({ use }) => use.cpuShares },
  {
    spec: gauge(CONTAINER.startTime, "Start time of the container since unix epoch in seconds."),
    pick: ({ startedAt }) => startedAt,
  },
  {
    spec: gauge(
      CONTAINER.lastSeen,
      "Last time a container was seen by the exporter, in seconds since unix epoch.",
    ),
    pick: ({ seenAt }) => seenAt,
  },
];

/** The families of these accounts. */
export function containerFamilies(accounts: readonly Account[]): readonly Family[] {
  return COLUMNS.map(({ spec, pick, labels = {} }) =>
    family(
      spec,
      accounts.flatMap((account) => {
        const value = pick(account);
        return value === null ? [] : [{ value, labels, shared: account.labels }];
      }),
    ),
  );
}
