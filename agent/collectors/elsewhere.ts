import { HOST } from "../../common/metrics/names.ts";
import type { CollectorFilters } from "../filter.ts";
import { family, gauge, single, type Family, type MetricSpec } from "../metric.ts";
import { readElsewhere, type ElsewhereMatter, type TrafficCount } from "../sources/elsewhere.ts";
import type { Collector } from "./contract.ts";
import { CPU_SECONDS } from "./cpu.ts";
import { AVAIL, FREE, READONLY, SIZE } from "./filesystem.ts";
import { loadFamilies } from "./loadavg.ts";
import { trafficSpec } from "./netdev.ts";
import { BOOT_TIME } from "./stat.ts";

/** The platform's account of itself at a moment, in seconds since the epoch. */
export interface ElsewhereSample extends ElsewhereMatter {
  readonly now: number;
}

type Disk = ElsewhereMatter["disks"][number];

const MEMORY = [
  [memory(HOST.memoryTotal, "MemTotal"), "total"],
  [memory("node_memory_MemFree_bytes", "MemFree"), "free"],
  [memory(HOST.memoryAvailable, "MemAvailable"), "available"],
  [memory("node_memory_SwapTotal_bytes", "SwapTotal"), "swaptotal"],
  [memory("node_memory_SwapFree_bytes", "SwapFree"), "swapfree"],
] as const;
const TRAFFIC = [
  [trafficSpec("receive_bytes"), "rx_bytes"],
  [trafficSpec("receive_errs"), "rx_errors"],
  [trafficSpec("receive_drop"), "rx_dropped"],
  [trafficSpec("transmit_bytes"), "tx_bytes"],
  [trafficSpec("transmit_errs"), "tx_errors"],
  [trafficSpec("transmit_drop"), "tx_dropped"],
] as const satisfies readonly (readonly [MetricSpec, TrafficCount])[];
const MILLISECONDS = 1000;

/** A developer's macOS or Windows, under the names that it would have on Linux. */
export function createElsewhere(
  { mounts, fsTypes, netDevices }: Pick<CollectorFilters, "mounts" | "fsTypes" | "netDevices">,
  readMatter: () => Promise<ElsewhereMatter> = readElsewhere,
): Collector<ElsewhereSample> {
  return {
    describes: "machine",
    async read({ procfs, clock }) {
      if (procfs.read("stat") !== null) return null;
      const matter = await readMatter();
      return {
        ...matter,
        now: clock.now(),
        disks: matter.disks.filter(({ type, mount }) => fsTypes(type) && mounts(mount)),
        traffic: matter.traffic.filter(({ iface }) => netDevices(iface)),
      };
    },
    parse: (sample) => [
      cpuFamily(sample),
      ...MEMORY.map(([spec, field]) => single(spec, sample.memory[field])),
      ...loadFamilies(sample.load ?? []),
      ...diskFamilies(sample.disks),
      ...TRAFFIC.map(([spec, field]) => ofDevices(spec, field, sample)),
      single(BOOT_TIME, Math.round(sample.now - sample.uptime)),
    ],
  };
}

function cpuFamily({ cpus }: ElsewhereMatter): Family {
  const points = cpus.flatMap((cpu, index) => {
    const modes = {
      user: cpu.rawLoadUser,
      nice: cpu.rawLoadNice,
      system: cpu.rawLoadSystem,
      idle: cpu.rawLoadIdle,
      irq: cpu.rawLoadIrq,
    };
    return Object.entries(modes).map(([mode, ms]) => ({
      labels: { cpu: String(index), mode },
      value: ms / MILLISECONDS,
    }));
  });
  return family(CPU_SECONDS, points);
}

function diskFamilies(disks: readonly Disk[]): readonly Family[] {
  const of = (spec: MetricSpec, pick: (disk: Disk) => number | null): Family =>
    family(
      spec,
      disks.flatMap((disk) => {
        const value = pick(disk);
        const labels = { device: disk.fs, fstype: disk.type, mountpoint: disk.mount };
        return value === null ? [] : [{ labels, value }];
      }),
    );
  return [
    of(SIZE, ({ size }) => size),
    of(FREE, ({ size, used }) => size - used),
    of(AVAIL, ({ available }) => available),
    of(READONLY, ({ rw }) => (rw === null ? null : Number(!rw))),
  ];
}

function ofDevices(spec: MetricSpec, field: TrafficCount, { traffic }: ElsewhereMatter): Family {
  const points = traffic.flatMap((device) => {
    const value = device[field];
    return value === null ? [] : [{ labels: { device: device.iface }, value }];
  });
  return family(spec, points);
}

function memory(name: string, field: string): MetricSpec {
  return gauge(name, `Memory information field ${field}_bytes.`);
}
