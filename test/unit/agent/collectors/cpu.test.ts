import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createCpu } from "../../../../agent/collectors/cpu.ts";
import { createSteadyTicks, parseCpuTicks } from "../../../../agent/sources/cpu_ticks.ts";
import { createFiles } from "../../../../agent/sources/files.ts";
import { parseCpuList, readThrottles } from "../../../../agent/sources/throttles.ts";
import { folderFiles } from "../files.ts";
import { fixtureSources, seriesOf } from "../fixture.ts";

function seconds(stat: string): readonly string[] {
  return seriesOf(createCpu(), { cpus: parseCpuTicks(stat), throttles: [], isolated: null });
}

describe("cpu", () => {
  it("tells seconds per processor and mode, guests' apart, and leaves the sum line out", () => {
    assert.deepEqual(seconds("cpu  9 9 9 9 9 9 9 9\ncpu0 250 1 100 4000 30 0 5 4 50 7\nintr 1\n"), [
      'node_cpu_seconds_total{cpu="0",mode="user"} 2.5',
      'node_cpu_seconds_total{cpu="0",mode="nice"} 0.01',
      'node_cpu_seconds_total{cpu="0",mode="system"} 1',
      'node_cpu_seconds_total{cpu="0",mode="idle"} 40',
      'node_cpu_seconds_total{cpu="0",mode="iowait"} 0.3',
      'node_cpu_seconds_total{cpu="0",mode="irq"} 0',
      'node_cpu_seconds_total{cpu="0",mode="softirq"} 0.05',
      'node_cpu_seconds_total{cpu="0",mode="steal"} 0.04',
      'node_cpu_guest_seconds_total{cpu="0",mode="user"} 0.5',
      'node_cpu_guest_seconds_total{cpu="0",mode="nice"} 0.07',
    ]);
  });

  it("leaves out what an old kernel does not count", () => {
    assert.equal(seconds("cpu0 1 2 3 4\n").length, 4);
    assert.deepEqual(parseCpuTicks("cpu0 1 2 x 4\n"), [{ cpu: "0", ticks: [1, 2] }]);
  });

  it("has no data without procfs", () => {
    assert.equal(
      createCpu().read(fixtureSources("v1", undefined, { procfs: createFiles("/nowhere") })),
      null,
    );
  });

  it("tells of cores and packages that got too hot once each, and of processors set apart", () => {
    const hot = { package: "0", core: "1", coreCount: 3, packageCount: 5 };
    assert.deepEqual(seriesOf(createCpu(), { cpus: [], throttles: [hot, hot], isolated: "2-3,8\n" }), [
      'node_cpu_core_throttles_total{package="0",core="1"} 3',
      'node_cpu_package_throttles_total{package="0"} 5',
      'node_cpu_isolated{cpu="2"} 1',
      'node_cpu_isolated{cpu="3"} 1',
      'node_cpu_isolated{cpu="8"} 1',
    ]);
    assert.deepEqual(parseCpuList("\n"), []);
  });

  it("reads the throttle counts of sysfs, and asks no more of a machine that has none", () => {
    const folder = "devices/system/cpu/cpu0";
    const files = folderFiles({
      [`${folder}/thermal_throttle/core_throttle_count`]: "3\n",
      [`${folder}/topology/core_id`]: "0\n",
      [`${folder}/topology/physical_package_id`]: "1\n",
    });
    assert.deepEqual(readThrottles(files, ["0", "1"]), [
      { package: "1", core: "0", coreCount: 3, packageCount: null },
    ]);
    assert.deepEqual(readThrottles(folderFiles({}), ["0"]), []);
  });
});

describe("steady ticks", () => {
  const ticks = (...values: readonly number[]): readonly { cpu: string; ticks: readonly number[] }[] => [
    { cpu: "0", ticks: values },
  ];

  it("hold a counter that the kernel took back until it is passed", () => {
    const steady = createSteadyTicks();
    steady(ticks(10, 0, 5, 1000, 70));
    assert.deepEqual(steady(ticks(11, 0, 5, 999, 60)), ticks(11, 0, 5, 1000, 70));
    assert.deepEqual(steady(ticks(11, 0, 5, 1001, 71)), ticks(11, 0, 5, 1001, 71));
  });

  it("begin anew with a processor that was put in again", () => {
    const steady = createSteadyTicks();
    steady(ticks(10, 0, 5, 1000, 70));
    assert.deepEqual(steady(ticks(1, 0, 0, 2, 0)), ticks(1, 0, 0, 2, 0));
  });

  it("keep processors apart", () => {
    const steady = createSteadyTicks();
    steady([{ cpu: "0", ticks: [9] }]);
    assert.deepEqual(steady([{ cpu: "1", ticks: [3] }]), [{ cpu: "1", ticks: [3] }]);
  });
});
