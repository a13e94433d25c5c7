import { HOST } from "../../common/metrics/names.ts";
import { counter, family } from "../metric.ts";
import { TICKS_PER_SECOND } from "../sources/procfs.ts";
import type { Collector } from "./contract.ts";

/** Seconds per processor and mode; node_cgroup writes the same metric for a node that is a cgroup. */
export const CPU_SECONDS = counter(HOST.cpuSeconds, "Seconds the CPUs spent in each mode.");

// The order of the columns of /proc/stat. Guest time, which follows, is contained in user and nice.
const MODES = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"] as const;

export const cpu: Collector<string> = {
  name: "cpu",
  describes: "machine",
  read: ({ procfs }) => procfs.read("stat"),
  parse(stat) {
    const lines = [...stat.matchAll(/^cpu(\d+) (.*)$/gm)];
    const points = lines.flatMap(([, number, columns]) => {
      const ticks = (columns ?? "").split(" ");
      return MODES.flatMap((mode, column) => {
        const value = Number(ticks[column]) / TICKS_PER_SECOND;
        return Number.isNaN(value) ? [] : [{ labels: { cpu: number ?? "", mode }, value }];
      });
    });
    return [family(CPU_SECONDS, points)];
  },
};
