import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  missingSpans,
  newestClosed,
  reachOf,
} from "../../../../../../scheduler/observe/prometheus/history/moments.ts";

const DAY = 86_400;

describe("the reach of a history", () => {
  it("counts a day's moments once, however many days it has", () => {
    assert.deepEqual(reachOf(DAY, 300, 60), { stepSeconds: 300, steps: 288, points: 288, settleSeconds: 60 });
    assert.deepEqual(reachOf(2.5 * DAY, 300, 60).steps, 720);
    assert.deepEqual(reachOf(2.5 * DAY, 300, 60).points, 288);
    assert.deepEqual(reachOf(3700, 300, 60).points, 12);
  });
});

describe("a step", () => {
  it("is closed when its end is so far back that it has settled", () => {
    const reach = reachOf(DAY, 300, 60);
    assert.equal(newestClosed(reach, 3_659_999), 11);
    assert.equal(newestClosed(reach, 3_660_000), 12);
  });
});

describe("the missing spans", () => {
  const reach = reachOf(DAY, 300, 60);

  it("are all within reach at first, two hours at a time", () => {
    const spans = missingSpans(reach, null, 1000);
    assert.equal(spans.length, 12);
    assert.deepEqual(spans[0], { first: 713, last: 736, stepSeconds: 300 });
    assert.deepEqual(spans.at(-1), { first: 977, last: 1000, stepSeconds: 300 });
  });

  it("are the newest step alone, or none, once all is known", () => {
    assert.deepEqual(missingSpans(reach, 999, 1000), [{ first: 1000, last: 1000, stepSeconds: 300 }]);
    assert.deepEqual(missingSpans(reach, 1000, 1000), []);
    assert.deepEqual(missingSpans(reach, 1001, 1000), []);
  });

  it("hold each missing step within reach once, in order, and no other", () => {
    const known = fc.option(fc.nat(3000));
    fc.assert(
      fc.property(known, fc.nat(3000), fc.constantFrom(60, 300, 10_800), (knownTo, newest, stepSeconds) => {
        const some = reachOf(DAY, stepSeconds, 60);
        const steps = missingSpans(some, knownTo, newest).flatMap(({ first, last }) =>
          Array.from({ length: last - first + 1 }, (_, index) => first + index),
        );
        const oldest = Math.max(0, newest - some.steps + 1, (knownTo ?? -1) + 1);
        const wanted = Array.from({ length: Math.max(0, newest - oldest + 1) }, (_, index) => oldest + index);
        assert.deepEqual(steps, wanted);
      }),
    );
  });
});
