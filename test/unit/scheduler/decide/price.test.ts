import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decide } from "../../../../scheduler/decide/decide.ts";
import { PRICE, priceOf } from "../../../../scheduler/decide/ground.ts";
import { viewOf } from "../../../../scheduler/decide/view.ts";
import { NO_MEMORY, type LearnedPrice } from "../../../../scheduler/domain/memory.ts";
import type { Snapshot } from "../../../../scheduler/domain/snapshot.ts";
import { aNode, aPolicy, aSwarm, NOW, stands } from "../../../support/swarm-builder.ts";

/** Two services alike on n1, which is overloaded by either of them. */
function swarm(...prices: readonly Partial<LearnedPrice>[]): Snapshot {
  const learned = { serviceId: "api", landed: 3, failures: 0, startSeconds: 2 };
  return {
    ...aSwarm(
      [aNode("n1"), aNode("n2")],
      stands("api", [{ on: "n1", cpu: 1.8, gib: 4 }]),
      stands("web", [{ on: "n1", cpu: 1.8, gib: 4 }]),
    ),
    memory: { ...NO_MEMORY, prices: prices.map((price) => ({ ...learned, ...price })) },
  };
}

/** In moves of a task that fills nothing. */
function priceIn(snapshot: Snapshot, serviceId: string): number {
  const task = snapshot.tasks.find((each) => each.serviceId === serviceId);
  const price = task === undefined ? Number.NaN : priceOf(task, viewOf(snapshot)) / PRICE;
  return Number(price.toFixed(9));
}

describe("the price of a move", () => {
  it("is more by the share of the node's memory that is filled anew", () => {
    assert.equal(priceIn(swarm(), "web"), 1.25);
  });

  it("is more by how long the service took to start when it was moved before, up to as much again", () => {
    assert.equal(priceIn(swarm({ startSeconds: 30 }), "api"), 1.5);
    assert.equal(priceIn(swarm({ startSeconds: 3600 }), "api"), 2.25);
    assert.equal(priceIn(swarm({ startSeconds: null }), "api"), 1.25);
  });

  it("is that of as many moves as it takes until one lands", () => {
    const tried = { startSeconds: null, landed: 2, failures: 3 };
    assert.equal(priceIn(swarm(tried), "api"), 2.5);
  });

  it("is up to five times as much for a day after a move to where it stands, and not where Swarm put it since", () => {
    const after = (hours: number, sinceHours = 72): number => {
      const { tasks, memory, ...rest } = swarm();
      const ago = (many: number): number => rest.takenAtMs - many * 3_600_000;
      return priceIn(
        {
          ...rest,
          tasks: tasks.map((task) => ({ ...task, stateSinceMs: ago(sinceHours) })),
          memory: { ...memory, landings: [{ serviceId: "web", node: "n1", atMs: ago(hours) }] },
        },
        "web",
      );
    };
    assert.deepEqual(
      [0, 12, 24, 48].map((hours) => after(hours)),
      [5.25, 3.25, 1.25, 1.25],
    );
    assert.equal(after(12, 11), 1.25);
  });

  it("decides which of two alike is moved", () => {
    for (const [dear, cheap] of [
      ["api", "web"],
      ["web", "api"],
    ]) {
      const snapshot = swarm({ serviceId: dear ?? "", startSeconds: 60 });
      const [move] = decide(snapshot, aPolicy(), NOW).moves;
      assert.equal(move?.service, cheap);
      assert.equal(move?.price, PRICE * 1.25);
    }
  });
});
