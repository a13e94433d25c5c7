import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { anneal, type Annealed, type AnnealOptions } from "../../../../scheduler/engine/anneal.ts";
import { Dice } from "../../../../scheduler/engine/dice.ts";
import type { Landscape } from "../../../../scheduler/engine/landscape.ts";
import { Exchange } from "../../../../scheduler/engine/exchange.ts";
import { Places } from "../../../../scheduler/engine/places.ts";
import { Subset } from "../../../../scheduler/engine/subset.ts";

/** Items of one number each: the cost is the sum of the squares of what the bins carry. A bin of 9 is broken. */
class Squares implements Landscape {
  readonly items: number;
  readonly bins: number;
  readonly binOf: Int32Array;
  readonly start: Int32Array;
  readonly sizes: Float64Array;
  readonly binCosts: Float64Array;
  readonly brokenBins: Subset;
  readonly loads: readonly number[];
  readonly ceiling: number;

  constructor(loads: readonly number[], bins: number, ceiling = Infinity) {
    this.loads = loads;
    this.items = loads.length;
    this.bins = bins;
    this.binOf = new Int32Array(loads.length);
    this.start = new Int32Array(loads.length);
    this.sizes = Float64Array.from(loads);
    this.binCosts = new Float64Array(bins);
    this.brokenBins = new Subset(bins);
    this.ceiling = ceiling;
  }

  mending(): number {
    return -1;
  }

  press(): void {
    // Nothing is ever priced: what is broken costs as much as its squares.
  }

  cost(): number {
    const carried = this.carried();
    return carried.some((each) => each > this.ceiling) ? Infinity : this.sum(carried);
  }

  shiftDelta(item: number, bin: number): number {
    const before = this.sum(this.carried());
    const from = this.binOf[item] ?? 0;
    this.makeShift(item, bin);
    const after = this.sum(this.carried());
    this.makeShift(item, from);
    return after - before;
  }

  swapDelta(one: number, other: number): number {
    const before = this.sum(this.carried());
    this.makeSwap(one, other);
    const after = this.sum(this.carried());
    this.makeSwap(one, other);
    return after - before;
  }

  exchangeFloor(): number {
    return -Infinity;
  }

  makeShift(item: number, bin: number): void {
    this.binOf[item] = bin;
  }

  makeSwap(one: number, other: number): void {
    const bin = this.binOf[one] ?? 0;
    this.binOf[one] = this.binOf[other] ?? 0;
    this.binOf[other] = bin;
  }

  private carried(): readonly number[] {
    const carried = Array.from({ length: this.bins }, () => 0);
    for (const [item, bin] of this.binOf.entries())
      carried[bin] = (carried[bin] ?? 0) + (this.loads[item] ?? 0);
    return carried;
  }

  private sum(carried: readonly number[]): number {
    return carried.reduce((sum, each) => sum + each ** 2, 0);
  }
}

/** Remembers the lowest cost that anybody was told. */
class Watched extends Squares {
  lowest = Infinity;

  override cost(): number {
    const cost = super.cost();
    this.lowest = Math.min(this.lowest, cost);
    return cost;
  }
}

const OPTIONS: AnnealOptions = {
  seed: 1,
  mix: { returns: 0.1, mends: 0.1, spots: 0.1, groups: 0.5, swaps: 0.5, like: 0.5 },
  temperature: (progress) => 100 * 1e-3 ** progress,
  progress: (evaluations) => evaluations / 20_000,
};

const SHIFTS_ONLY = { returns: 0, mends: 0, spots: 0, groups: 0, swaps: 0, like: 0 };

/** Every change costs the same. */
class Uphill extends Squares {
  private readonly price: number;

  constructor(price: number) {
    super([1, 1], 2);
    this.price = price;
  }

  override shiftDelta(): number {
    return this.price;
  }
}

function once(evaluations: number): number {
  return evaluations > 0 ? 1 : 0;
}

describe("annealing", () => {
  it("finds the only even split", () => {
    const { best } = anneal(new Squares([7, 5, 4, 3, 3, 2], 2), OPTIONS);
    const carried = [0, 1].map((bin) => load([7, 5, 4, 3, 3, 2], best, bin));
    assert.deepEqual(carried, [12, 12]);
  });

  it("returns the best that it saw, and by how much it was better, though it ends elsewhere", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 8 }), (loads) => {
        const land = new Watched(loads, 3);
        const before = land.cost();
        // So hot that every change is made.
        const { best, change } = anneal(land, { ...OPTIONS, temperature: () => 1e9, progress: once });
        land.binOf.set(best);
        assert.equal(change, land.lowest);
        assert.equal(land.cost(), land.lowest);
        assert.ok(land.lowest <= before);
      }),
      { numRuns: 20 },
    );
  });

  it("never returns what breaks a rule, unless all that it saw did", () => {
    const loads = [4, 4, 4, 4, 4, 4];
    const land = new Squares(loads, 3, 8);
    assert.equal(land.cost(), Infinity);
    const { best } = anneal(land, OPTIONS);
    assert.deepEqual(
      [0, 1, 2].map((bin) => load(loads, best, bin)),
      [8, 8, 8],
    );
    const hopeless = anneal(new Squares(loads, 2, 8), OPTIONS);
    assert.deepEqual([...hopeless.best], [0, 0, 0, 0, 0, 0]);
  });

  it("makes hardly a change for the worse when it is cold", () => {
    const land = new Squares([6, 5], 2);
    anneal(land, { ...OPTIONS, temperature: () => 1e-6 });
    assert.notEqual(land.binOf[0], land.binOf[1]);
  });

  it("makes a change for the worse with a chance that falls with its price, far down", () => {
    for (const [price, changes] of [
      [1, 100_000],
      [9, 3_000_000],
    ] as const) {
      const { made, evaluations } = anneal(new Uphill(price), {
        ...OPTIONS,
        ...{ temperature: (): number => 1, mix: SHIFTS_ONLY },
        progress: (weighed) => weighed / changes,
      });
      const expected = evaluations * Math.exp(-price);
      assert.ok(Math.abs(made - expected) < 5 * Math.sqrt(expected), `${made} of ${expected}`);
    }
  });

  it("gives the same answer for the same seed, and another walk for another", () => {
    const walk = (seed: number): Annealed =>
      anneal(new Squares([9, 8, 7, 6, 5, 4, 3, 2, 1], 3), { ...OPTIONS, seed });
    assert.deepEqual(walk(5), walk(5));
    assert.notEqual(walk(5).made, walk(6).made);
  });

  it("stops when the effort is spent", () => {
    assert.equal(anneal(new Squares([1, 2], 2), { ...OPTIONS, progress: () => 1 }).evaluations, 0);
    const { evaluations } = anneal(new Squares([1, 2], 2), OPTIONS);
    assert.ok(evaluations >= 20_000 && evaluations < 30_000);
  });
});

describe("an exchange of one for some", () => {
  const loads = [8, 4, 4, 1];
  /** The large item stands in bin 1, the small ones in bin 0. */
  const standing = (): { readonly land: Squares; readonly places: Places } => {
    const land = new Squares(loads, 2);
    land.binOf[0] = 1;
    return { land, places: new Places(land.start, land.binOf, 2) };
  };

  it("says truly what it moved, and moves nothing when it costs too much", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 3 }), fc.nat(40), (seed, item, limit) => {
        const { land, places } = standing();
        const before = { binOf: land.binOf.slice(), cost: land.cost() };
        const exchange = new Exchange(land, places);
        const to = 1 - (land.binOf[item] ?? 0);
        const isMade = exchange.attempt(item, to, limit - 20, new Dice(seed));
        const moved = isMade ? [...exchange.moved.subarray(0, exchange.count)] : [];
        for (const [each, bin] of land.binOf.entries())
          assert.equal(bin !== before.binOf[each], moved.includes(each));
        if (isMade) assert.ok(land.cost() - before.cost <= limit - 20);
      }),
    );
  });

  it("lets as much give way as the item is large", () => {
    const taken = new Set<string>();
    for (let seed = 0; seed < 50; seed += 1) {
      const { land, places } = standing();
      new Exchange(land, places).attempt(0, 0, Infinity, new Dice(seed));
      assert.equal(land.binOf[0], 0);
      assert.ok(load(loads, land.binOf, 1) <= 12);
      taken.add(String(land.binOf));
    }
    // Both of the middle ones came in its stead, for one.
    assert.ok(taken.has("0,1,1,0"));
  });
});

describe("the dice", () => {
  it("stay in bounds and fall evenly", () => {
    const dice = new Dice(3);
    const counts = [0, 0, 0, 0, 0, 0, 0];
    for (let at = 0; at < 70_000; at += 1) {
      const thrown = dice.below(7);
      counts[thrown] = (counts[thrown] ?? 0) + 1;
      const share = dice.share();
      assert.ok(share >= 0 && share < 1);
    }
    assert.ok(counts.every((count) => Math.abs(count - 10_000) < 500));
    assert.equal(counts.length, 7);
  });
});

function load(loads: readonly number[], binOf: Int32Array, bin: number): number {
  return loads.reduce((sum, each, item) => sum + (binOf[item] === bin ? each : 0), 0);
}
