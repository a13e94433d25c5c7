import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parseQuantity } from "../../../../scheduler/api/extender/quantity.ts";
import { RUNS } from "../../../support/random-world.ts";

function amountOf(text: string): number | null {
  const parsed = parseQuantity(text);
  return parsed.ok ? parsed.amount : null;
}

describe("a quantity", () => {
  for (const [text, amount] of [
    ["0", 0],
    ["250m", 0.25],
    ["0.5", 0.5],
    [".5", 0.5],
    ["5.", 5],
    ["+1", 1],
    ["128Mi", 128 * 2 ** 20],
    ["1.5Gi", 1.5 * 2 ** 30],
    ["2G", 2e9],
    ["1k", 1000],
    ["1E", 1e18],
    ["1E3", 1000],
    ["1e9", 1e9],
    ["2e-3", 0.002],
    ["100u", 1e-4],
    ["5n", 5e-9],
    ["4Ki", 4096],
  ] as const)
    it(`is read: ${text}`, () => {
      assert.equal(amountOf(text), amount);
    });

  for (const text of [
    ...["", " ", "m", "1 m", " 1", "1m ", "1mi", "1KI", "1K", "1kb", "128MB", "1,5", "0x10", "1..2", "."],
    ...["1e", "1e3m", "1m1", "--1", "Infinity", "NaN", "١", "1e999", "99Ei", "1\n", "toString"],
  ])
    it(`is none: ${JSON.stringify(text)}`, () => {
      assert.equal(amountOf(text), null);
    });

  it("below 0 is refused in other words than what is none", () => {
    const parsed = parseQuantity("-1");
    assert.match(parsed.ok ? "" : parsed.detail, /"-1" is below 0; write one such as 250m/);
  });

  it("means the same in any unit, and whatever is written is an amount or refused", () => {
    fc.assert(
      fc.property(fc.nat(1e9), (count) => {
        assert.equal(amountOf(`${count}Ki`), amountOf(`${count * 1024}`));
        assert.ok(Math.abs((amountOf(`${count}m`) ?? -1) * 1000 - count) < 1e-6);
        assert.equal(amountOf(`${count}k`), amountOf(`${count}e3`));
      }),
      RUNS,
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-+.0-9eEKMGTPnumki]{0,8}$/)), (text) => {
        const amount = amountOf(text);
        assert.ok(amount === null || (amount >= 0 && amount <= 2 ** 63));
      }),
      RUNS,
    );
  });
});
