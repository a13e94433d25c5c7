import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { busySeconds, sumDisks } from "../../../../agent/recent/machine_totals.ts";
import { NO_NETWORK, sumDevices } from "../../../../agent/recent/network_totals.ts";

describe("a machine's totals", () => {
  it("count the processors' time that was neither idle nor waiting, guests not twice", () => {
    const stat = "cpu  100 20 30 4000 500 6 7 8 90 10\ncpu0 1 2 3 4 5 6 7 8 9 10\nbtime 1\n";
    assert.equal(busySeconds(stat), (100 + 20 + 30 + 6 + 7 + 8) / 100);
    assert.equal(busySeconds(""), Number.NaN);
  });

  it("count the disks that are asked for, and none that is stacked on them", () => {
    const line = (name: string, read: number, written: number): string =>
      `   8       0 ${name} 1 0 ${read} 0 1 0 ${written} 0 0 0 0`;
    const text = [line("sda", 10, 20), line("sda1", 10, 20), line("dm-0", 10, 20), line("md0", 1, 1)].join(
      "\n",
    );
    const whole = (name: string): boolean => !/\d$/.test(name) || !name.startsWith("sd");
    assert.deepEqual(sumDisks(text, whole), { readBytes: 5120, writtenBytes: 10_240 });
    assert.equal(sumDisks(null, whole).readBytes, Number.NaN);
  });

  it("count network devices by name, and know nothing without a file", () => {
    const text =
      "Inter-|\n face |\n  eth0: 11 1 0 0 0 0 0 0 22 1 0 0 0 0 0 0\n lo:5 0 0 0 0 0 0 0 5 0 0 0 0 0 0 0\n";
    assert.deepEqual(
      sumDevices(text, (device) => device === "eth0"),
      { receivedBytes: 11, sentBytes: 22 },
    );
    assert.deepEqual(
      sumDevices(null, () => true),
      NO_NETWORK,
    );
  });
});
