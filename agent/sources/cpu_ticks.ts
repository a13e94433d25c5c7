/** One processor's line of /proc/stat: ticks in the kernel's order of columns, as many as this kernel counts. */
export interface CpuTicks {
  readonly cpu: string;
  readonly ticks: readonly number[];
}

const IDLE_COLUMN = 3;
// node_exporter's: idle time that falls by 3 s or more is a processor that was taken out and put in again.
const ANEW_TICKS = 300;

/** Parses /proc/stat; the line that sums all processors is left out. */
export function parseCpuTicks(stat: string): readonly CpuTicks[] {
  return [...stat.matchAll(/^cpu(\d+) (.*)$/gm)].map(([, cpu = "", columns = ""]) => {
    const ticks = columns.trim().split(/\s+/).map(Number);
    const unknown = ticks.findIndex((value) => !Number.isFinite(value));
    return { cpu, ticks: unknown < 0 ? ticks : ticks.slice(0, unknown) };
  });
}

/**
 * Holds each counter where it was while the kernel's stands below it. The kernel takes back idle and iowait time now and
 * then; Prometheus reads a counter that falls as a restart and shows its whole value as use.
 */
export function createSteadyTicks(): (cpus: readonly CpuTicks[]) => readonly CpuTicks[] {
  const last = new Map<string, readonly number[]>();
  return (cpus) =>
    cpus.map(({ cpu, ticks }) => {
      const before = last.get(cpu) ?? [];
      const isAnew = (before[IDLE_COLUMN] ?? 0) - (ticks[IDLE_COLUMN] ?? 0) >= ANEW_TICKS;
      const steady = isAnew ? ticks : ticks.map((value, column) => Math.max(value, before[column] ?? 0));
      last.set(cpu, steady);
      return { cpu, ticks: steady };
    });
}
