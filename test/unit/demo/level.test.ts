import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isLevel, whyNotLevel } from "../../../demo/level.ts";
import { aFinished, anEntry, aRow, aView } from "./fixture.ts";

const LAST = { ...anEntry({}).decision, results: [] };
const LEVEL = aView({ nodes: [aRow("node1"), aRow("node2")], finished: [aFinished("m1")], last: LAST });
const MACHINE = { cores: 2, load: 13.04 };

describe("level", () => {
  it("is what Ballast says once all is measured and a move has landed", () => {
    assert.equal(isLevel(LEVEL, 2), true);
  });

  const lacking = {
    "no decision": { last: null },
    "another outcome": { last: { ...LAST, outcome: "settling" as const } },
    "a node without figures": { nodes: [aRow("node1"), aRow("node2", { cpu: null })] },
    "a move under way": { underWay: [aFinished("m2")] },
    "no move at all": { finished: [] },
    "no move that landed": { finished: [aFinished("m1", { outcome: "undone" })] },
  };
  for (const [what, change] of Object.entries(lacking)) {
    it(`is not with ${what}`, () => {
      assert.equal(isLevel({ ...LEVEL, ...change }, 2), false);
    });
  }

  it("is not while nodes are missing", () => {
    assert.equal(isLevel(LEVEL, 4), false);
  });
});

describe("why not", () => {
  it("blames a busy machine when no node was ever overloaded", () => {
    const why = whyNotLevel(aView({ last: LAST }), 0.63, 0.8, MACHINE);
    assert.match(why, /high mark of 80 % cpu \(at the most 63 %\)/);
    assert.match(why, /its load is 13\.0 on 2 cores/);
  });

  it("else tells the moves and what Ballast said last", () => {
    const stuck = { ...LAST, outcome: "stuck" as const, reason: "node2 is full" };
    const why = whyNotLevel(aView({ finished: [aFinished("m1")], last: stuck }), 0.9, 0.8, MACHINE);
    assert.equal(why, "1 of 1 finished moves landed, 0 under way; Ballast says stuck: node2 is full");
    assert.match(whyNotLevel(aView(), 0.9, 0.8, MACHINE), /Ballast decided nothing$/);
  });
});
