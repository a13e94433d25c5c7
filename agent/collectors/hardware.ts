import { family, gauge } from "../metric.ts";
import { askHardware, type HardwareFacts } from "../sources/hardware.ts";
import type { Collector } from "./contract.ts";

/** What the machine is. The board's own words come from sysfs, which is the host's in a container too. */
export interface HardwareMatter {
  readonly facts: HardwareFacts;
  readonly vendor: string | null;
  readonly product: string | null;
}

const INFO = gauge("ballast_node_hardware_info", "What the machine is, by the labels; always 1.");

// What systeminformation and some boards say when they do not know. The first is what it calls any container's host.
const FILLERS =
  /^(docker container|computer|-|unknown|not specified|default string|to be filled.*|system (manufacturer|product name))$/i;

/** One-time facts, asked for in the background at the first sample and never again. */
export function createHardware(ask: () => Promise<HardwareFacts> = askHardware): Collector<HardwareMatter> {
  let facts: HardwareFacts | null = null;
  let failure: Error | null = null;
  let isAsked = false;

  function start(): void {
    isAsked = true;
    ask().then(
      (found) => {
        facts = found;
      },
      (error: unknown) => {
        failure = new Error("the machine's hardware cannot be told", { cause: error });
      },
    );
  }

  return {
    describes: "either",
    read({ sysfs }) {
      if (!isAsked) start();
      // The framework tells a lasting failure once.
      if (failure !== null) throw failure;
      if (facts === null) return null;
      return {
        facts,
        vendor: sysfs.read("class/dmi/id/sys_vendor"),
        product: sysfs.read("class/dmi/id/product_name"),
      };
    },
    parse: ({ facts: { cpu, system }, vendor, product }) => {
      const texts = {
        cpu_brand: cpu.brand,
        cpu_vendor: cpu.vendor,
        cpu_physical_cores: cpu.physicalCores > 0 ? String(cpu.physicalCores) : "",
        virtualization: system.virtualHost ?? (/\bhypervisor\b/.test(cpu.flags) ? "yes" : ""),
        manufacturer: vendor ?? system.manufacturer,
        model: product ?? system.model,
      };
      const known = Object.entries(texts)
        .map(([label, text]) => [label, text.trim()] as const)
        .filter(([, text]) => text !== "" && !FILLERS.test(text));
      return [family(INFO, known.length === 0 ? [] : [{ labels: Object.fromEntries(known), value: 1 }])];
    },
  };
}
