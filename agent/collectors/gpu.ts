import { family, gauge, type Family, type Labels } from "../metric.ts";
import { parseNumber } from "../sources/keyed.ts";
import { createNvidiaSmi, GPU_FIELDS, type NvidiaSmi } from "../sources/nvidia_smi.ts";
import type { Collector } from "./contract.ts";
import { nodenameOf } from "./uname.ts";

/** What nvidia-smi printed, and on which node. */
export interface GpuMatter {
  readonly csv: string;
  readonly hostname: string;
}

type Field = (typeof GPU_FIELDS)[number];
type Gpu = Readonly<Record<Field, string>>;

// Names, units and help texts of NVIDIA's DCGM exporter, for its dashboards.
const SHOWN = [
  ["utilization.gpu", gauge("DCGM_FI_DEV_GPU_UTIL", "GPU utilization (in %).")],
  ["utilization.memory", gauge("DCGM_FI_DEV_MEM_COPY_UTIL", "Memory utilization (in %).")],
  ["memory.used", gauge("DCGM_FI_DEV_FB_USED", "Framebuffer memory used (in MiB).")],
  ["memory.free", gauge("DCGM_FI_DEV_FB_FREE", "Framebuffer memory free (in MiB).")],
  ["temperature.gpu", gauge("DCGM_FI_DEV_GPU_TEMP", "GPU temperature (in C).")],
  ["temperature.memory", gauge("DCGM_FI_DEV_MEMORY_TEMP", "Memory temperature (in C).")],
  ["power.draw", gauge("DCGM_FI_DEV_POWER_USAGE", "Power draw (in W).")],
  ["clocks.sm", gauge("DCGM_FI_DEV_SM_CLOCK", "SM clock frequency (in MHz).")],
  ["clocks.mem", gauge("DCGM_FI_DEV_MEM_CLOCK", "Memory clock frequency (in MHz).")],
] as const;

/** NVIDIA GPUs. It remembers the tool's last answer, so there is one per agent. */
export function createGpu(nvidiaSmi: NvidiaSmi = createNvidiaSmi()): Collector<GpuMatter> {
  return {
    describes: "machine",
    read(sources) {
      const csv = nvidiaSmi.latest(sources.clock.monotonic());
      return csv === null ? null : { csv, hostname: nodenameOf(sources) };
    },
    parse({ csv, hostname }) {
      const gpus = csv.split("\n").flatMap((line) => parseGpu(line));
      return SHOWN.map(([field, spec]): Family => {
        // What a GPU does not tell is `[N/A]` or `[Not Supported]`.
        const points = gpus.flatMap((gpu) => {
          const value = parseNumber(gpu[field]);
          return value === null ? [] : [{ labels: labelsOf(gpu, hostname), value }];
        });
        return family(spec, points);
      });
    },
  };
}

function parseGpu(line: string): readonly Gpu[] {
  const cells = line.trim().split(", ");
  const last = GPU_FIELDS.length - 1;
  if (cells.length <= last) return [];
  const all = [...cells.slice(0, last), cells.slice(last).join(", ")];
  return [Object.fromEntries(GPU_FIELDS.map((field, column) => [field, all[column] ?? ""])) as Gpu];
}

function labelsOf(gpu: Gpu, hostname: string): Labels {
  return {
    gpu: gpu.index,
    UUID: gpu.uuid,
    pci_bus_id: gpu["pci.bus_id"],
    device: `nvidia${gpu.index}`,
    modelName: gpu.name,
    Hostname: hostname,
  };
}
