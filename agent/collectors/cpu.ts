import { HOST } from "../../common/metrics/names.ts";
import { counter, family, gauge, type Family, type MetricSpec, type Point } from "../metric.ts";
import { createSteadyTicks, parseCpuTicks, type CpuTicks } from "../sources/cpu_ticks.ts";
import { TICKS_PER_SECOND } from "../sources/procfs.ts";
import { parseCpuList, readThrottles, type Throttles } from "../sources/throttles.ts";
import type { Collector } from "./contract.ts";

/** Seconds per processor and mode; node_cgroup writes the same metric for a node that is a cgroup. */
export const CPU_SECONDS = counter(HOST.cpuSeconds, "Seconds the CPUs spent in each mode.");
const GUEST_SECONDS = counter(
  "node_cpu_guest_seconds_total",
  "Seconds the CPUs spent in guests (VMs) for each mode.",
);

const CORE_THROTTLES = counter(
  "node_cpu_core_throttles_total",
  "Number of times this CPU core has been throttled.",
);
const PACKAGE_THROTTLES = counter(
  "node_cpu_package_throttles_total",
  "Number of times this CPU package has been throttled.",
);
const ISOLATED = gauge(
  "node_cpu_isolated",
  "Whether each core is isolated, information from /sys/devices/system/cpu/isolated.",
);

/** What the kernel and the processors count, and which of them are set apart. */
export interface CpuMatter {
  readonly cpus: readonly CpuTicks[];
  readonly throttles: readonly Throttles[];
  readonly isolated: string | null;
}

// The order of the columns of /proc/stat. Guest time is contained in user and nice, so it is a metric of its own.
const MODES = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"] as const;
const GUEST_MODES = ["user", "nice"] as const;

/** Where processors spend their time. It remembers its last reading, so there is one per agent. */
export function createCpu(): Collector<CpuMatter> {
  const steady = createSteadyTicks();
  return {
    describes: "machine",
    read({ procfs, sysfs }) {
      const stat = procfs.read("stat");
      if (stat === null) return null;
      const cpus = steady(parseCpuTicks(stat));
      const names = cpus.map(({ cpu }) => cpu);
      return {
        cpus,
        throttles: readThrottles(sysfs, names),
        isolated: sysfs.read("devices/system/cpu/isolated"),
      };
    },
    parse: ({ cpus, throttles, isolated }) => [
      ofColumns(CPU_SECONDS, cpus, MODES, 0),
      ofColumns(GUEST_SECONDS, cpus, GUEST_MODES, MODES.length),
      family(CORE_THROTTLES, pointsOf(throttles, "coreCount", ["package", "core"])),
      family(PACKAGE_THROTTLES, pointsOf(throttles, "packageCount", ["package"])),
      family(
        ISOLATED,
        parseCpuList(isolated ?? "").map((cpu) => ({ labels: { cpu }, value: 1 })),
      ),
    ],
  };
}

function ofColumns(
  spec: MetricSpec,
  cpus: readonly CpuTicks[],
  modes: readonly string[],
  firstColumn: number,
): Family {
  const points = cpus.flatMap(({ cpu, ticks }) =>
    modes.flatMap((mode, index) => {
      const value = ticks[firstColumn + index];
      return value === undefined ? [] : [{ labels: { cpu, mode }, value: value / TICKS_PER_SECOND }];
    }),
  );
  return family(spec, points);
}

/** One point for each core or package, though each of its threads tells of it. */
function pointsOf(
  throttles: readonly Throttles[],
  count: "coreCount" | "packageCount",
  by: readonly ("package" | "core")[],
): readonly Point[] {
  const points = throttles.flatMap((each): (readonly [string, Point])[] => {
    const value = each[count];
    const labels = Object.fromEntries(by.map((label) => [label, each[label]]));
    return value === null ? [] : [[JSON.stringify(labels), { labels, value }]];
  });
  return [...new Map(points).values()];
}
