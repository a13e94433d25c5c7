import assert from "node:assert/strict";
import { it } from "node:test";
import { crowdOf } from "../../../../../scheduler/decide/goals/crowd.ts";
import { boardOf } from "../../../../../scheduler/engine/board.ts";

it("counts a kind's items by place, and nothing in no place, whatever stands in the last", () => {
  const board = boardOf({
    bins: 2,
    items: 4,
    dimensions: 1,
    loads: new Float32Array(4),
    base: new Float64Array(2),
    start: Int32Array.of(1, 1, 0, 1),
    price: new Float64Array(4),
  });
  // Of the first kind three stand, two of them in the last bin; the second kind is in no place.
  const kinds = { of: Int32Array.of(0, 0, 0, 1), count: 2 };
  const crowd = crowdOf(board, kinds, (kind, bin) => (kind === 0 ? bin : -1));
  assert.deepEqual([crowd.count(0, 0), crowd.count(0, 1), crowd.pairs()], [1, 2, 1]);
  assert.deepEqual([crowd.count(1, -1), crowd.count(1, 0), crowd.count(1, 1)], [0, 0, 0]);
  crowd.add(0, 1, -1);
  crowd.add(0, 0, 1);
  assert.deepEqual([crowd.count(0, 0), crowd.count(0, 1), crowd.pairs()], [2, 1, 1]);
});
