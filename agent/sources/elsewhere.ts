import { loadavg, uptime } from "node:os";

/** What systeminformation tells on a platform without procfs. CPU times in milliseconds, sizes in bytes. */
export interface ElsewhereMatter {
  readonly cpus: readonly {
    readonly rawLoadUser: number;
    readonly rawLoadNice: number;
    readonly rawLoadSystem: number;
    readonly rawLoadIdle: number;
    readonly rawLoadIrq: number;
  }[];
  readonly memory: {
    readonly total: number;
    readonly free: number;
    readonly available: number;
    readonly swaptotal: number;
    readonly swapfree: number;
  };
  readonly disks: readonly {
    readonly fs: string;
    readonly type: string;
    readonly mount: string;
    readonly size: number;
    readonly used: number;
    readonly available: number;
    readonly rw: boolean | null;
  }[];
  /** Null is what the platform does not count. */
  readonly traffic: readonly ({ readonly iface: string } & Readonly<Record<TrafficCount, number | null>>)[];
  /** Over 1, 5 and 15 minutes; null on Windows, which has none. */
  readonly load: readonly number[] | null;
  /** Seconds. */
  readonly uptime: number;
}

export type TrafficCount = "rx_bytes" | "rx_errors" | "rx_dropped" | "tx_bytes" | "tx_errors" | "tx_dropped";

/** Asks by the platform's own tools. */
export async function readElsewhere(): Promise<ElsewhereMatter> {
  // Loaded only where it is needed: on Linux it would cost every node 10 MB.
  const { currentLoad, fsSize, mem, networkStats } = await import("systeminformation");
  const [{ cpus }, memory, disks, traffic] = await Promise.all([
    currentLoad(),
    mem(),
    fsSize(),
    networkStats("*"),
  ]);
  const load = process.platform === "win32" ? null : loadavg();
  return { cpus, memory, disks, traffic, load, uptime: uptime() };
}
