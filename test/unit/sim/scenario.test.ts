import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SCENARIOS } from "../../../sim/scenario/library.ts";
import type { Outcome } from "../../../sim/scenario/outcome.ts";
import { clear, play } from "../../../sim/scenario/play.ts";
import { simulatedStage } from "../../../sim/scenario/simulated-stage.ts";

async function played(name: string, seed: number): Promise<readonly Outcome[]> {
  const scenario = SCENARIOS.find((each) => each.name.includes(name));
  assert.ok(scenario !== undefined, name);
  const stage = simulatedStage(seed);
  return stage.clock.turn(play(stage, scenario));
}

describe("scenarios on the simulator", () => {
  for (const { name } of SCENARIOS)
    it(`leave Swarm no choice: ${name}`, async () => {
      const wanted = await played(name, 1);
      for (const seed of [2, 3, 4]) assert.deepEqual(await played(name, seed), wanted);
    });

  it("move start-first, and what cannot start leaves the old task as it was", async () => {
    const moves = (await played("moves of the only copy", 1)).filter(({ move }) => move !== null);
    assert.deepEqual(
      moves.map(({ move }) => move),
      ["landed", "landed", "landed"],
    );
    assert.deepEqual(moves[0]?.order, { solo: ["start node3, die node2"] });
    const failed = (await played("cannot start on its target", 1)).filter(({ move }) => move !== null);
    assert.deepEqual(
      failed.map(({ move }) => move),
      ["undone", "undone"],
    );
    assert.ok(failed.every(({ order }) => Object.values(order).flat().length === 0));
    assert.deepEqual(failed.at(-1)?.places, { rare: ["node2"], rares: ["node2", "node2"] });
  });

  it("leave nothing behind when they are cleared away", async () => {
    for (const scenario of SCENARIOS) {
      const stage = simulatedStage();
      await stage.clock.turn(play(stage, scenario).then(() => clear(stage)));
      assert.equal(stage.swarm.store.services.size, 0);
      assert.ok(
        [...stage.swarm.store.nodes.values()].every(
          ({ facts }) => facts.availability === "active" && Object.keys(facts.labels).length === 0,
        ),
      );
      assert.ok([...stage.swarm.workers.containers.values()].every(({ endedMs }) => endedMs !== null));
    }
  });
});
