import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import fc from "fast-check";
import { decide } from "../../../../scheduler/decide/decide.ts";
import { NO_HISTORY, type Series } from "../../../../scheduler/domain/history.ts";
import { assembled, frameOf, piecesOf } from "../../../../scheduler/thinker/pieces.ts";
import { createThinker } from "../../../../scheduler/thinker/thinker.ts";
import { randomWorld } from "../../../support/random-world.ts";
import { aNode, aPolicy, aSwarm, NOW, stands } from "../../../support/swarm-builder.ts";
import { snapshotOf } from "../../../support/world.ts";

const NODES = [aNode("n1"), aNode("n2"), aNode("n3")];
const CROWDED = aSwarm(NODES, stands("web", [{ on: "n1", cpu: 2 }]), stands("db", [{ on: "n1", cpu: 1.8 }]));

describe("the thinker", () => {
  const thinker = createThinker();
  after(() => thinker.stop());

  it("decides in its own thread as would be decided here", async () => {
    const decision = await thinker.decide(CROWDED, aPolicy(), NOW);
    assert.equal(decision.outcome, "plan");
    assert.deepEqual(decision, decide(CROWDED, aPolicy(), NOW));
  });
  it("answers several questions, each with its own answer", async () => {
    const level = aSwarm(NODES, stands("web", [{ on: "n1", cpu: 1 }]));
    const [crowded, rested] = await Promise.all([
      thinker.decide(CROWDED, aPolicy(), NOW),
      thinker.decide(level, aPolicy(), NOW),
    ]);
    assert.deepEqual([crowded.outcome, rested.outcome], ["plan", "level"]);
  });
  it("tells which moves still hold, and why the others do not", async () => {
    const { moves } = decide(CROWDED, aPolicy(), NOW);
    assert.deepEqual(await thinker.recheck(CROWDED, aPolicy(), NOW, moves), { moves, refusals: [] });
    const gone = aSwarm(NODES, stands("other", [{ on: "n1", cpu: 1 }]));
    const rechecked = await thinker.recheck(gone, aPolicy(), NOW, moves);
    assert.deepEqual(rechecked.moves, []);
    assert.deepEqual(
      rechecked.refusals.map(({ filter }) => filter),
      moves.map(() => "changed"),
    );
  });
  it("explains", async () => {
    const explanation = await thinker.explain(CROWDED, aPolicy(), NOW, { kind: "node", id: "n1" });
    assert.match(explanation.answer, /moves from n1 to n\d: n1 stands at 95 % cpu/);
  });
  it("says what went wrong with a question, and answers the next one", async () => {
    const broken = { ...CROWDED, nodes: null } as unknown as typeof CROWDED;
    await assert.rejects(thinker.decide(broken, aPolicy(), NOW), /the planner failed: TypeError/);
    assert.equal((await thinker.decide(CROWDED, aPolicy(), NOW)).outcome, "plan");
  });
  it("starts anew when it was stopped", async () => {
    await thinker.stop();
    assert.equal((await thinker.decide(CROWDED, aPolicy(), NOW)).outcome, "plan");
  });
});

describe("a snapshot in pieces", () => {
  it("is whole again when it is put together", () => {
    fc.assert(
      fc.property(randomWorld, (world) => {
        const plain = snapshotOf(world);
        const series: Series = { cpuCores: Float32Array.of(1, NaN), memoryBytes: Float32Array.of(2, 3) };
        const tasks = Object.fromEntries(plain.tasks.map(({ id }) => [id, series]));
        const snapshot = { ...plain, history: { ...NO_HISTORY, points: 2, stepSeconds: 60, tasks } };
        assert.deepEqual(assembled(frameOf(snapshot), [...piecesOf(snapshot)]), snapshot);
      }),
    );
  });
});
