import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decide } from "../../../../scheduler/decide/decide.ts";
import type { Decision } from "../../../../scheduler/domain/decision.ts";
import { NO_MEMORY, type Memory, type Regret } from "../../../../scheduler/domain/memory.ts";
import type { Service } from "../../../../scheduler/domain/service.ts";
import { aNode, aPolicy, aSwarm, NOW, stands } from "../../../support/swarm-builder.ts";

const NODES = [aNode("n1"), aNode("n2"), aNode("n3")];
const REGRET: Regret = { moveId: "m1", serviceId: "web", from: "n1", to: "n2", detail: "it is hotter there" };

/** `web` was moved to n2 a minute ago, so its service is in its quiet period and its task in its cooldown. */
function decided(
  memory: Partial<Memory>,
  over: Partial<Service> = {},
  mode: "act" | "observe" = "act",
): Decision {
  const recent = NOW - 60_000;
  const swarm = aSwarm(
    NODES,
    stands("web", [{ on: "n2", gib: 4, stateSinceMs: recent }], { updatedAtMs: recent, ...over }),
    stands("two", [{ on: "n2", gib: 11 }]),
  );
  return decide({ ...swarm, memory: { ...NO_MEMORY, ...memory } }, aPolicy({ mode }), NOW);
}

describe("a move that is regretted", () => {
  it("is taken back, though its service was just written to and its task has just started", () => {
    const { outcome, cause, moves } = decided({ regrets: [REGRET] });
    assert.deepEqual([outcome, cause], ["plan", "regret"]);
    assert.deepEqual(
      moves.map(({ taskId, from, to, reason }) => [taskId, from, to, reason]),
      [["web.1", "n2", "n1", "taken back: it is hotter there"]],
    );
  });

  it("is left where a rule that protects others keeps its task there", () => {
    const { moves, refusals } = decided({ regrets: [REGRET] }, { labels: { "ballast.move": "never" } });
    assert.deepEqual(moves, []);
    assert.ok(refusals.some(({ filter, service }) => filter === "owner" && service === "web"));
  });

  it("is left where its task went on, or the node it came from is gone", () => {
    for (const over of [{ to: "n3" }, { from: "n9" }]) {
      const { moves } = decided({ regrets: [{ ...REGRET, ...over }] });
      assert.deepEqual(moves, [], JSON.stringify(over));
    }
  });

  it("is not taken back in mode observe", () => {
    assert.deepEqual(decided({ regrets: [REGRET] }, {}, "observe").moves, []);
  });
});
