import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { wentWrong } from "../../../../scheduler/govern/history.ts";
import { paceOf } from "../../../../scheduler/govern/pace.ts";
import { anyHistory, anyPast, pastOf } from "./past.ts";

const LIMITS = { most: 4, memory: 100 };

describe("the pace", () => {
  const cases: readonly (readonly [history: string, atOnce: number, why: string])[] = [
    ["", 1, "starts at one"],
    ["L", 2, "rises after a round of one"],
    ["LL", 2, "waits for both of a round of two"],
    ["LLL", 3, "rises by one after a round of two"],
    ["LLLLL", 3, "waits for all of a round of three"],
    ["LLLLLL", 4, "rises by one after a round of three"],
    ["LLLLLLLLLLLLLLLLLLLL", 4, "rises no further than its limit"],
    ["LLLLLLF", 2, "is halved by a failure"],
    ["LLLLLLU", 2, "is halved by a move undone"],
    ["LLLLLLFF", 1, "is halved by each"],
    ["LLLLLLFFFFF", 1, "never falls below one"],
    ["LLLF", 1, "is halved and rounded down"],
    ["LLFL", 2, "forgets the landings before a failure"],
    ["LLLLLLFLL", 3, "rises again from the half"],
    ["LGLGGL", 3, "takes no notice of what gave way"],
  ];
  for (const [history, atOnce, why] of cases) {
    it(`${why}: ${history === "" ? "no history" : history} is ${atOnce}`, () => {
      assert.equal(paceOf(pastOf(history), LIMITS), atOnce);
    });
  }

  it("is learned from the last moves only", () => {
    assert.equal(paceOf(pastOf("LLLLLLL"), { most: 4, memory: 3 }), 3);
    assert.equal(paceOf(pastOf("LLLLLLL"), { most: 4, memory: 0 }), 1);
  });

  it("is a whole number from one to its limit, whatever the history, in whatever order it is told", () => {
    fc.assert(
      fc.property(
        anyHistory,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 50 }),
        (history, most, memory) => {
          const pace = paceOf(history, { most, memory });
          assert.ok(Number.isInteger(pace) && pace >= 1 && pace <= most);
          assert.equal(paceOf(history.toReversed(), { most, memory }), pace);
        },
      ),
    );
  });

  it("rises by one at the most with each move, and is halved exactly by one gone wrong", () => {
    fc.assert(
      fc.property(anyHistory, anyPast, (history, last) => {
        const newest = { ...last, atMs: Math.max(0, ...history.map(({ atMs }) => atMs)) + 1 };
        const limits = { most: 6, memory: 100 };
        const [before, after] = [paceOf(history, limits), paceOf([...history, newest], limits)];
        if (wentWrong(newest)) assert.equal(after, Math.max(1, Math.floor(before / 2)));
        else assert.ok(after === before || after === before + 1);
      }),
    );
  });

  it("never rises by one failure more, wherever in the history it stands", () => {
    fc.assert(
      fc.property(anyHistory, anyPast, fc.integer({ min: 1, max: 50 }), (history, more, memory) => {
        const worse = [...history, { ...more, outcome: "failed" as const }];
        assert.ok(paceOf(worse, { most: 6, memory }) <= paceOf(history, { most: 6, memory }));
      }),
    );
  });
});
