import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  nowOf,
  profileOf,
  quantileOf,
  shareAbove,
  sumOf,
  timelineOf,
} from "../../../../scheduler/decide/timeline.ts";
import type { Series } from "../../../../scheduler/domain/history.ts";

const NOW_ONLY = timelineOf({ points: 0 });
const FOUR = timelineOf({ points: 4 });
const CPU = 0;
const MEMORY = 1;

function series(cpuCores: readonly number[], memoryBytes: readonly number[] = cpuCores): Series {
  return { cpuCores: Float32Array.from(cpuCores), memoryBytes: Float32Array.from(memoryBytes) };
}

/** Of four moments of the past and now: CPU as named, no memory. */
function cpuProfile(now: number, past: readonly number[]): Float64Array {
  const profile = profileOf({ cpuCores: now, memoryBytes: 0 }, series(past, [0, 0, 0, 0]), undefined, FOUR);
  return Float64Array.from(profile);
}

describe("a timeline", () => {
  it("is now alone where there is no history", () => {
    assert.deepEqual([NOW_ONLY.points, [...NOW_ONLY.weights]], [1, [1]]);
  });
  it("gives the present a tenth of the weight, and 1 in all", () => {
    assert.deepEqual([FOUR.points, [...FOUR.weights]], [5, [0.1, 0.225, 0.225, 0.225, 0.225]]);
  });
});

describe("a profile", () => {
  const now = { cpuCores: 1, memoryBytes: 64 };

  it("is what is used now, then what was used, resource by resource", () => {
    const profile = profileOf(now, series([2, 3, 4, 5], [6, 7, 8, 9]), undefined, FOUR);
    assert.deepEqual([...profile], [1, 2, 3, 4, 5, 64, 6, 7, 8, 9]);
    assert.deepEqual(nowOf(profile, FOUR), now);
  });
  it("takes what one series does not know from the next, and what none knows for what is now", () => {
    const own = series([NaN, 3, NaN, NaN]);
    const ofService = series([NaN, 9, 9, NaN]);
    const profile = profileOf(now, own, ofService, FOUR);
    assert.deepEqual([...profile], [1, 1, 3, 9, 1, 64, 64, 3, 9, 64]);
  });
  it("keeps the present to the last digit", () => {
    const exact = { cpuCores: 3.2, memoryBytes: 2 ** 40 + 1 };
    assert.deepEqual(nowOf(profileOf(exact, undefined, undefined, NOW_ONLY), NOW_ONLY), exact);
  });
  it("is added to and taken from another, never below nothing", () => {
    const [a, b] = [Float64Array.from([3, 1]), Float64Array.from([1, 2])];
    assert.deepEqual([...sumOf(a, b)], [4, 3]);
    assert.deepEqual([...sumOf(a, b, -1)], [2, 0]);
    assert.deepEqual([...a], [3, 1]);
  });
});

describe("what is not exceeded for a share of the time", () => {
  it("is the highest of all for the whole time", () => {
    assert.equal(quantileOf(cpuProfile(1, [2, 9, 4, 3]), CPU, FOUR, 1), 9);
    assert.equal(quantileOf(cpuProfile(10, [2, 9, 4, 3]), CPU, FOUR, 1), 10);
  });
  it("passes over peaks that together last no longer than may be", () => {
    const profile = cpuProfile(1, [2, 9, 4, 3]);
    assert.equal(quantileOf(profile, CPU, FOUR, 0.9), 9);
    assert.equal(quantileOf(profile, CPU, FOUR, 0.775), 4);
    assert.equal(quantileOf(profile, CPU, FOUR, 0.55), 3);
    assert.equal(quantileOf(profile, CPU, FOUR, 0), 1);
  });
  it("does not pass over the present at the usual quantile: what is hot now is hot", () => {
    assert.equal(quantileOf(cpuProfile(5, [1, 1, 1, 1]), CPU, FOUR, 0.95), 5);
  });
  it("is now's where there is nothing else, whatever the share", () => {
    const profile = profileOf({ cpuCores: 2, memoryBytes: 7 }, undefined, undefined, NOW_ONLY);
    assert.deepEqual(
      [quantileOf(profile, CPU, NOW_ONLY, 0.5), quantileOf(profile, MEMORY, NOW_ONLY, 1)],
      [2, 7],
    );
  });
  it("is exceeded for no longer than that, and what is just below it is", () => {
    const amounts = fc.nat({ max: 50 });
    const past = fc.array(amounts, { minLength: 4, maxLength: 4 });
    const quantiles = fc.integer({ min: 1, max: 100 }).map((percent) => percent / 100);
    fc.assert(
      fc.property(amounts, past, quantiles, (now, before, quantile) => {
        const profile = cpuProfile(now, before);
        const peak = quantileOf(profile, CPU, FOUR, quantile);
        assert.ok(shareAbove(peak, profile, null, CPU, FOUR) <= 1 - quantile + 1e-9);
        assert.ok(shareAbove(peak - 0.5, profile, null, CPU, FOUR) > 1 - quantile - 1e-9);
      }),
      { numRuns: 300 },
    );
  });
});

describe("the share of the time above a limit", () => {
  it("counts what both use at the same moment", () => {
    const [day, night] = [cpuProfile(0, [4, 4, 0, 0]), cpuProfile(0, [0, 0, 4, 4])];
    assert.equal(shareAbove(4, day, night, CPU, FOUR), 0);
    assert.equal(shareAbove(4, day, day, CPU, FOUR), 0.45);
    assert.equal(shareAbove(3, day, null, CPU, FOUR), 0.45);
  });
  it("does not count what is just at it", () => {
    assert.equal(shareAbove(4, cpuProfile(4, [4, 4, 4, 4]), null, CPU, FOUR), 0);
  });
});
