import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createMover } from "../../../../scheduler/act/mover.ts";
import { NOTHING_SEEN, preparingAfter, prepareSecondsOf } from "../../../../scheduler/act/preparing.ts";
import type { RawTask } from "../../../../scheduler/act/raw.ts";
import { FakeSwarmGateway, moverOptions } from "../../../support/fake-swarm-gateway.ts";
import { RUNS } from "../../../support/random-world.ts";
import { aRawTask, MOVE } from "../../../support/raw-builder.ts";
import { aNode, NOW } from "../../../support/swarm-builder.ts";

/** The new task in a state, and since when by the clock of its node; null while there is none. */
type Seen = readonly [state: string, sinceMs: number] | null;

/** What looks at these moments told of the new task, beside one that runs all the time. */
function learned(...looks: readonly (readonly [atMs: number, seen: Seen])[]): number | null {
  const old = aRawTask("old");
  const last = looks.reduce((known, [atMs, seen]) => {
    const tasks = seen === null ? [old] : [old, aRawTask("new", { state: seen[0], stateSinceMs: seen[1] })];
    return preparingAfter(known, tasks, atMs);
  }, NOTHING_SEEN);
  return prepareSecondsOf(last, "new");
}

describe("how long a task was prepared", () => {
  it("is told by the node's own clock, whatever that shows", () => {
    const ahead = NOW + 3_600_000;
    const seconds = learned(
      [0, null],
      [250, ["assigned", ahead]],
      [500, ["preparing", ahead + 200]],
      [750, ["preparing", ahead + 200]],
      [1000, ["ready", ahead + 600]],
      [1250, ["running", ahead + 1100]],
    );
    assert.equal(seconds, 0.4);
  });

  it("is at most the time between two looks when neither saw it", () => {
    assert.equal(learned([0, null], [250, ["starting", 5]]), 0.25);
    assert.equal(learned([0, ["accepted", 3]], [300, ["running", 5]]), 0.3);
  });

  it("is not known where the looks do not tell", () => {
    assert.equal(learned([0, null]), null);
    assert.equal(learned([0, ["running", 0]]), null, "it ran at the first look");
    assert.equal(learned([0, null], [250, ["preparing", 200]]), null, "it is not over");
    assert.equal(learned([0, ["preparing", 0]], [9000, ["running", 8000]]), null, "nobody looked for long");
    assert.equal(learned([0, ["preparing", 0]], [250, ["rejected", 100]]), null, "it never could start");
    assert.equal(learned([0, null], [9000, ["ready", 1]], [9250, ["running", 2]]), null, "and stays so");
  });

  it("is never less than it was, nor more by more than the longest time between two looks", () => {
    const states = fc
      .tuple(fc.nat(2000), fc.nat(5000), fc.nat(2000), fc.nat(2000))
      .map(([assigned, prepared, readied, started]) => {
        const ends = [0, assigned, prepared, readied, started].map(
          (
            (sum) => (ms) =>
              (sum += ms)
          )(0),
        );
        const names = ["assigned", "preparing", "ready", "starting", "running"];
        return { prepared, timeline: names.map((state, at) => [state, ends[at] ?? 0] as const) };
      });
    const gaps = fc.array(fc.integer({ min: 50, max: 999 }), { minLength: 250, maxLength: 250 });
    fc.assert(
      fc.property(states, gaps, fc.integer(), ({ prepared, timeline }, pauses, skewMs) => {
        const at = pauses.map(
          (
            (sum) => (ms) =>
              (sum += ms) - 500
          )(0),
        );
        const looks = at.map((ms): readonly [number, Seen] => {
          const now = timeline.findLast(([, sinceMs]) => sinceMs <= ms);
          return [ms, now === undefined ? null : [now[0], now[1] + skewMs]];
        });
        const seconds = learned(...looks);
        const first = looks[0]?.[1]?.[0] ?? "none";
        // Nobody looked before it was over.
        if (["ready", "starting", "running"].includes(first)) assert.equal(seconds, null);
        else assert.ok(seconds !== null && seconds * 1000 >= prepared - 1e-6);
        assert.ok((seconds ?? 0) * 1000 <= prepared + 999);
      }),
      RUNS,
    );
  });
});

describe("a move that landed", () => {
  it("tells how long its new task was prepared", async () => {
    const startedMs = Date.now();
    const later = (id: string, over: Partial<RawTask>) =>
      aRawTask(id, { nodeId: "n2", createdAtMs: startedMs + 60_000, ...over });
    let looks = 0;
    const swarm = new FakeSwarmGateway({
      before: (call) => {
        if (call !== "tasks" || swarm.record === null) return;
        looks += 1;
        const states = ["assigned", "preparing", "preparing", "ready", "starting"];
        const state = states[looks - 1];
        const [old = aRawTask("web.1")] = swarm.standing;
        if (state === undefined) swarm.standing = [later("web.1b", { stateSinceMs: startedMs - 2000 })];
        else if (state === "preparing" || state === "ready")
          swarm.standing = [
            old,
            later("web.1b", { state, stateSinceMs: startedMs - (state === "ready" ? 3000 : 10_000) }),
          ];
      },
    });
    const nodes = ["n1", "n2"].map((id) => aNode(id));
    const result = await createMover(moverOptions(swarm)).move(MOVE, nodes, new AbortController().signal);
    assert.equal(result.outcome, "landed", result.detail);
    assert.equal(result.prepareSeconds, 7);
  });
});
