import { CONTAINER } from "../../common/metrics/names.ts";
import { counter, gauge, type Labels, type MetricSpec } from "../metric.ts";
import type { CgroupUse } from "../sources/cgroup/figures.ts";
import type { Account } from "./container_account.ts";

/** A metric of one value for each cgroup. */
export interface Column {
  readonly spec: MetricSpec;
  readonly pick: (account: Account) => number | null;
  readonly labels?: Labels;
}

type Figure = {
  [Key in keyof CgroupUse]: CgroupUse[Key] extends number | null ? Key : never;
}[keyof CgroupUse];

/** What is exported of a container, one value each, in cAdvisor's names and words. */
export const COLUMNS: readonly Column[] = [
  {
    ...total(CONTAINER.cpuUsage, "Cumulative cpu time consumed in seconds.", "cpuSeconds"),
    labels: { cpu: "total" },
  },
  total(
    "container_cpu_user_seconds_total",
    "Cumulative user cpu time consumed in seconds.",
    "cpuUserSeconds",
  ),
  total(
    "container_cpu_system_seconds_total",
    "Cumulative system cpu time consumed in seconds.",
    "cpuSystemSeconds",
  ),
  total("container_cpu_cfs_periods_total", "Number of elapsed enforcement period intervals.", "cfsPeriods"),
  total(
    "container_cpu_cfs_throttled_periods_total",
    "Number of throttled period intervals.",
    "cfsThrottledPeriods",
  ),
  total(
    "container_cpu_cfs_throttled_seconds_total",
    "Total time duration the container has been throttled.",
    "cfsThrottledSeconds",
  ),
  level(
    CONTAINER.memoryUsage,
    "Current memory usage in bytes, including all memory regardless of when it was accessed",
    "memoryUsage",
  ),
  level(CONTAINER.memoryWorkingSet, "Current working set in bytes.", "memoryWorkingSet"),
  level("container_memory_rss", "Size of RSS in bytes.", "memoryRss"),
  level("container_memory_cache", "Number of bytes of page cache memory.", "memoryCache"),
  level("container_memory_mapped_file", "Size of memory mapped files in bytes.", "memoryMappedFile"),
  level("container_memory_swap", "Container swap usage in bytes.", "memorySwap"),
  level("container_memory_max_usage_bytes", "Maximum memory usage recorded in bytes", "memoryMaxUsage"),
  total("container_memory_failcnt", "Number of memory usage hits limits", "memoryLimitHits"),
  total("container_oom_events_total", "Count of out of memory events observed for the container", "oomKills"),
  level("container_threads", "Number of threads running inside the container", "threads"),
  level(
    "container_threads_max",
    "Maximum number of threads allowed inside the container, infinity if value is zero",
    "threadsMax",
  ),
  level(CONTAINER.memoryLimit, "Memory limit for the container.", "memoryLimit"),
  level("container_spec_cpu_quota", "CPU quota of the container.", "cpuQuota"),
  level("container_spec_cpu_period", "CPU period of the container.", "cpuPeriod"),
  level("container_spec_cpu_shares", "CPU share of the container.", "cpuShares"),
  total(
    "container_pressure_cpu_waiting_seconds_total",
    "Total time duration tasks in the container have waited due to CPU congestion.",
    "cpuWaiting",
  ),
  total(
    "container_pressure_cpu_stalled_seconds_total",
    "Total time duration no tasks in the container could make progress due to CPU congestion.",
    "cpuStalled",
  ),
  total(
    "container_pressure_memory_waiting_seconds_total",
    "Total time duration tasks in the container have waited due to memory congestion.",
    "memoryWaiting",
  ),
  total(
    "container_pressure_memory_stalled_seconds_total",
    "Total time duration no tasks in the container could make progress due to memory congestion.",
    "memoryStalled",
  ),
  total(
    "container_pressure_io_waiting_seconds_total",
    "Total time duration tasks in the container have waited due to IO congestion.",
    "ioWaiting",
  ),
  total(
    "container_pressure_io_stalled_seconds_total",
    "Total time duration no tasks in the container could make progress due to IO congestion.",
    "ioStalled",
  ),
  {
    spec: gauge(CONTAINER.startTime, "Start time of the container since unix epoch in seconds."),
    pick: ({ startedAt }) => startedAt,
  },
  {
    spec: gauge(CONTAINER.lastSeen, "Last time a container was seen by the exporter"),
    pick: ({ seenAt }) => Math.floor(seenAt),
  },
  {
    spec: gauge("container_health_state", "The result of the container's health check"),
    // cAdvisor's 1 and 0; a container without a health check has none, where cAdvisor writes -1.
    pick: ({ health }) => (health === null ? null : health === "healthy" ? 1 : 0),
  },
];

function total(name: string, help: string, figure: Figure): Column {
  return { spec: counter(name, help), pick: ({ use }) => use[figure] };
}

function level(name: string, help: string, figure: Figure): Column {
  return { spec: gauge(name, help), pick: ({ use }) => use[figure] };
}
