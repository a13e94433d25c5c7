import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Places } from "../../../../scheduler/engine/places.ts";
import { Subset } from "../../../../scheduler/engine/subset.ts";

const [ITEMS, BINS] = [12, 4];
const moves = fc.array(fc.tuple(fc.nat(ITEMS - 1), fc.nat(BINS - 1)), { maxLength: 80 });

describe("places", () => {
  it("know who stands in which bin, and who is away", () => {
    fc.assert(
      fc.property(moves, (made) => {
        const start = Int32Array.from({ length: ITEMS }, (_, item) => (item < 10 ? 0 : 2));
        const binOf = start.slice();
        const places = new Places(start, binOf, BINS);
        for (const [item, bin] of made) {
          binOf[item] = bin;
          places.note(item, bin);
        }
        for (let bin = 0; bin < BINS; bin += 1) {
          const members = Array.from({ length: places.count(bin) }, (_, at) => places.member(bin, at));
          assert.deepEqual(
            members.toSorted((one, other) => one - other),
            [...binOf.keys()].filter((item) => binOf[item] === bin),
          );
        }
        assert.deepEqual(
          sorted(places.away),
          [...binOf.keys()].filter((item) => binOf[item] !== start[item]),
        );
      }),
    );
  });
});

describe("a subset", () => {
  it("holds what was set last", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), fc.boolean())), (settings) => {
        const subset = new Subset(10);
        const expected = new Set<number>();
        for (const [number, isIn] of settings) {
          subset.set(number, isIn);
          if (isIn) expected.add(number);
          else expected.delete(number);
        }
        assert.deepEqual(
          sorted(subset),
          [...expected].toSorted((one, other) => one - other),
        );
      }),
    );
  });
});

function sorted(subset: Subset): readonly number[] {
  return Array.from({ length: subset.size }, (_, at) => subset.at(at)).toSorted((one, other) => one - other);
}
