import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { massOutage } from "../../../../scheduler/govern/outage.ts";
import { aNode } from "../../../support/swarm-builder.ts";

/** r ready, d down, D down and drained, p paused, u of unknown state. */
function nodesOf(letters: string) {
  return Array.from(letters, (letter, index) =>
    aNode(`n${index + 1}`, {
      availability: letter === "D" ? "drain" : letter === "p" ? "pause" : "active",
      state: letter === "u" ? "unknown" : letter.toLowerCase() === "d" ? "down" : "ready",
    }),
  );
}

describe("a mass outage", () => {
  const cases: readonly (readonly [nodes: string, on: boolean, why: string])[] = [
    ["", false, "is none in an empty swarm"],
    ["rrr", false, "is none when all are ready"],
    ["rrd", false, "is none when one of three is down"],
    ["rd", true, "is one of two"],
    ["rrrdd", true, "is two of five"],
    ["rrrud", true, "counts every state but ready"],
    ["rrDDD", false, "counts no node that was drained"],
    ["DD", false, "is none when all are drained"],
    ["rpd", false, "counts a paused node that is ready as such"],
  ];
  for (const [nodes, on, why] of cases) {
    it(`${why} (${nodes})`, () => {
      assert.equal(massOutage(nodesOf(nodes), 0.34) !== null, on);
    });
  }

  it("is more than the share, not the share itself", () => {
    assert.deepEqual(
      [massOutage(nodesOf("rd"), 0.5), massOutage(nodesOf("rdd"), 0.5) !== null],
      [null, true],
    );
  });

  it("is told with numbers and names", () => {
    assert.equal(
      massOutage(nodesOf("rdu"), 0.34),
      "2 of 3 nodes are not ready, more than 34 %: n2 (down), n3 (unknown)",
    );
  });

  it("does not end by one more node lost", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[rdDpu]{1,12}$/),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (letters, share) => {
          const before = massOutage(nodesOf(letters), share);
          const worse = massOutage(nodesOf(letters.replace("r", "d")), share);
          assert.ok(before === null || worse !== null);
        },
      ),
    );
  });
});
