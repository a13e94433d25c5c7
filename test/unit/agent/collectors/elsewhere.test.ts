import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createElsewhere } from "../../../../agent/collectors/elsewhere.ts";
import { readElsewhere, type ElsewhereMatter } from "../../../../agent/sources/elsewhere.ts";
import { createFiles } from "../../../../agent/sources/files.ts";
import { fixtureSources, seriesOf } from "../fixture.ts";

const FILTERS = {
  mounts: (name: string) => name !== "/dev",
  fsTypes: () => true,
  netDevices: (name: string) => name !== "lo0",
};
const NOTHING = { procfs: createFiles("/nowhere") };

const DISK = { fs: "/dev/disk3s1", type: "APFS", mount: "/", size: 100, used: 60, available: 35, rw: true };
const EN0 = {
  iface: "en0",
  rx_bytes: 1,
  rx_errors: 2,
  rx_dropped: null,
  tx_bytes: 4,
  tx_errors: 5,
  tx_dropped: 6,
};
const LAPTOP: ElsewhereMatter = {
  cpus: [{ rawLoadUser: 1500, rawLoadNice: 0, rawLoadSystem: 500, rawLoadIdle: 8000, rawLoadIrq: 250 }],
  memory: { total: 100, free: 10, available: 40, swaptotal: 20, swapfree: 15 },
  disks: [DISK, { ...DISK, mount: "/dev", type: "devfs" }],
  traffic: [EN0, { ...EN0, iface: "lo0" }],
  load: [1.5, 1.25, 1],
  uptime: 1000.4,
};

describe("elsewhere", () => {
  it("has no data where there is a procfs, and does not ask", async () => {
    const collector = createElsewhere(FILTERS, () => Promise.reject(new Error("was asked")));
    assert.equal(await collector.read(fixtureSources("v1")), null);
  });

  it("tells a laptop's basic figures under the names that Linux has for them", async () => {
    const collector = createElsewhere(FILTERS, () => Promise.resolve(LAPTOP));
    const raw = await collector.read(fixtureSources("v1", undefined, NOTHING));
    assert.ok(raw !== null);
    const disk = '{device="/dev/disk3s1",fstype="APFS",mountpoint="/"}';
    assert.deepEqual(seriesOf(collector, raw), [
      'node_cpu_seconds_total{cpu="0",mode="user"} 1.5',
      'node_cpu_seconds_total{cpu="0",mode="nice"} 0',
      'node_cpu_seconds_total{cpu="0",mode="system"} 0.5',
      'node_cpu_seconds_total{cpu="0",mode="idle"} 8',
      'node_cpu_seconds_total{cpu="0",mode="irq"} 0.25',
      "node_memory_MemTotal_bytes 100",
      "node_memory_MemFree_bytes 10",
      "node_memory_MemAvailable_bytes 40",
      "node_memory_SwapTotal_bytes 20",
      "node_memory_SwapFree_bytes 15",
      "node_load1 1.5",
      "node_load5 1.25",
      "node_load15 1",
      `node_filesystem_size_bytes${disk} 100`,
      `node_filesystem_free_bytes${disk} 40`,
      `node_filesystem_avail_bytes${disk} 35`,
      `node_filesystem_readonly${disk} 0`,
      'node_network_receive_bytes_total{device="en0"} 1',
      'node_network_receive_errs_total{device="en0"} 2',
      'node_network_transmit_bytes_total{device="en0"} 4',
      'node_network_transmit_errs_total{device="en0"} 5',
      'node_network_transmit_drop_total{device="en0"} 6',
      "node_boot_time_seconds 1700000000",
    ]);
  });

  it("omits load where the platform has none, and a state that is not known", () => {
    const collector = createElsewhere(FILTERS, () => Promise.resolve(LAPTOP));
    const windows = { ...LAPTOP, load: null, disks: [{ ...DISK, rw: null }], now: 0 };
    assert.doesNotMatch(seriesOf(collector, windows).join("\n"), /node_load|readonly/);
  });

  it("is understood as the library really tells it", async () => {
    const collector = createElsewhere(
      { ...FILTERS, mounts: () => true, netDevices: () => true },
      readElsewhere,
    );
    const raw = await collector.read(fixtureSources("v1", undefined, NOTHING));
    assert.ok(raw !== null);
    const values = collector.parse(raw).flatMap(({ points }) => points.map(({ value }) => value));
    assert.ok(values.length > 15 && values.every((value) => Number.isFinite(value)));
  });
});
