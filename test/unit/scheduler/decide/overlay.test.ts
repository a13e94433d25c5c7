import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Overlay } from "../../../../scheduler/decide/overlay.ts";

const keys = ["a", "b", "c", "d", "e"];
const entries = fc.array(fc.tuple(fc.constantFrom(...keys), fc.record({ value: fc.nat() })));

describe("an overlay", () => {
  it("holds what a copy of the map would hold, in the same order", () => {
    fc.assert(
      fc.property(entries, entries, (under, over) => {
        const copy = new Map(under);
        const overlay = new Overlay(new Map(under));
        for (const [each, value] of over) {
          copy.set(each, value);
          overlay.set(each, value);
        }
        const told: unknown[] = [];
        overlay.forEach((value, each) => told.push([each, value]));
        assert.deepEqual([...overlay], [...copy]);
        assert.deepEqual([...overlay.keys()], [...copy.keys()]);
        assert.deepEqual([...overlay.values()], [...copy.values()]);
        assert.deepEqual(told, [...copy]);
        assert.equal(overlay.size, copy.size);
        for (const each of [...keys, "f"]) {
          assert.equal(overlay.get(each), copy.get(each));
          assert.equal(overlay.has(each), copy.has(each));
        }
      }),
    );
  });
  it("leaves the map behind it as it was", () => {
    const under = new Map([["a", { value: 1 }]]);
    const overlay = new Overlay(under).set("a", { value: 2 }).set("b", { value: 3 });
    assert.deepEqual([...under], [["a", { value: 1 }]]);
    assert.equal(overlay.size, 2);
  });
});
