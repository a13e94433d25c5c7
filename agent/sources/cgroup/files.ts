/** The files that are read of every cgroup: under v1 their first word names the controller. */
export const V1_FILES = [
  "cpuacct.usage",
  "cpuacct.stat",
  "cpu.stat",
  "cpu.cfs_quota_us",
  "cpu.cfs_period_us",
  "cpu.shares",
  "memory.usage_in_bytes",
  "memory.limit_in_bytes",
  "memory.stat",
] as const;

export const V2_FILES = [
  "cpu.stat",
  "cpu.max",
  "cpu.weight",
  "memory.current",
  "memory.max",
  "memory.stat",
] as const;
