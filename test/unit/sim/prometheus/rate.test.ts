import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { rateOf } from "../../../../sim/prometheus/rate.ts";

// Of `promtool test rules` on the same samples: an interval of 15 s, rate(x[60s]) at the given moment.
const every15 = (values: readonly (number | null)[]) =>
  values.flatMap((value, index) => (value === null ? [] : [{ ms: index * 15_000, value }]));

describe("rate as Prometheus extrapolates it", () => {
  it("is the slope of a counter that covers the range", () => {
    const samples = every15([100, 115, 130, 145, 160]).slice(1);
    assert.equal(rateOf(samples, 0, 60_000), 1);
  });

  it("reaches no further than half an interval where the counter began within the range", () => {
    // Samples at 30, 45 and 60 s of a range of 0 to 60 s, and a counter that began well above nothing.
    const samples = every15([null, null, 1000, 1015, 1030]);
    assert.equal(rateOf(samples, 0, 60_000), (30 * (37.5 / 30)) / 60);
  });

  it("does not reach to before a counter can have been zero", () => {
    // It was 3 at 30 s and grows by one a second: it was zero at 27 s, three seconds before the first sample.
    const samples = every15([null, null, 3, 18, 33]);
    assert.equal(rateOf(samples, 0, 60_000), (30 * (33 / 30)) / 60);
  });

  it("is none of a single sample", () => {
    assert.equal(rateOf(every15([null, null, null, 7]), 0, 60_000), null);
    assert.equal(rateOf([], 0, 60_000), null);
  });
});
