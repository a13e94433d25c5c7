import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { excessOf, positionIn, searched, type Tiny } from "./tiny.ts";

/** 5, 3 and 2 in the first of two bins: 4 above its limit. */
const FULL: Tiny = { loads: [5, 3, 2], start: [0, 0, 0], limits: [6, 6], ceilings: [10, 6] };

function pathOf(tiny: Tiny): readonly string[] {
  return searched(tiny).found.shifts.map(({ item, from, to }) => `${item} ${from}>${to}`);
}

describe("the search", () => {
  it("makes the one shift that clears a bin, rather than two", () => {
    assert.deepEqual(pathOf({ ...FULL, price: 0.5 }), ["0 0>1"]);
  });

  it("leaves what is within its limits, and what would gain less than it costs", () => {
    assert.deepEqual(pathOf({ ...FULL, limits: [10, 6] }), []);
    assert.deepEqual(pathOf({ ...FULL, price: 4 }), []);
  });

  it("keeps to the rules: what must stay stays, and nothing goes where it does not fit", () => {
    assert.deepEqual(pathOf({ ...FULL, pinned: [0, 2] }), ["1 0>1"]);
    assert.deepEqual(pathOf({ ...FULL, ceilings: [10, 1] }), []);
  });

  it("makes room first where a rule forbids the shift: a chain, and nothing in it that is not needed", () => {
    // 4 would clear the first bin, but the second has room for it only once its 3 has gone to the third.
    const chain: Tiny = { loads: [4, 4, 3], start: [0, 0, 1], limits: [4, 4, 4], ceilings: [8, 4, 3] };
    assert.deepEqual(pathOf({ ...chain, price: 0.1 }), ["2 1>2", "0 0>1"]);
  });

  it("exchanges two by way of a third bin, where one of them stays: nothing is moved twice", () => {
    const swap: Tiny = {
      loads: [4, 3, 2],
      start: [0, 0, 1],
      limits: [5, 9, 1],
      ceilings: [8, 4, 2],
      pinned: [1],
    };
    const { found, position } = searched({ ...swap, price: 0.1 });
    assert.deepEqual([...position.board.binOf], [1, 0, 2]);
    assert.equal(found.shifts.length, 2);
  });

  it("goes on with a plan that was begun, unless another is better", () => {
    // 5, or 3 and 2 together, may leave: each way clears the bin, and costs the same.
    const either = { ...FULL, limits: [5, 5], ceilings: [10, 5] };
    const begun = [1, 2].map((item) => ({ item, to: 1 }));
    const kept = searched(either, { begun }).found.shifts;
    assert.deepEqual(kept.map(({ item }) => item).sort(), [1, 2]);
    const dearer = searched({ ...either, price: 0.5 }, { begun }).found.shifts;
    assert.deepEqual(
      dearer.map(({ item }) => item),
      [0],
    );
    const unsure = searched({ ...either, price: 0.5 }, { begun, switching: 1 }).found.shifts;
    assert.deepEqual(unsure.map(({ item }) => item).sort(), [1, 2]);
  });

  it("gives up of a plan that was begun what no rule permits any more", () => {
    const { found } = searched({ ...FULL, ceilings: [10, 1] }, { begun: [{ item: 0, to: 1 }] });
    assert.deepEqual(found.shifts, []);
  });

  it("stops when told that it is late, with what it has", () => {
    const { found, position } = searched(FULL, { isLate: () => true });
    assert.deepEqual([found.shifts, found.after], [[], []]);
    assert.deepEqual([...position.board.binOf], FULL.start);
  });

  it("weighs no more shifts than it may, but for those of the step it is at", () => {
    const { found } = searched(FULL, { evaluations: 1 });
    assert.equal(found.runs, 1);
    assert.ok(found.evaluations <= 2 * FULL.loads.length, String(found.evaluations));
  });
});

const BINS = 2;
const tinies: fc.Arbitrary<Tiny> = fc
  .array(fc.record({ load: fc.integer({ min: 1, max: 9 }), bin: fc.nat({ max: BINS - 1 }) }), {
    maxLength: 6,
  })
  .chain((items) =>
    fc.record({
      loads: fc.constant(items.map(({ load }) => load)),
      start: fc.constant(items.map(({ bin }) => bin)),
      limits: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: BINS, maxLength: BINS }),
      ceilings: fc.array(fc.integer({ min: 0, max: 30 }), { minLength: BINS, maxLength: BINS }),
      price: fc.constantFrom(0, 0.1, 1),
      pinned: fc.uniqueArray(fc.nat({ max: 5 }), { maxLength: 2 }),
    }),
  );

/** The least that any assignment of the free items costs, whatever the rules. */
function leastOf(tiny: Tiny): number {
  const free = tiny.loads.flatMap((_, item) => (tiny.pinned?.includes(item) === true ? [] : [item]));
  const all = Array.from({ length: BINS ** free.length }, (_, choice) => {
    const bins = [...tiny.start];
    free.forEach((item, at) => (bins[item] = Math.floor(choice / BINS ** at) % BINS));
    const away = bins.filter((bin, item) => bin !== tiny.start[item]).length;
    return excessOf(tiny, carriedBy(tiny, bins)) + away * (tiny.price ?? 0);
  });
  return Math.min(...all);
}

function carriedBy({ loads, limits }: Tiny, bins: readonly number[]): readonly number[] {
  return limits.map((_, bin) => loads.reduce((sum, load, item) => sum + (bins[item] === bin ? load : 0), 0));
}

describe("whatever the problem, the search", () => {
  it("ends no worse than it began and no better than is possible, and reckons right on the way", () => {
    fc.assert(
      fc.property(tinies, (tiny) => {
        const { found, position } = searched(tiny);
        const retold = positionIn(tiny);
        assert.deepEqual(found.before, retold.worth());
        found.shifts.forEach(({ item, from, to }, at) => {
          assert.ok(retold.rules.mayLeave(item) && retold.rules.permits(item, to));
          assert.equal(retold.make(item, to).from, from);
          assert.ok(Math.abs(retold.worth().total - (found.after[at]?.total ?? NaN)) < 1e-9);
        });
        assert.deepEqual(position.board.binOf, retold.board.binOf);
        const end = retold.worth().total;
        assert.ok(end <= found.before.total);
        assert.ok(end >= leastOf(tiny) - 1e-9);
      }),
      { numRuns: 300 },
    );
  });

  it("leaves no shift out of a full bin that is permitted, gains and costs no goal anything", () => {
    fc.assert(
      fc.property(tinies, (tiny) => {
        const { position } = searched(tiny);
        const { board, rules, goals } = position;
        for (let item = 0; item < tiny.loads.length; item += 1) {
          const from = board.binOf[item] ?? 0;
          const isOver = (board.carried[from] ?? 0) > (tiny.limits[from] ?? 0);
          if (!isOver || !rules.mayLeave(item)) continue;
          for (let to = 0; to < BINS; to += 1) {
            if (to === from || !rules.permits(item, to)) continue;
            const isBetter =
              goals.every((goal) => goal.delta(item, to) < 0) && position.gain(item, to) > 1e-6;
            assert.ok(!isBetter, `${item} ${from}>${to}`);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("has one answer to one question", () => {
    fc.assert(
      fc.property(tinies, (tiny) => {
        assert.deepEqual(searched(tiny).found, searched(tiny).found);
      }),
      { numRuns: 100 },
    );
  });
});
