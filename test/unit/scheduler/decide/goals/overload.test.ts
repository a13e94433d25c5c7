import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { overload } from "../../../../../scheduler/decide/goals/overload.ts";
import { boardOf, type Board } from "../../../../../scheduler/engine/board.ts";

const POINTS = 10;
const CAPACITY = 10;
const TERRAIN = {
  resources: 1,
  points: POINTS,
  weights: new Float64Array(POINTS).fill(1 / POINTS),
  capacities: Float64Array.from([CAPACITY, CAPACITY]),
};
const MARKS = Float64Array.from([0.8, 0.8]);

/** Two bins, the items in the first: a load of 5 at all times but for `busy` of ten, when it is 10, and one of nothing. */
function boardWith(busy: number): Board {
  const loads = new Float32Array(2 * POINTS).fill(5, 0, POINTS).fill(10, 0, busy);
  return boardOf({
    bins: 2,
    items: 2,
    dimensions: POINTS,
    loads,
    base: new Float64Array(2 * POINTS),
    start: Int32Array.from([0, 0]),
    price: new Float64Array(2),
  });
}

function costOf(busy: number, tolerated: number): number {
  return Number(overload(boardWith(busy), TERRAIN, MARKS, [tolerated]).cost().toFixed(9));
}

describe("the goal overload", () => {
  it("costs what is above the mark, averaged over time, where no time is tolerated", () => {
    assert.deepEqual(
      [0, 1, 2].map((busy) => costOf(busy, 0)),
      [0, 0.02, 0.04],
    );
  });

  it("costs nothing where it is above for no longer than is tolerated, and all of it where it is for longer", () => {
    assert.deepEqual(
      [0, 1, 2, 3].map((busy) => costOf(busy, 0.2)),
      [0, 0, 0, 0.06],
    );
  });

  it("knows beforehand what it comes to when an item moves", () => {
    const board = boardWith(3);
    const goal = overload(board, TERRAIN, MARKS, [0.2]);
    const before = goal.cost();
    const delta = goal.delta(0, 1);
    board.put(0, 1);
    goal.moved(0, 0);
    assert.equal(goal.cost() - before, delta);
  });
});
