import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { loadsOf, sizesOf } from "../../../bench/assignment/loads.ts";
import { nearestOf } from "../../../bench/assignment/nearest.ts";
import { instanceOf } from "./assignment-instance.ts";

describe("the nearest processes", () => {
  it("are others, each once, the nearest first", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), (seed) => {
        const { model, initial } = instanceOf(seed);
        const loads = loadsOf(model, initial);
        const nearest = nearestOf(loads, sizesOf(loads));
        const count = model.processes - 1;
        assert.equal(nearest.length, model.processes * count);
        for (let process = 0; process < model.processes; process += 1) {
          const row = [...nearest.subarray(process * count, (process + 1) * count)];
          assert.equal(new Set([...row, process]).size, model.processes);
          const apart = row.map((other) => {
            let sum = 0;
            for (let at = 0; at < model.resources; at += 1)
              sum += Math.abs(
                (loads.loads[process * model.dimensions + at] ?? 0) -
                  (loads.loads[other * model.dimensions + at] ?? 0),
              );
            return sum;
          });
          assert.deepEqual(
            apart,
            apart.toSorted((one, other) => one - other),
          );
        }
      }),
    );
  });
});
