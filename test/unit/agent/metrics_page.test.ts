import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Collector } from "../../../agent/collectors/contract.ts";
import { renderFamilies } from "../../../agent/exposition.ts";
import { counter, family, gauge, single } from "../../../agent/metric.ts";
import { createMetricsPage, type MetricsPage } from "../../../agent/metrics_page.ts";
import { createSampler, type Sampler } from "../../../agent/sampler.ts";
import { fixtureSources, SILENT, standingClock } from "./fixture.ts";

const TOTAL = counter("probe_things_total", "Things.");

/** A collector that a test holds: it reads the number of its calls when let go. */
function heldCollector(): { readonly collector: Collector<number>; letGo(): void; calls(): number } {
  let calls = 0;
  let release: () => void = () => undefined;
  return {
    collector: {
      name: "held",
      describes: "either",
      read: () => {
        calls += 1;
        const value = calls * 100;
        return new Promise((resolve) => {
          release = () => {
            resolve(value);
          };
        });
      },
      parse: (raw) => [single(TOTAL, raw)],
    },
    letGo: () => {
      release();
    },
    calls: () => calls,
  };
}

function pageOf(
  collectors: readonly Collector[],
  clock = standingClock(),
): { page: MetricsPage; sampler: Sampler } {
  const sources = fixtureSources("v1", undefined, { clock });
  const options = { log: SILENT, interval: 5, maxAge: 1, collectorTimeout: 60 };
  const sampler = createSampler({ collectors, sources, ...options });
  return { page: createMetricsPage(sampler, () => []), sampler };
}

describe("the metrics page", () => {
  it("serves one sample to any number of scrapes at once", async () => {
    const held = heldCollector();
    const { page } = pageOf([held.collector]);
    const scrapes = Array.from({ length: 20 }, () => page.metrics());
    held.letGo();
    const texts = new Set(await Promise.all(scrapes));
    assert.equal(texts.size, 1);
    assert.match([...texts][0] ?? "", /^probe_things_total 100$/m);
    assert.equal(held.calls(), 1);
  });

  it("takes a new sample for a scrape that would get too old a one, and only then", async () => {
    const held = heldCollector();
    const clock = standingClock();
    const { page } = pageOf([held.collector], clock);
    const first = page.metrics();
    held.letGo();
    await first;
    clock.at = 1;
    assert.match(await page.metrics(), /^probe_things_total 100$/m);
    clock.at = 1.5;
    const second = page.metrics();
    held.letGo();
    assert.match(await second, /^probe_things_total 200$/m);
  });

  it("drops a removed container's series at once", async () => {
    const clock = standingClock();
    let present = ["a", "b"];
    const collector: Collector<readonly string[]> = {
      name: "some",
      describes: "either",
      read: () => present,
      parse: (names) => [
        family(
          TOTAL,
          names.map((name) => ({ labels: { name }, value: 1 })),
        ),
      ],
    };
    const { page } = pageOf([collector], clock);
    assert.match(await page.metrics(), /name="b"/);
    present = ["a"];
    clock.at = 2;
    assert.doesNotMatch(await page.metrics(), /name="b"/);
  });

  it("keeps serving the others when one fails, and says which failed and which has no data", async () => {
    const good: Collector<number> = {
      name: "good",
      describes: "either",
      read: () => 1,
      parse: (raw) => [single(TOTAL, raw)],
    };
    const bad: Collector = { ...good, name: "bad", read: () => Promise.reject(new Error("EIO")) };
    const absent: Collector = { ...good, name: "absent", read: () => null };
    const text = await pageOf([bad, good, absent]).page.metrics();
    assert.match(text, /^probe_things_total 1$/m);
    assert.match(text, /^node_scrape_collector_success\{collector="bad"\} 0$/m);
    assert.match(text, /^node_scrape_collector_success\{collector="good"\} 1$/m);
    assert.doesNotMatch(text, /absent/);
  });

  it("runs only what describes this kind of node", async () => {
    const always: Collector<number> = { name: "either", describes: "either", read: () => 1, parse: () => [] };
    const { sampler } = pageOf([
      always,
      { ...always, name: "machine", describes: "machine" },
      { ...always, name: "cgroup", describes: "cgroup" },
    ]);
    const { reports } = await sampler.recent();
    assert.deepEqual(
      reports.map(({ collector }) => collector),
      ["either", "machine"],
    );
  });
});

describe("renderFamilies", () => {
  it("keeps a counter a counter and joins what has one name", async () => {
    const shared = { id: 'a"b\\c\nd' };
    const text = await renderFamilies([
      family(TOTAL, [{ labels: { cpu: "total" }, shared, value: 1.5 }]),
      single(gauge("probe_level", "Level."), null),
      single(TOTAL, 2),
    ]);
    const lines = [
      "# HELP probe_things_total Things.",
      "# TYPE probe_things_total counter",
      'probe_things_total{cpu="total",id="a\\"b\\\\c\\nd"} 1.5',
      "probe_things_total 2",
      "",
    ];
    assert.equal(text, lines.join("\n"));
  });
});
