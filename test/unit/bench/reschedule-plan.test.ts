import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { kindsOf, type Kinds } from "../../../bench/reschedule/kinds.ts";
import { layoutOf, type Layout, type Rule, type Source } from "../../../bench/reschedule/layout.ts";
import { Packing } from "../../../bench/reschedule/packing.ts";
import { planOf } from "../../../bench/reschedule/plan.ts";
import { breachesOf } from "../../../bench/reschedule/score.ts";
import { settle } from "../../../bench/reschedule/settle.ts";
import { Dice } from "../../../scheduler/engine/dice.ts";

const RULE: Rule = {
  defaultMaxInstancePerNode: 2,
  nodeResourceWeights: [
    { resource: "CPU", weight: 2 },
    { resource: "RAM", weight: 1 },
  ],
  replicasMaxInstancePerNodes: [{ maxInstancePerNode: 1, replicas: 2, restrain: "le" }],
  scoreWeight: { migratePod: 1, groupMoreInstancePerNode: 1 },
};
const seeds = fc.integer({ min: 0, max: 1e9 });

describe("kinds", () => {
  it("are pods that take the same, of the same group where that is a common one", () => {
    const layout = layoutOf([aNode("a", [pod("g", 1), pod("g", 2)]), aNode("b", [pod("g", 1)])], RULE);
    const kinds = kindsOf(layout);
    assert.deepEqual([...kinds.kindOf], [0, 1, 0]);
    assert.deepEqual([...kinds.pods], [2, 1]);
    assert.deepEqual([...kinds.home], [1, 1, 1, 0]);
    assert.deepEqual([...kinds.most], [2, 2]);
  });
});

describe("the packing of a node", () => {
  it("is worth as much as the best of all that the node can hold", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const layout = aLayout(seed);
        const kinds = kindsOf(layout);
        const dice = new Dice(seed);
        const worths = Array.from({ length: kinds.count }, () => dice.below(20) - 3);
        const worthOf = (kind: number, nth: number): number => (worths[kind] ?? 0) - nth / 2;
        const packing = new Packing(layout, kinds);
        packing.pack(0, worthOf);
        assert.ok(Math.abs(packing.worth - bestOf(layout, kinds, worthOf)) < 1e-9);
      }),
    );
  });

  it("keeps to what else the node has", () => {
    const full = { ...pod("g", 1), disk: 6 };
    const layout = layoutOf([aNode("a", [full]), aNode("b", [{ ...full, group: "h" }])], RULE);
    const packing = new Packing(layout, kindsOf(layout));
    packing.pack(0, (kind) => 5 + kind);
    assert.deepEqual([...packing.held], [0, 1]);
    assert.equal(packing.worth, 6);
  });
});

describe("a plan", () => {
  it("has each node hold no more than fits on it, and says what is missing", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const layout = aLayout(seed);
        const kinds = kindsOf(layout);
        const { holds, missing } = planOf(layout, kinds, {
          seed,
          movePrice: 1,
          progress: (rounds) => rounds / 20,
        });
        for (const [node] of layout.nodes.entries())
          for (let at = 0; at < 5; at += 1) {
            let taken = 0;
            for (let kind = 0; kind < kinds.count; kind += 1)
              taken += (holds[node * kinds.count + kind] ?? 0) * (kinds.takes[kind * 5 + at] ?? 0);
            assert.ok(taken <= (layout.has[node * 5 + at] ?? 0));
          }
        for (let kind = 0; kind < kinds.count; kind += 1) {
          const held = holds.reduce((sum, many, cell) => sum + (cell % kinds.count === kind ? many : 0), 0);
          assert.equal(missing[kind], (kinds.pods[kind] ?? 0) - held);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("closes a node whose pods fit elsewhere, unless a move counts too much", () => {
    const layout = layoutOf([aNode("a", [pod("g", 1), pod("h", 1)]), aNode("b", [pod("i", 1)])], RULE);
    const kinds = kindsOf(layout);
    const nodesAt = (movePrice: number): readonly number[] => {
      const { holds } = planOf(layout, kinds, { seed: 1, movePrice, progress: (rounds) => rounds / 60 });
      return [...settle(layout, kinds, holds)];
    };
    assert.equal(new Set(nodesAt(1)).size, 1);
    assert.deepEqual(nodesAt(1000), [...layout.home]);
  });
});

describe("settling", () => {
  it("leaves as many at home as are planned there", () => {
    const layout = layoutOf([aNode("a", [pod("g", 1), pod("h", 1)]), aNode("b", [])], RULE);
    const kinds = kindsOf(layout);
    const holds = Int32Array.from({ length: 2 * kinds.count }, (_, cell) => (cell < kinds.count ? 0 : 1));
    assert.deepEqual([...settle(layout, kinds, kinds.home)], [0, 0]);
    assert.deepEqual([...settle(layout, kinds, holds)], [1, 1]);
  });

  it("sends a newcomer on where a group would crowd", () => {
    // Small groups are one kind where there are many nodes; b has room beside g, and c beside h.
    const empty = Array.from({ length: 40 }, (_, at) => aNode(`e${at}`, []));
    const layout = layoutOf(
      [
        aNode("a", [pod("g", 1), pod("h", 1)]),
        aNode("b", [pod("g", 1)]),
        aNode("c", [pod("h", 1)]),
        ...empty,
      ],
      RULE,
    );
    const kinds = kindsOf(layout);
    assert.equal(kinds.count, 1);
    const nodeOf = settle(layout, kinds, Int32Array.of(0, 2, 2, ...empty.map(() => 0)));
    assert.deepEqual([...nodeOf], [2, 1, 1, 2]);
    assert.deepEqual(breachesOf(layout, nodeOf), []);
  });
});

/** By trying all. */
function bestOf(layout: Layout, kinds: Kinds, worthOf: (kind: number, nth: number) => number): number {
  const room = [...layout.has.subarray(0, 5)];
  const best = (kind: number, left: readonly number[]): number => {
    if (kind === kinds.count) return 0;
    let most = best(kind + 1, left);
    let now = left;
    let worth = 0;
    for (let nth = 1; nth <= (kinds.most[kind] ?? 0); nth += 1) {
      now = now.map((each, at) => each - (kinds.takes[kind * 5 + at] ?? 0));
      if (now.some((each) => each < 0)) break;
      worth += worthOf(kind, nth);
      most = Math.max(most, worth + best(kind + 1, now));
    }
    return most;
  };
  return best(0, room);
}

function aLayout(seed: number): Layout {
  const dice = new Dice(seed);
  const nodes = Array.from({ length: 3 }, (_, at) =>
    aNode(
      `n${at}`,
      Array.from({ length: 3 }, () => ({ ...pod(`g${dice.below(5)}`, 1 + dice.below(4)) })),
    ),
  );
  return layoutOf(nodes, RULE);
}

function pod(group: string, ram: number): Source[number]["pods"][number] {
  return { gpu: 0, cpu: 2, ram, disk: 0, group };
}

function aNode(sn: string, pods: Source[number]["pods"]): Source[number] {
  return { node: { sn, gpu: 0, cpu: 10, ram: 8, disk: 10, eni: 30, nodeModelName: "one" }, pods };
}
