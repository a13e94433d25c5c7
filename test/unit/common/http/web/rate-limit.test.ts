import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createBuckets, createRateLimit, retryAfter } from "../../../../../common/http/web/rate-limit.ts";
import { runs } from "../../../../support/runs.ts";

describe("a rate limit", () => {
  it("of no interval lets everything pass", () => {
    const wait = createRateLimit({ interval: 0, burst: 0 }, () => 0);
    assert.ok(Array.from({ length: 100 }, wait).every((seconds) => seconds === 0));
  });

  it("lets a burst pass, then one each interval, and never more than a burst at once", () => {
    let now = 100;
    const wait = createRateLimit({ interval: 2, burst: 3 }, () => now);
    const passed = (): number => Array.from({ length: 10 }, wait).filter((seconds) => seconds === 0).length;
    assert.equal(passed(), 3);
    now += 1;
    assert.equal(passed(), 0);
    now += 1;
    assert.equal(passed(), 1);
    now += 3600;
    assert.equal(passed(), 3);
  });

  it("says how long to wait, and keeps its word", () => {
    let now = 0;
    const wait = createRateLimit({ interval: 30, burst: 1 }, () => now);
    assert.equal(wait(), 0);
    now += 10;
    assert.equal(wait(), 20);
    now += 20;
    assert.equal(wait(), 0);
  });

  it("never lets more pass than the burst and what time has brought since", () => {
    const someGaps = fc.array(fc.integer({ min: 0, max: 80 }), { maxLength: 200 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 8 }),
        someGaps,
        (interval, burst, gaps) => {
          let now = 0;
          let passed = 0;
          const wait = createRateLimit({ interval, burst }, () => now);
          for (const gap of gaps) {
            // Quarters, which floating point has exactly.
            now += gap / 4;
            const seconds = wait();
            if (seconds === 0) passed += 1;
            assert.ok(seconds <= interval);
          }
          assert.ok(passed <= burst + now / interval, `${passed} in ${now} s`);
        },
      ),
      runs(300),
    );
  });
});

describe("a rate limit by key", () => {
  it("counts each by itself", () => {
    const buckets = createBuckets({ interval: 1, burst: 1 }, () => 0);
    assert.deepEqual(
      ["a", "a", "b"].map((key) => buckets.take(key)),
      [0, 1, 0],
    );
    assert.deepEqual(
      ["a", "c", "__proto__"].map((key) => buckets.wait(key)),
      [1, 0, 0],
    );
  });

  it("forgets the key that was longest not counted when there are too many, and no other", () => {
    const buckets = createBuckets({ interval: 100, burst: 2 }, () => 0, 3);
    for (const key of ["a", "a", "b", "b", "c", "c"]) buckets.take(key);
    // Refused, which is no reason to be remembered for longer.
    assert.ok(buckets.take("a") > 0);
    buckets.take("d");
    assert.deepEqual(
      ["a", "b", "c"].map((key) => buckets.wait(key)),
      [0, 100, 100],
    );
  });
});

describe("the header that says when to come again", () => {
  it("has whole seconds, rounded up, and at least one", () => {
    const said = [0.001, 1, 1.2, 29.9].map((seconds) => retryAfter(seconds)["Retry-After"]);
    assert.deepEqual(said, ["1", "1", "2", "30"]);
  });
});
