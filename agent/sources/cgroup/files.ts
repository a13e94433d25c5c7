/** The files that are read of a cgroup: under v1 their first word names the controller. */
export interface CgroupFiles {
  /** What the cgroup may use: changed seldom, and by its owner only. */
  readonly limits: readonly string[];
  /** What every container has; without any of them it is gone. */
  readonly core: readonly string[];
  /** What this kernel or this cgroup may not have. */
  readonly optional: readonly string[];
}

/** v1 counts throttling for every cgroup, but only a quota throttles. */
export const V1_THROTTLING = "cpu.stat";

const V1_FILES: CgroupFiles = {
  limits: ["cpu.cfs_quota_us", "cpu.cfs_period_us", "cpu.shares", "memory.limit_in_bytes", "pids.max"],
  core: ["cpuacct.usage", "cpuacct.stat", "memory.usage_in_bytes", "memory.stat"],
  optional: [
    V1_THROTTLING,
    "memory.max_usage_in_bytes",
    "memory.failcnt",
    "memory.oom_control",
    "blkio.throttle.io_service_bytes_recursive",
    "blkio.throttle.io_serviced_recursive",
    "pids.current",
  ],
};

const V2_FILES: CgroupFiles = {
  limits: ["cpu.max", "cpu.weight", "memory.max", "pids.max"],
  core: ["cpu.stat", "memory.current", "memory.stat"],
  optional: [
    "memory.peak",
    "memory.swap.current",
    "memory.events",
    "io.stat",
    "pids.current",
    "cpu.pressure",
    "memory.pressure",
    "io.pressure",
  ],
};

export function filesOf(version: 1 | 2): CgroupFiles {
  return version === 1 ? V1_FILES : V2_FILES;
}
