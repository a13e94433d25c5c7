import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { boardOf, type Problem } from "../../../../scheduler/engine/board.ts";

/** Three items of (1, 10), (2, 20) and (4, 40) in two bins, of which the second carries (8, 80) of itself. */
const PROBLEM: Problem = {
  bins: 2,
  items: 3,
  dimensions: 2,
  loads: Float32Array.from([1, 10, 2, 20, 4, 40]),
  base: Float64Array.from([0, 0, 8, 80]),
  start: Int32Array.from([0, 0, 1]),
  price: new Float64Array(3),
};

describe("a board", () => {
  it("begins with every item where it stands, over what the bins carry of themselves", () => {
    const board = boardOf(PROBLEM);
    assert.deepEqual([...board.binOf], [0, 0, 1]);
    assert.deepEqual([...board.carried], [3, 30, 12, 120]);
    assert.deepEqual([board.itemsIn(0), board.itemsIn(1)], [[0, 1], [2]]);
    assert.equal(board.moves(), 0);
  });

  it("carries an item along, in every dimension, and leaves the problem as it was", () => {
    const board = boardOf(PROBLEM);
    board.put(0, 1);
    assert.deepEqual([...board.carried], [2, 20, 13, 130]);
    assert.deepEqual([board.itemsIn(0), [...board.itemsIn(1)].sort()], [[1], [0, 2]]);
    assert.equal(board.moves(), 1);
    assert.deepEqual([...PROBLEM.start], [0, 0, 1]);
    assert.deepEqual([...PROBLEM.base], [0, 0, 8, 80]);
  });

  it("knows no other bins", () => {
    assert.throws(() => boardOf({ ...PROBLEM, start: Int32Array.from([0, 0, 2]) }), /there is no bin 2/);
    assert.throws(() => {
      boardOf(PROBLEM).put(0, 2);
    }, RangeError);
  });

  it("is, whatever was put where, as one that began so", () => {
    const items = 6;
    const bins = 3;
    const step = fc.record({ item: fc.nat({ max: items - 1 }), bin: fc.nat({ max: bins - 1 }) });
    const amounts = fc.array(fc.nat({ max: 100 }), { minLength: items, maxLength: items });
    fc.assert(
      fc.property(amounts, fc.array(step, { maxLength: 30 }), (loads, steps) => {
        const problem: Problem = {
          bins,
          items,
          dimensions: 1,
          loads: Float32Array.from(loads),
          base: Float64Array.from([1, 2, 3]),
          start: new Int32Array(items),
          price: new Float64Array(items),
        };
        const board = boardOf(problem);
        for (const { item, bin } of steps) board.put(item, bin);
        const fresh = boardOf({ ...problem, start: board.binOf });
        assert.deepEqual(board.carried, fresh.carried);
        for (let bin = 0; bin < bins; bin += 1)
          assert.deepEqual([...board.itemsIn(bin)].sort(), [...fresh.itemsIn(bin)].sort());
        assert.equal(board.moves(), steps.length);
      }),
      { numRuns: 200 },
    );
  });
});
