import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import fc from "fast-check";
import { decide } from "../../../../scheduler/decide/decide.ts";
import { place } from "../../../../scheduler/decide/place.ts";
import { newService, type Wanted } from "../../../../scheduler/decide/place-wanted.ts";
import { NO_HISTORY, type History, type Series } from "../../../../scheduler/domain/history.ts";
import type { Resources } from "../../../../scheduler/domain/resources.ts";
import type { Snapshot } from "../../../../scheduler/domain/snapshot.ts";
import { assembled, frameOf, piecesOf } from "../../../../scheduler/thinker/pieces.ts";
import { createThinker } from "../../../../scheduler/thinker/thinker.ts";
import { decideLightly } from "../../../support/decide-lightly.ts";
import { randomPolicy, randomWorld } from "../../../support/random-world.ts";
import { runs } from "../../../support/runs.ts";
import { aNode, aPolicy, aSwarm, NOW, stands } from "../../../support/swarm-builder.ts";
import { snapshotOf } from "../../../support/world.ts";

const NODES = [aNode("n1"), aNode("n2"), aNode("n3")];
const CROWDED = aSwarm(NODES, stands("web", [{ on: "n1", cpu: 2 }]), stands("db", [{ on: "n1", cpu: 1.8 }]));

const ONE_CORE: Resources = { cpuCores: 1, memoryBytes: 0 };

/** The crowded swarm with a past. */
function remembering(tasks: History["tasks"]): Snapshot {
  return { ...CROWDED, history: { ...NO_HISTORY, points: 2, stepSeconds: 60, tasks } };
}

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
  it("places what is not there yet, among all nodes or those asked about, as would be done here", async () => {
    const wanted: Wanted = { service: newService({}), replicas: 2, expected: ONE_CORE, unknown: [] };
    assert.deepEqual(
      await thinker.place(CROWDED, aPolicy(), NOW, wanted),
      place(CROWDED, aPolicy(), NOW, wanted),
    );
    const [first] = await thinker.place(CROWDED, aPolicy(), NOW, wanted, new Set(["n3"]));
    assert.deepEqual([first?.node, first?.ranked.length, first?.refused.length], ["n3", 1, 0]);
  });
  it("knows a snapshot that it was told before, and what became of it", async () => {
    const past = { cpuCores: Float32Array.of(1, 2), memoryBytes: Float32Array.of(1e6, NaN) };
    const ids = CROWDED.tasks.map(({ id }) => id);
    const before = remembering(Object.fromEntries(ids.map((id) => [id, past])));
    const after = remembering({ [ids[0] ?? ""]: past });
    for (const snapshot of [before, before, after, CROWDED, after])
      assert.deepEqual(await thinker.decide(snapshot, aPolicy(), NOW), decide(snapshot, aPolicy(), NOW));
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

/** By task id, what is known of its past: nothing of some. */
const randomPasts: fc.Arbitrary<readonly (Series | null)[]> = fc.array(
  fc.option(
    fc
      .tuple(fc.float({ min: 0, max: 2 }), fc.float({ min: 0, max: 2 ** 30 }), fc.constantFrom(undefined, 5))
      .map(([cpu, memory, gpu]): Series => ({
        cpuCores: Float32Array.of(cpu, NaN),
        memoryBytes: Float32Array.of(memory, memory / 2),
        ...(gpu === undefined ? {} : { others: { gpu: Float32Array.of(gpu, 0) } }),
      })),
  ),
  { minLength: 1, maxLength: 12 },
);

/** A swarm, and what it became: the pasts of some of its tasks are the very same, others are not, some are gone. */
const changing: fc.Arbitrary<readonly [Snapshot, Snapshot]> = fc
  .tuple(randomWorld, randomWorld, randomPasts, randomPasts)
  .map(([world, later, pasts, others]) => {
    const before = withPasts(snapshotOf(world), (at) => pasts[at % pasts.length] ?? null);
    const after = withPasts(snapshotOf(later), (at) =>
      at % 3 === 0 ? (others[at % others.length] ?? null) : (pasts[at % pasts.length] ?? null),
    );
    return [before, after];
  });

function withPasts(snapshot: Snapshot, pastOf: (at: number) => Series | null): Snapshot {
  const tasks = snapshot.tasks.flatMap(({ id }, at): readonly [string, Series][] => {
    const past = pastOf(at);
    return past === null ? [] : [[id, past]];
  });
  const history = { ...NO_HISTORY, points: 2, stepSeconds: 60, tasks: Object.fromEntries(tasks) };
  return { ...snapshot, history };
}

describe("a snapshot in pieces", () => {
  it("is whole again when it is put together", () => {
    fc.assert(
      fc.property(changing, ([snapshot]) => {
        assert.deepEqual(assembled(frameOf(snapshot), [...piecesOf(snapshot)]), snapshot);
      }),
    );
  });
  it("is whole again where only what changed was handed over", () => {
    fc.assert(
      fc.property(changing, ([before, after]) => {
        const there = structuredClone(before);
        const pieces = structuredClone([...piecesOf(after, before)]);
        assert.deepEqual(assembled(frameOf(after), pieces, there), after);
      }),
    );
  });
});

describe("what is kept between questions", () => {
  it("changes no answer", () => {
    fc.assert(
      fc.property(changing, randomPolicy, ([before, after], policy) => {
        const wanted: Wanted = { service: newService({}), replicas: 2, expected: ONE_CORE, unknown: [] };
        const there = structuredClone(before);
        const pieces = structuredClone([...piecesOf(after, before)]);
        const warm = assembled(frameOf(after), pieces, there);
        decideLightly(there, policy, NOW);
        // The same from what others have used, and from what nobody has seen.
        for (let time = 0; time < 2; time += 1) {
          const cold = structuredClone(after);
          assert.deepEqual(place(warm, policy, NOW, wanted), place(cold, policy, NOW, wanted));
          assert.deepEqual(
            decideLightly(warm, policy, NOW),
            decideLightly(structuredClone(after), policy, NOW),
          );
        }
      }),
      runs(300),
    );
  });
});
