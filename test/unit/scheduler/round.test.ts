import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NOW } from "../../support/swarm-builder.ts";
import { HOT, LEVEL, NEVER, past, PAST, round, untrusted, entryOf, stopClock } from "./round-fixture.ts";

describe("a round", () => {
  stopClock();
  it("in act, beside the leader, looks twice and carries the plan out", async () => {
    const turn = await round([HOT]);
    const { decision, results, withheld, leads, trigger } = entryOf(turn);
    assert.equal(decision.outcome, "plan");
    assert.equal(decision.moves.length, 2);
    assert.deepEqual(
      turn.mover.moved,
      decision.moves.map(({ service }) => service),
    );
    assert.deepEqual(
      results.map(({ service }) => service),
      turn.mover.moved,
    );
    assert.deepEqual([withheld, leads, trigger, turn.looked], [null, true, "schedule", 2]);
    assert.match(turn.metrics, /^ballast_moves_total\{outcome="landed"\} 2$/m);
  });

  it("shows its decision before it begins to move", async () => {
    const { shown } = await round([HOT]);
    assert.deepEqual(shown, ["0 moved, 0 results", "2 moved, 2 results"]);
  });

  for (const mode of ["observe", "advise"] as const) {
    it(`in ${mode} never moves`, async () => {
      const turn = await round([HOT], mode);
      assert.deepEqual(turn.mover.moved, []);
      assert.equal(turn.looked, 1);
      assert.equal(entryOf(turn).withheld, mode === "advise" ? "mode is advise" : null);
    });
  }

  it("beside another manager than the leader shows its plan and stands by", async () => {
    const turn = await round([{ leads: false }]);
    const { decision, withheld, leads } = entryOf(turn);
    assert.deepEqual([decision.outcome, leads], ["plan", false]);
    assert.equal(withheld, "standing by: another manager leads the swarm");
    assert.deepEqual([turn.mover.moved, turn.looked, turn.told], [[], 1, [false]]);
  });

  it("begins nothing when it was told to stop", async () => {
    const turn = await round([HOT], "act", AbortSignal.abort());
    assert.deepEqual([turn.mover.moved, entryOf(turn).withheld], [[], "told to stop"]);
  });

  it("moves nothing while everything is paused, and says since when and why", async () => {
    const pause = {
      kind: "pause",
      id: "p",
      service: null,
      until: null,
      reason: "sale",
      at: "2026-01-01",
    } as const;
    for (const looks of [[{ ...HOT, orders: [pause] }], [HOT, { ...HOT, orders: [pause] }]]) {
      const turn = await round(looks);
      assert.deepEqual([turn.mover.moved, entryOf(turn).withheld], [[], "paused since 2026-01-01: sale"]);
    }
  });

  it("carries out a drain in every mode, and ends it when the node is empty", async () => {
    const drain = { kind: "drain", id: "d", node: "n1", force: false, reason: "", at: "2026-01-01" } as const;
    for (const mode of ["observe", "advise", "act"] as const) {
      const turn = await round([{ ...HOT, orders: [drain] }], mode);
      assert.deepEqual(turn.mover.moved, ["a", "b", "c"]);
      assert.deepEqual(turn.orders.done, []);
      const last = await round([{ ...HOT, orders: [{ ...drain, node: "n3" }] }], mode);
      assert.deepEqual(last.orders.done, ["set n3 to drain", "take back d"]);
    }
  });

  it("holds moves back while the breaker is open, says so, and goes on when a person resets it", async () => {
    const failures = [30, 20, 10].map((secondsAgo) => past("undone", secondsAgo));
    const turn = await round([HOT], "act", NEVER, failures);
    assert.deepEqual(turn.mover.moved, []);
    assert.match(entryOf(turn).withheld ?? "", /breaker: open: 3 moves in a row were undone or failed/);
    assert.match(turn.metrics, /^ballast_refusals_total\{filter="breaker"\} [1-9]/m);
    assert.match(turn.metrics, /^ballast_breaker_state\{state="open"\} 1$/m);
    const at = new Date(NOW).toISOString();
    const reset = { kind: "reset", id: "r", reason: "", at, until: "2027-01-01T00:00:00Z" } as const;
    const after = await round([{ ...HOT, orders: [reset] }], "act", NEVER, failures);
    assert.equal(after.mover.moved.length, 1, "the pace begins with one again");
  });

  it("remembers its moves for the next round's budgets", async () => {
    const turn = await round([HOT]);
    const [first] = turn.journal.moves(0).slice(PAST.length);
    assert.deepEqual([first?.outcome, first?.decisionId], ["landed", entryOf(turn).decision.id]);
  });

  it("leaves orders to the leader's scheduler", async () => {
    const drain = { kind: "drain", id: "d", node: "n3", force: false, reason: "", at: "2026-01-01" } as const;
    const turn = await round([{ snapshot: { ...HOT, orders: [drain] }, leads: false }]);
    assert.deepEqual(turn.orders.done, []);
  });

  it("has nothing to withhold when nothing is to be moved", async () => {
    const turn = await round([LEVEL]);
    assert.deepEqual(
      [entryOf(turn).decision.outcome, entryOf(turn).withheld, turn.looked],
      ["level", null, 1],
    );
  });

  it("plans nothing on what it cannot trust", async () => {
    const turn = await round([untrusted(HOT)]);
    assert.equal(entryOf(turn).decision.outcome, "untrusted");
    assert.deepEqual([turn.mover.moved, turn.looked], [[], 1]);
    assert.match(turn.metrics, /^ballast_decisions_total\{outcome="untrusted",reason="prometheus"\} 1$/m);
  });
});

describe("the second look", () => {
  stopClock();
  it("drops the plan when it cannot be trusted", async () => {
    const turn = await round([HOT, untrusted(HOT)]);
    assert.deepEqual(turn.mover.moved, []);
    assert.equal(entryOf(turn).withheld, "a fresh look cannot be trusted");
  });

  it("drops the plan when another manager leads by now", async () => {
    const turn = await round([HOT, { leads: false }]);
    assert.deepEqual(turn.mover.moved, []);
    assert.equal(entryOf(turn).withheld, "another manager leads the swarm since the plan was made");
  });

  it("drops a move that a rule refuses by now, says why, and lets the others go on", async () => {
    const before = entryOf(await round([HOT], "advise")).decision.moves;
    const [first, second] = before;
    assert.ok(first !== undefined && second !== undefined);
    const services = HOT.services.map((service) =>
      service.id === first.serviceId ? { ...service, updateState: "updating" } : service,
    );
    const turn = await round([HOT, { ...HOT, services }]);
    assert.deepEqual(turn.mover.moved, [second.service]);
    const { withheld, results } = entryOf(turn);
    assert.match(withheld ?? "", new RegExp(`^${first.service}: updating: its last update is updating`));
    assert.equal(results.length, 1);
  });

  it("drops a move whose task stands elsewhere or is gone", async () => {
    const [first] = entryOf(await round([HOT], "advise")).decision.moves;
    assert.ok(first !== undefined);
    const elsewhere = HOT.tasks.map((task) => (task.id === first.taskId ? { ...task, nodeId: "n4" } : task));
    const gone = HOT.tasks.filter(({ id }) => id !== first.taskId);
    for (const tasks of [elsewhere, gone]) {
      const turn = await round([HOT, { ...HOT, tasks }]);
      assert.ok(!turn.mover.moved.includes(first.service));
      assert.match(entryOf(turn).withheld ?? "", new RegExp(`^${first.service}: changed: `));
    }
  });
});
