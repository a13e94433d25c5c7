import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { arrivalsAllowed } from "../../../../scheduler/govern/arrivals.ts";
import { NOW } from "../../../support/swarm-builder.ts";
import { anyHistory, anyPast, MINUTE, pastOf } from "./past.ts";

const LIMITS = { newcomerSeconds: 3600 };

describe("a newcomer", () => {
  const cases: readonly (readonly [history: string, allowed: number])[] = [
    ["", 1],
    ["L", 2],
    ["LL", 2],
    ["LLL", 4],
    ["LLLLLL", 4],
    ["LLLLLLL", 8],
    ["F", 1],
    ["LLLF", 1],
    ["LLLUL", 2],
    ["LGL", 2],
  ];
  for (const [history, allowed] of cases) {
    it(`takes ${allowed} at once after ${history === "" ? "nothing" : history}`, () => {
      assert.equal(arrivalsAllowed("n2", null, pastOf(history), LIMITS, NOW), allowed);
      assert.equal(arrivalsAllowed("n2", NOW - 30 * MINUTE, pastOf(history), LIMITS, NOW), allowed);
    });
  }

  it("counts what came to it, not what left it or came to others", () => {
    assert.equal(arrivalsAllowed("n1", null, pastOf("LLLL"), LIMITS, NOW), 1);
  });

  it("begins anew when it comes back", () => {
    assert.equal(arrivalsAllowed("n2", NOW - 90_000, pastOf("LLLLLLL"), LIMITS, NOW), 2);
    assert.equal(arrivalsAllowed("n2", NOW - 1, pastOf("LLLLLLL"), LIMITS, NOW), 1);
  });

  it("is none any more after its time", () => {
    assert.equal(arrivalsAllowed("n2", NOW - 3_599_999, [], LIMITS, NOW), 1);
    assert.equal(arrivalsAllowed("n2", NOW - 3_600_000, [], LIMITS, NOW), null);
  });

  it("takes a power of two, and no more by one failure more", () => {
    fc.assert(
      fc.property(anyHistory, anyPast, (history, more) => {
        const allowed = arrivalsAllowed("n2", null, history, LIMITS, NOW) ?? NaN;
        assert.ok(allowed >= 1 && Number.isInteger(Math.log2(allowed)));
        const worse = [...history, { ...more, outcome: "undone" as const }];
        assert.ok((arrivalsAllowed("n2", null, worse, LIMITS, NOW) ?? NaN) <= allowed);
      }),
    );
  });
});
