import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { breakerOf, type BreakerLimits } from "../../../../scheduler/govern/breaker.ts";
import { disruptions, wentWrong } from "../../../../scheduler/govern/history.ts";
import { NOW } from "../../../support/swarm-builder.ts";
import { anyHistory, anyPast, MINUTE, past, pastOf } from "./past.ts";

const LIMITS: BreakerLimits = { failures: 3, pauseSeconds: 900, longestPauseSeconds: 14_400 };
/** The last of `pastOf`. */
const LAST = NOW - MINUTE;

function stateOf(letters: string, minutesAfterLast: number): string {
  return breakerOf(pastOf(letters), LIMITS, null, LAST + minutesAfterLast * MINUTE).state;
}

describe("the circuit breaker", () => {
  const cases: readonly (readonly [history: string, minutes: number, state: string, why: string])[] = [
    ["", 0, "closed", "begins closed"],
    ["FF", 0, "closed", "bears two failures"],
    ["FFF", 0, "open", "opens with the third"],
    ["FUF", 14.9, "open", "counts what was undone, and stays open for the pause"],
    ["FFF", 15, "half-open", "is half-open after the pause"],
    ["FFF", 6000, "half-open", "stays so until a move is tried"],
    ["FFLF", 0, "closed", "counts failures in a row only"],
    ["FFGF", 0, "open", "takes no notice of what gave way"],
    ["FFFL", 0, "closed", "closes when a move lands"],
    ["FFFLFF", 0, "closed", "counts anew after that"],
    ["FFFF", 29.9, "open", "doubles the pause with the next failure"],
    ["FFFF", 30, "half-open", "is half-open after the doubled pause"],
    ["FFFFFFF", 239.9, "open", "doubles it up to the longest"],
    ["FFFFFFFFFFFFFFFFFFFF", 240, "half-open", "and no further"],
  ];
  for (const [history, minutes, state, why] of cases) {
    it(`${why}: ${history === "" ? "no history" : history}, ${minutes} min later: ${state}`, () => {
      assert.equal(stateOf(history, minutes), state);
    });
  }

  it("says since when, until when and why", () => {
    const [oneMore, late] = [LAST + 5 * MINUTE, LAST + 20 * MINUTE];
    assert.deepEqual(breakerOf(pastOf("FFF"), LIMITS, null, oneMore), {
      state: "open",
      sinceMs: LAST,
      untilMs: LAST + 15 * MINUTE,
      consecutive: 3,
      detail:
        "open: 3 moves in a row were undone or failed; one move may be tried at 2026-01-15T12:14:00.000Z",
    });
    assert.deepEqual(breakerOf(pastOf("FFF"), LIMITS, null, late), {
      state: "half-open",
      sinceMs: LAST + 15 * MINUTE,
      untilMs: null,
      consecutive: 3,
      detail: "half-open: 3 moves in a row were undone or failed; one move may be tried",
    });
    assert.deepEqual(breakerOf(pastOf("FFFLF"), LIMITS, null, late), {
      state: "closed",
      sinceMs: NOW - 2 * MINUTE,
      untilMs: null,
      consecutive: 1,
      detail: "closed: 1 of 3 failures in a row that would open it",
    });
    assert.equal(breakerOf(pastOf("LLF"), LIMITS, null, late).sinceMs, null);
  });

  it("is closed by a person, and counts what went wrong after that", () => {
    const reset = breakerOf(pastOf("FFF"), LIMITS, LAST, NOW);
    assert.deepEqual([reset.state, reset.consecutive, reset.sinceMs], ["closed", 0, LAST]);
    const again = breakerOf(pastOf("FFFFFF"), LIMITS, NOW - 4 * MINUTE, NOW);
    assert.deepEqual([again.state, again.consecutive], ["open", 3]);
  });

  it("counts a landing at the moment of a failure as before it, in whatever order they are told", () => {
    const [landed, failed] = [past({ atMs: LAST }), past({ atMs: LAST, outcome: "failed" })];
    for (const order of [
      [landed, failed],
      [failed, landed],
    ]) {
      assert.equal(breakerOf(order, LIMITS, null, NOW).consecutive, 1);
    }
  });

  it("is closed exactly while fewer than so many went wrong since the last landing", () => {
    fc.assert(
      fc.property(anyHistory, fc.integer({ min: 1, max: 6 }), (history, failures) => {
        const ended = disruptions(history);
        const inARow = ended.length - 1 - ended.findLastIndex((move) => !wentWrong(move));
        const { state, consecutive, untilMs } = breakerOf(history, { ...LIMITS, failures }, null, NOW);
        assert.equal(consecutive, inARow);
        assert.equal(state === "closed", inARow < failures);
        assert.equal(untilMs !== null, state === "open");
        const pauseMs = 1000 * Math.min(14_400, 900 * 2 ** (inARow - failures));
        const lastMs = ended.at(-1)?.atMs ?? 0;
        if (state !== "closed") assert.equal(state === "open", NOW < lastMs + pauseMs);
      }),
    );
  });

  it("admits no more by one failure more, wherever in the history it stands", () => {
    const ranks = ["open", "half-open", "closed"];
    fc.assert(
      fc.property(anyHistory, anyPast, fc.integer({ min: 1, max: 6 }), (history, more, failures) => {
        const rankOf = (told: typeof history) =>
          ranks.indexOf(breakerOf(told, { ...LIMITS, failures }, null, NOW).state);
        assert.ok(rankOf([...history, { ...more, outcome: "undone" }]) <= rankOf(history));
      }),
    );
  });
});
