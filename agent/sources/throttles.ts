import type { Files } from "./files.ts";
import { parseNumber } from "./keyed.ts";

/** How often a processor was slowed down because it, or its package, was too hot. */
export interface Throttles {
  readonly package: string;
  readonly core: string;
  readonly coreCount: number | null;
  readonly packageCount: number | null;
}

const FOLDER = "devices/system/cpu";

/** Reads sysfs for these processors; none where the kernel does not count, as on virtual machines. */
export function readThrottles(sysfs: Files, cpus: readonly string[]): readonly Throttles[] {
  const [first] = cpus;
  if (first === undefined || sysfs.entries(`${FOLDER}/cpu${first}/thermal_throttle`).length === 0) return [];
  return cpus.flatMap((cpu) => {
    const of = (file: string): string | null => sysfs.read(`${FOLDER}/cpu${cpu}/${file}`)?.trim() ?? null;
    const core = of("topology/core_id");
    const physical = of("topology/physical_package_id");
    if (core === null || physical === null) return [];
    const coreCount = parseNumber(of("thermal_throttle/core_throttle_count"));
    const packageCount = parseNumber(of("thermal_throttle/package_throttle_count"));
    return [{ package: physical, core, coreCount, packageCount }];
  });
}

/** The processors that the scheduler was told to leave alone (isolcpus), of a list such as `2-3,8`. */
export function parseCpuList(text: string): readonly string[] {
  return [...text.matchAll(/(\d{1,5})(?:-(\d{1,5}))?/g)].flatMap(([, from = "0", to = from]) =>
    Array.from({ length: Math.max(0, Number(to) - Number(from) + 1) }, (_none, index) =>
      String(Number(from) + index),
    ),
  );
}
