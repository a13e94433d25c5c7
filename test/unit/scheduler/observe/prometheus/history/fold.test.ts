import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { foldDays } from "../../../../../../scheduler/observe/prometheus/history/fold.ts";

const { NaN: UNKNOWN } = Number;

function fold(values: readonly number[], points: number): readonly number[] {
  return [...foldDays(Float32Array.from(values), points)];
}

const value = fc.oneof({ weight: 3, arbitrary: fc.nat(100) }, fc.constant(UNKNOWN));
const days = fc.record({
  points: fc.integer({ min: 1, max: 8 }),
  values: fc.array(value, { maxLength: 40 }),
});

describe("the folding of days", () => {
  it("gives each moment the highest of its days, the newest moment last", () => {
    assert.deepEqual(fold([1, 9, 3, 4, 5, 6], 3), [4, 9, 6]);
  });

  it("takes an oldest day that is there in part", () => {
    assert.deepEqual(fold([7, 8, 1, 2, 3, 4], 4), [1, 2, 7, 8]);
    assert.deepEqual(fold([7, 1, 2, 3], 3), [1, 2, 7]);
  });

  it("takes what is known of any day", () => {
    assert.deepEqual(fold([1, UNKNOWN, 3, UNKNOWN, UNKNOWN, 2], 3), [1, UNKNOWN, 3]);
  });

  it("changes nothing of a day or less", () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 20 }), fc.nat(5), (values, more) => {
        assert.deepEqual(fold(values, values.length + more), values);
      }),
    );
  });

  it("is, for every moment, the highest that is known at that time of any day", () => {
    fc.assert(
      fc.property(days, ({ points, values }) => {
        const folded = fold(values, points);
        assert.equal(folded.length, Math.min(points, values.length));
        for (const [at, seen] of folded.entries()) {
          const back = folded.length - 1 - at;
          const same = values.filter((_, index) => (values.length - 1 - index) % points === back);
          const known = same.filter((each) => !Number.isNaN(each));
          assert.deepEqual(seen, known.length === 0 ? UNKNOWN : Math.max(...known));
        }
      }),
    );
  });

  it("leaves what it was given as it was", () => {
    const given = Float32Array.from([5, 1, 2]);
    foldDays(given, 2);
    assert.deepEqual([...given], [5, 1, 2]);
  });
});
