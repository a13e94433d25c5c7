import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NOW } from "../../support/swarm-builder.ts";
import { HOT, LEVEL, result, round, untrusted, withOrphan, entryOf, stopClock } from "./round-fixture.ts";

describe("a move of an earlier run", () => {
  stopClock();
  const running = withOrphan(HOT, NOW + 60_000);
  const late = withOrphan(HOT, NOW - 1);

  it("is recovered at once in act, before anything is decided, on a look of its own", async () => {
    const turn = await round([running, LEVEL]);
    assert.deepEqual([turn.mover.recovered, turn.looked], [["orphan"], 2]);
    const { decision, results } = entryOf(turn);
    assert.equal(decision.outcome, "level");
    assert.deepEqual(results, [result("orphan")]);
    assert.match(turn.metrics, /^ballast_orphans_recovered_total 1$/m);
    assert.match(turn.metrics, /^ballast_moves_total\{outcome="landed"\} 1$/m);
  });

  it("is no failed move when its label cannot be read: nothing is known to have been moved", async () => {
    const torn = { ...running, services: running.services.map((service) => ({ ...service, name: "torn" })) };
    const turn = await round([torn, LEVEL]);
    assert.deepEqual(turn.mover.recovered, ["torn"]);
    assert.deepEqual(turn.journal.moves(NOW), []);
    assert.match(turn.metrics, /^ballast_orphans_recovered_total 0$/m);
  });

  it("stands in the journal beside the moves of the round", async () => {
    const turn = await round([running, HOT]);
    const services = entryOf(turn).results.map(({ service }) => service);
    assert.deepEqual(services, ["orphan", ...turn.mover.moved]);
    assert.equal(turn.mover.moved.length, 2);
  });

  for (const mode of ["observe", "advise"] as const) {
    it(`is left alone in ${mode} until its deadline, since someone may be at it`, async () => {
      assert.deepEqual((await round([running], mode)).mover.recovered, []);
      const turn = await round([late, LEVEL], mode);
      assert.deepEqual([turn.mover.recovered, turn.mover.moved], [["orphan"], []]);
    });
  }

  it("is left to the leader's scheduler", async () => {
    const turn = await round([{ snapshot: late, leads: false }]);
    assert.deepEqual(turn.mover.recovered, []);
  });

  it("is recovered though the measurements cannot be trusted", async () => {
    const turn = await round([untrusted(late), untrusted(HOT)]);
    assert.deepEqual([turn.mover.recovered, turn.mover.moved], [["orphan"], []]);
  });
});
