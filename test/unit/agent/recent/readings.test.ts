import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { containerPeaks, nodePeaks } from "../../../../agent/recent/peaks.ts";
import { createRing, READINGS_KEPT, type Reading } from "../../../../agent/recent/ring.ts";
import { createSubject } from "../../../../agent/recent/subjects.ts";
import { UNKNOWN, readingBetween, type Totals } from "../../../../agent/recent/totals.ts";
import { createWindows } from "../../../../agent/recent/windows.ts";

function cpuReading(cores: number): Reading {
  return [cores, 1000, 0, 0, 0, 0];
}

function totals(cpuSeconds: number, parts: Partial<Totals> = {}): Totals {
  return { ...UNKNOWN, cpuSeconds, ...parts };
}

describe("a ring", () => {
  it("keeps the last minute of any number of readings, oldest first", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.integer({ min: -5, max: 210 }), (pushed, since) => {
        const ring = createRing();
        for (let at = 0; at < pushed; at += 1) ring.push(at, cpuReading(at));
        const expected = Array.from({ length: pushed }, (_, at) => at)
          .slice(-READINGS_KEPT)
          .filter((at) => at > since);
        const found = ring.after(since);
        assert.deepEqual(
          found.map(({ at }) => at),
          expected,
        );
        assert.deepEqual(
          found.map(({ values }) => values[0]),
          expected,
        );
        assert.equal(ring.latest()?.at, pushed === 0 ? undefined : pushed - 1);
      }),
    );
  });

  it("hands out readings that later ones do not change", () => {
    const ring = createRing();
    ring.push(0, cpuReading(1));
    const [first] = ring.after(-1);
    for (let at = 1; at <= READINGS_KEPT; at += 1) ring.push(at, cpuReading(9));
    assert.equal(first?.values[0], 1);
  });
});

describe("a reading", () => {
  it("is a rate by the time that really passed, and memory as it is", () => {
    const memory = { memoryBytes: 512 };
    const earlier = totals(10, { ...memory, receivedBytes: 100 });
    const later = totals(13, { memoryBytes: 256, receivedBytes: 500 });
    assert.deepEqual(readingBetween(earlier, later, 2).slice(0, 3), [1.5, 256, 200]);
  });

  it("of a total that went back is not known, and the next one is again", () => {
    const subject = createSubject();
    for (const [at, cpu] of [
      [0, 100],
      [1, 101],
      [2, 3],
      [3, 3.5],
    ] as const)
      subject.look(at, totals(cpu));
    assert.deepEqual(
      subject.ring.after(-1).map(({ values }) => values[0]),
      [1, Number.NaN, 0.5],
    );
  });
});

describe("a scrape's window", () => {
  it("begins where the same scraper's last one ended, whoever else scrapes", () => {
    const windows = createWindows();
    assert.equal(windows.startOf("a", 100), 100 - READINGS_KEPT);
    assert.equal(windows.startOf("b", 107), 107 - READINGS_KEPT);
    assert.equal(windows.startOf("a", 115), 100);
    assert.equal(windows.startOf("b", 122), 107);
    assert.equal(windows.startOf("a", 400), 400 - READINGS_KEPT);
  });

  it("is forgotten of scrapers that were not seen for longest when there are too many", () => {
    const windows = createWindows();
    windows.startOf("steady", 100);
    for (let i = 0; i < 40; i += 1) {
      windows.startOf(`passer-by ${i}`, 100);
      windows.startOf("steady", 100);
    }
    assert.equal(windows.startOf("steady", 110), 100);
    assert.equal(windows.startOf("passer-by 0", 110), 110 - READINGS_KEPT);
  });
});

describe("peaks", () => {
  const labels = { id: "/docker/x" };

  function valueOf(name: string, readings: readonly Reading[]): number | undefined {
    const timed = readings.map((values, at) => ({ at, values }));
    const families = [
      ...nodePeaks({ labels: {}, readings: timed }),
      ...containerPeaks([{ labels, readings: timed }]),
    ];
    return families.find((each) => each.name === name)?.points[0]?.value;
  }

  it("are the highest and, by nearest rank, the 95th percentile of the window", () => {
    const readings = Array.from({ length: 20 }, (_, i) => cpuReading(i === 7 ? 50 : i === 3 ? 4 : 1));
    assert.equal(valueOf("ballast_container_cpu_peak_cores", readings), 50);
    assert.equal(valueOf("ballast_container_cpu_p95_cores", readings), 4);
    assert.equal(valueOf("ballast_node_memory_peak_bytes", readings), 1000);
  });

  it("of network and disk take both directions of one second together", () => {
    const readings: readonly Reading[] = [
      [0, 0, 10, 1, 5, 0],
      [0, 0, 1, 11, 0, 7],
    ];
    assert.equal(valueOf("ballast_container_network_peak_bytes_per_second", readings), 12);
    assert.equal(valueOf("ballast_node_disk_peak_bytes_per_second", readings), 7);
  });

  it("are absent, not zero, where nothing is known", () => {
    const unknown: Reading = [Number.NaN, 1, Number.NaN, Number.NaN, Number.NaN, Number.NaN];
    assert.equal(valueOf("ballast_container_cpu_peak_cores", [unknown]), undefined);
    assert.equal(valueOf("ballast_container_memory_peak_bytes", [unknown]), 1);
    assert.equal(valueOf("ballast_node_network_peak_bytes_per_second", [unknown]), undefined);
  });
});
