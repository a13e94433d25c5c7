import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isTrusted } from "../../../../scheduler/domain/snapshot.ts";
import { aNode, aSwarm, TRUSTED } from "../../../support/swarm-builder.ts";

const SWARM = aSwarm([aNode("n1")]);

describe("isTrusted", () => {
  it("holds when every input is whole", () => {
    assert.equal(isTrusted(SWARM), true);
  });
  it("fails on one doubt about one input", () => {
    const [swarm, prometheus] = TRUSTED;
    assert.ok(swarm !== undefined && prometheus !== undefined);
    const doubted = { ...prometheus, doubts: ["partial response"] };
    assert.equal(isTrusted({ ...SWARM, inputs: [swarm, doubted] }), false);
  });
  it("fails when nothing was reported: unknown is a reason not to act", () => {
    assert.equal(isTrusted({ ...SWARM, inputs: [] }), false);
  });
});
