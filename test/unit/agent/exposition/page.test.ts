import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { NamedCollector as Collector } from "../../../../agent/collectors/contract.ts";
import { counter, family, single } from "../../../../agent/metric.ts";
import { createMetricsPage } from "../../../../agent/exposition/page.ts";
import { createSampler, type Sampler } from "../../../../agent/sampler.ts";
import { fixtureSources, SILENT, standingClock } from "../fixture.ts";

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
): { scrape: () => Promise<string>; sampler: Sampler } {
  const sources = fixtureSources("v1", undefined, { clock });
  const options = { log: SILENT, maxAge: 1, collectorTimeout: 60 };
  const sampler = createSampler({ collectors, sources, ...options });
  const page = createMetricsPage({ sampler, momentary: () => [], counted: () => Promise.resolve("") });
  return { scrape: async () => [...(await page("a scraper"))].join(""), sampler };
}

describe("the metrics page", () => {
  it("serves one sample to any number of scrapes at once", async () => {
    const held = heldCollector();
    const { scrape } = pageOf([held.collector]);
    const scrapes = Array.from({ length: 20 }, () => scrape());
    held.letGo();
    const texts = new Set(await Promise.all(scrapes));
    assert.equal(texts.size, 1);
    assert.match([...texts][0] ?? "", /^probe_things_total 100$/m);
    assert.equal(held.calls(), 1);
  });

  it("takes a new sample for a scrape that would get too old a one, and only then", async () => {
    const held = heldCollector();
    const clock = standingClock();
    const { scrape } = pageOf([held.collector], clock);
    const first = scrape();
    held.letGo();
    await first;
    clock.at = 1;
    assert.match(await scrape(), /^probe_things_total 100$/m);
    clock.at = 1.5;
    const second = scrape();
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
    const { scrape } = pageOf([collector], clock);
    assert.match(await scrape(), /name="b"/);
    present = ["a"];
    clock.at = 2;
    assert.doesNotMatch(await scrape(), /name="b"/);
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
    const text = await pageOf([bad, good, absent]).scrape();
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
