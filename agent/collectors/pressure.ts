import { counter, single } from "../metric.ts";
import { parseNumber } from "../sources/keyed.ts";
import type { Collector } from "./contract.ts";

const RESOURCES = ["cpu", "io", "memory", "irq"] as const;
type Resource = (typeof RESOURCES)[number];
/** Each resource's file of /proc/pressure; null where this kernel does not keep it. */
export type Pressure = Readonly<Record<Resource, string | null>>;

// "some": at least one task waited; "full": none could run. The whole machine is never without a task that waits for a
// CPU and runs, so CPU has no "full"; interrupts have nothing else.
const SHOWN = [
  ["cpu", "some", "cpu_waiting", "Total time in seconds that processes have waited for CPU time"],
  ["io", "some", "io_waiting", "Total time in seconds that processes have waited due to IO congestion"],
  ["io", "full", "io_stalled", "Total time in seconds no process could make progress due to IO congestion"],
  ["memory", "some", "memory_waiting", "Total time in seconds that processes have waited for memory"],
  [
    "memory",
    "full",
    "memory_stalled",
    "Total time in seconds no process could make progress due to memory congestion",
  ],
  [
    "irq",
    "full",
    "irq_stalled",
    "Total time in seconds no process could make progress due to IRQ congestion",
  ],
] as const;
const MICROSECONDS = 1e6;

/** Time lost to waiting. */
export const pressure: Collector<Pressure> = {
  describes: "machine",
  read({ procfs }) {
    const [cpu, io, memory, irq] = RESOURCES.map((resource) => procfs.read(`pressure/${resource}`));
    const texts = { cpu: cpu ?? null, io: io ?? null, memory: memory ?? null, irq: irq ?? null };
    return Object.values(texts).every((text) => text === null) ? null : texts;
  },
  parse: (texts) =>
    SHOWN.map(([resource, kind, name, help]) => {
      const total = new RegExp(`^${kind} .*\\btotal=(\\d+)`, "m").exec(texts[resource] ?? "")?.[1];
      const microseconds = parseNumber(total);
      return single(
        counter(`node_pressure_${name}_seconds_total`, help),
        microseconds === null ? null : microseconds / MICROSECONDS,
      );
    }),
};
