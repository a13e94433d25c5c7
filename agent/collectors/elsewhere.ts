import { HOST } from "../../common/metrics/names.ts";
import { family, gauge, single } from "../metric.ts";
import type { Collector } from "./contract.ts";
import { CPU_SECONDS } from "./cpu.ts";

/** What systeminformation tells on a platform without procfs. CPU times in milliseconds, memory in bytes. */
export interface ElsewhereMatter {
  readonly cpus: readonly {
    readonly rawLoadUser: number;
    readonly rawLoadSystem: number;
    readonly rawLoadIdle: number;
  }[];
  readonly memory: { readonly total: number; readonly available: number };
}

const TOTAL = gauge(HOST.memoryTotal, "Memory information field MemTotal_bytes.");
const AVAILABLE = gauge(HOST.memoryAvailable, "Memory information field MemAvailable_bytes.");

/** A developer's macOS or Windows: enough to see the agent at work. */
export const elsewhere: Collector<ElsewhereMatter> = {
  name: "elsewhere",
  describes: "machine",
  async read({ procfs }) {
    if (procfs.read("stat") !== null) return null;
    // Loaded only where it is needed: on Linux it would cost every node 10 MB.
    const { currentLoad, mem } = await import("systeminformation");
    const [load, memory] = await Promise.all([currentLoad(), mem()]);
    return { cpus: load.cpus, memory };
  },
  parse: ({ cpus, memory }) => [
    family(
      CPU_SECONDS,
      cpus.flatMap(({ rawLoadUser, rawLoadSystem, rawLoadIdle }, index) => {
        const modes = { user: rawLoadUser, system: rawLoadSystem, idle: rawLoadIdle };
        return Object.entries(modes).map(([mode, ms]) => ({
          labels: { cpu: String(index), mode },
          value: ms / 1000,
        }));
      }),
    ),
    single(TOTAL, memory.total),
    single(AVAILABLE, memory.available),
  ],
};
