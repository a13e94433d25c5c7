import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { costOf, violationsOf } from "../../../bench/assignment/cost.ts";
import { Reassignment } from "../../../bench/assignment/landscape.ts";
import { readOptions } from "../../../bench/assignment/options.ts";
import { readAssignment, readModel } from "../../../bench/assignment/read.ts";
import { reassign } from "../../../bench/assignment/solve.ts";
import { Dice } from "../../../scheduler/engine/dice.ts";
import { instanceOf, type Instance } from "./assignment-instance.ts";

const PRESSING = { up: 100, down: 100, least: 10, softUntil: 0.3, hardFrom: 0.7, steps: 100 };
const seeds = fc.integer({ min: 0, max: 1e9 });

describe("reading the challenge's format", () => {
  // Two machines, two resources of which the first is transient, two services, a balance of the two resources.
  const TEXT =
    "2  1 10 0 20  2  0 0 30 40 16 20 0 3  1 1 50 60 25 30 4 0  2  1 0  2 1 0  2  0 5 6 7  1 8 9 2  1  0 1 2 11  3 4 5";

  it("reckons costs as the challenge's definition does", () => {
    const model = readModel(Buffer.from(TEXT), "model");
    const initial = readAssignment(Buffer.from("0 0"), model, "initial");
    // Machine 0 carries 13 and 15, below its marks; A = (17, 25) and (50, 60); 2·17 − 25 = 9, 2·50 − 60 = 40.
    assert.deepEqual(costOf(model, initial, initial), {
      objective: 11 * 49,
      load: 0,
      balance: 11 * 49,
      processMove: 0,
      serviceMove: 0,
      machineMove: 0,
      moved: 0,
    });
    // A = (25, 34) and (42, 51): 16 and 33. The process moved costs 2·3, its way 3·5, its service 4.
    assert.deepEqual(costOf(model, initial, Int32Array.of(0, 1)), {
      objective: 11 * 49 + 6 + 4 + 15,
      load: 0,
      balance: 11 * 49,
      processMove: 6,
      serviceMove: 4,
      machineMove: 15,
      moved: 1,
    });
  });

  it("names what is wrong", () => {
    const model = readModel(Buffer.from(TEXT), "model");
    const initial = Int32Array.of(0, 0);
    assert.deepEqual(violationsOf(model, initial, Int32Array.of(0, 1)), [
      "service 1: in 1 locations of 2",
      "service 1: in neighbourhood 1 without service 0",
    ]);
    assert.throws(() => readModel(Buffer.from(`${TEXT} 1`), "m.txt"), /m\.txt: there is more/);
    assert.throws(() => readModel(Buffer.from(TEXT.slice(0, 40)), "m.txt"), /m\.txt: after \d+ numbers/);
    assert.throws(
      () => readAssignment(Buffer.from("0 2"), model, "a.txt"),
      /a\.txt: process 1 is on machine 2/,
    );
  });
});

describe("the reassignment landscape", () => {
  it("starts from assignments that keep the rules", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { model, initial } = instanceOf(seed);
        assert.deepEqual(violationsOf(model, initial, initial), []);
        assert.equal(new Reassignment(model, initial, Infinity, PRESSING).cost(), 0);
      }),
    );
  });

  it("knows on any walk what the cost is, and whether a rule is broken", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 12 }), fc.boolean(), (seed, mostMoved, isFirm) => {
        const { model, initial } = instanceOf(seed);
        const land = new Reassignment(model, initial, mostMoved, PRESSING);
        land.hold(isFirm, 50, 0, 0);
        const first = costOf(model, initial, initial).objective;
        const dice = new Dice(seed);
        for (let step = 0; step < 60; step += 1) {
          const before = land.cost();
          const delta = wander(land, dice, isFirm ? 1e6 : Infinity);
          const after = land.cost();
          const { objective, moved } = costOf(model, initial, land.binOf);
          const isBroken = violationsOf(model, initial, land.binOf).length > 0 || moved > mostMoved;
          assert.equal(after === Infinity, isBroken);
          if (isFirm) assert.ok(!isBroken);
          if (!isBroken) assert.ok(near(after, objective - first));
          // Where no rule is broken before and after, nothing is paid but the cost.
          if (!isBroken && before < Infinity) assert.ok(near(delta, after - before));
        }
      }),
    );
  });

  it("sums up to nothing on a way that ends where it began, whatever is paid for broken rules", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { model, initial } = instanceOf(seed);
        const land = new Reassignment(model, initial, Infinity, PRESSING);
        land.hold(false, 50, 3, 0.5);
        land.press(0.5, 10);
        const dice = new Dice(seed);
        let sum = 0;
        for (let step = 0; step < 40; step += 1) sum += wander(land, dice, Infinity);
        for (const [process, machine] of initial.entries()) {
          if (land.binOf[process] === machine) continue;
          sum += land.shiftDelta(process, machine, Infinity);
          land.makeShift(process, machine);
        }
        assert.ok(Math.abs(sum) < 1e-3);
        assert.equal(land.cost(), 0);
      }),
    );
  });

  it("never says of an exchange that it costs more than it does", () => {
    fc.assert(
      fc.property(seeds, fc.boolean(), (seed, isFirm) => {
        const { model, initial } = instanceOf(seed);
        const land = new Reassignment(model, initial, Infinity, PRESSING);
        land.hold(isFirm, 50, 3, 0.5);
        land.press(0.5, 10);
        const dice = new Dice(seed);
        for (let step = 0; step < 30; step += 1) {
          wander(land, dice, isFirm ? 1e6 : Infinity);
          const item = dice.below(land.items);
          const [from, to] = [land.binOf[item] ?? 0, dice.below(land.bins)];
          if (from === to) continue;
          const others = [...land.binOf.keys()].filter(
            (each) => land.binOf[each] === to && dice.below(2) === 0,
          );
          const floor = land.exchangeFloor(Int32Array.of(item, ...others), 1 + others.length, to);
          let sum = 0;
          for (const each of [...others, item]) {
            const bin = each === item ? to : from;
            sum += land.shiftDelta(each, bin, Infinity);
            land.makeShift(each, bin);
          }
          assert.ok(floor <= sum + 1e-6 * Math.abs(sum));
          for (const each of [item, ...others]) land.makeShift(each, each === item ? from : to);
        }
      }),
    );
  });

  it("says no to a change only when it costs more than the limit", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { model, initial } = instanceOf(seed);
        const land = new Reassignment(model, initial, Infinity, PRESSING);
        land.hold(false, 50, 0, 0.5);
        const dice = new Dice(seed);
        for (let step = 0; step < 30; step += 1) {
          wander(land, dice, Infinity);
          const process = dice.below(land.items);
          const machine = dice.below(land.bins);
          const delta = land.shiftDelta(process, machine, Infinity);
          if (delta < Infinity) assert.equal(land.shiftDelta(process, machine, delta), delta);
          const other = dice.below(land.items);
          const swap = land.swapDelta(process, other, Infinity);
          if (swap < Infinity) assert.equal(land.swapDelta(process, other, swap), swap);
        }
      }),
    );
  });
});

describe("reassigning", () => {
  it("keeps all rules and the bound on moves, and is never worse than doing nothing", () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(0, 1, 2, Infinity), (seed, mostMoved) => {
        const instance = instanceOf(seed);
        const { model, initial } = instance;
        const machineOf = solve(instance, mostMoved, seed);
        assert.deepEqual(violationsOf(model, initial, machineOf), []);
        const { objective, moved } = costOf(model, initial, machineOf);
        assert.ok(objective <= costOf(model, initial, initial).objective);
        assert.ok(moved <= mostMoved);
      }),
      { numRuns: 40 },
    );
  });

  it("gives the same answer for the same seed and effort", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const instance = instanceOf(seed);
        assert.deepEqual(solve(instance, Infinity, seed), solve(instance, Infinity, seed));
      }),
      { numRuns: 20 },
    );
  });

  it("finds the best of all assignments where these can be counted", () => {
    let [counted, found] = [0, 0];
    for (let seed = 1; seed <= 40; seed += 1) {
      const instance = instanceOf(seed);
      if (instance.model.machines ** instance.model.processes > 5000) continue;
      const { model, initial } = instance;
      counted += 1;
      const ours = costOf(model, initial, solve(instance, Infinity, seed)).objective;
      const best = cheapest(instance);
      assert.ok(ours >= best);
      if (ours === best) found += 1;
    }
    assert.ok(counted >= 5 && found >= counted - 1, `${found} of ${counted}`);
  });
});

describe("the flags", () => {
  it("are read, and refused with their name", () => {
    const files = ["--model", "m", "--initial", "i", "--out", "o"];
    assert.deepEqual(readOptions([...files, "--seconds", "2", "--moved-share", "0.05"]), {
      ...{ model: "m", initial: "i", out: "o", seconds: 2, changes: 1e15, seed: 1, movedShare: 0.05 },
    });
    assert.throws(() => readOptions(files.slice(2)), /--model is missing/);
    assert.throws(() => readOptions([...files, "--moved-share", "5"]), /--moved-share "5".*from 0 to 1/);
    assert.equal(readOptions(["--help"]), null);
  });
});

function solve({ model, initial }: Instance, mostMoved: number, seed: number): Int32Array {
  const progress = (evaluations: number): number => evaluations / 40_000;
  return reassign(model, initial, { seed, mostMoved, progress }).machineOf;
}

/** Makes some change that costs no more than the limit; what it was said to cost. */
function wander(land: Reassignment, dice: Dice, limit: number): number {
  const [one, other, bin] = [dice.below(land.items), dice.below(land.items), dice.below(land.bins)];
  const isShift = dice.below(2) === 0;
  const delta = isShift ? land.shiftDelta(one, bin, limit) : land.swapDelta(one, other, limit);
  if (delta === Infinity || delta > limit) return 0;
  if (isShift) land.makeShift(one, bin);
  else land.makeSwap(one, other);
  return delta;
}

function cheapest({ model, initial }: Instance): number {
  const machineOf = new Int32Array(model.processes);
  let best = Infinity;
  for (;;) {
    if (violationsOf(model, initial, machineOf).length === 0)
      best = Math.min(best, costOf(model, initial, machineOf).objective);
    let digit = 0;
    while (digit < machineOf.length && machineOf[digit] === model.machines - 1) {
      machineOf[digit] = 0;
      digit += 1;
    }
    if (digit === machineOf.length) return best;
    machineOf[digit] = (machineOf[digit] ?? 0) + 1;
  }
}

function near(one: number, other: number): boolean {
  return Math.abs(one - other) <= 1e-6 * Math.max(1, Math.abs(one));
}
