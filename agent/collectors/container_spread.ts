import { counter, type Labels, type MetricSpec } from "../metric.ts";
import type { DiskUse } from "../sources/cgroup/disks.ts";
import type { CgroupUse } from "../sources/cgroup/figures.ts";
import type { Account } from "./container_account.ts";

/** Takes one point of a cgroup; a value that is not known makes none. */
type Add = (labels: Labels, value: number | null) => void;

/** A metric of several values for each cgroup, such as one for each disk. */
export interface SpreadColumn {
  readonly spec: MetricSpec;
  readonly each: (account: Account, add: Add) => void;
}

// Whose page faults, by the labels that tell them apart.
const FAULTS = [
  [{ failure_type: "pgfault", scope: "container" }, "faults"],
  [{ failure_type: "pgmajfault", scope: "container" }, "majorFaults"],
  [{ failure_type: "pgfault", scope: "hierarchy" }, "allFaults"],
  [{ failure_type: "pgmajfault", scope: "hierarchy" }, "allMajorFaults"],
] as const satisfies readonly (readonly [Labels, keyof CgroupUse])[];

/** What is exported of a container, several values each, in cAdvisor's names and words. */
export const SPREAD_COLUMNS: readonly SpreadColumn[] = [
  {
    spec: counter("container_memory_failures_total", "Cumulative count of memory allocation failures."),
    each({ use }: Account, add: Add): void {
      for (const [labels, figure] of FAULTS) add(labels, use[figure]);
    },
  },
  ofDisks("reads_bytes", "Cumulative count of bytes read", "readBytes"),
  ofDisks("writes_bytes", "Cumulative count of bytes written", "writtenBytes"),
  ofDisks("reads", "Cumulative count of reads completed", "reads"),
  ofDisks("writes", "Cumulative count of writes completed", "writes"),
  // By the columns of /proc/net/dev.
  ofNetwork("receive_bytes", "Cumulative count of bytes received", 0),
  ofNetwork("receive_packets", "Cumulative count of packets received", 1),
  ofNetwork("receive_errors", "Cumulative count of errors encountered while receiving", 2),
  ofNetwork("receive_packets_dropped", "Cumulative count of packets dropped while receiving", 3),
  ofNetwork("transmit_bytes", "Cumulative count of bytes transmitted", 8),
  ofNetwork("transmit_packets", "Cumulative count of packets transmitted", 9),
  ofNetwork("transmit_errors", "Cumulative count of errors encountered while transmitting", 10),
  ofNetwork("transmit_packets_dropped", "Cumulative count of packets dropped while transmitting", 11),
];

function ofDisks(name: string, help: string, figure: Exclude<keyof DiskUse, "device">): SpreadColumn {
  return {
    spec: counter(`container_fs_${name}_total`, help),
    each({ disks }, add) {
      for (const { labels, use } of disks) add(labels, use[figure]);
    },
  };
}

function ofNetwork(name: string, help: string, column: number): SpreadColumn {
  return {
    spec: counter(`container_network_${name}_total`, help),
    each({ traffic }, add) {
      for (const { labels, counts } of traffic) add(labels, counts[column] ?? null);
    },
  };
}
