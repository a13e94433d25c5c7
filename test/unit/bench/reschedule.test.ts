import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Rescheduling } from "../../../bench/reschedule/landscape.ts";
import { kindsOf } from "../../../bench/reschedule/kinds.ts";
import { layoutOf, type Layout, type Rule, type Source } from "../../../bench/reschedule/layout.ts";
import { breachesOf, scoreOf } from "../../../bench/reschedule/score.ts";
import { reschedule } from "../../../bench/reschedule/solve.ts";
import { stagesTo } from "../../../bench/reschedule/stages.ts";
import { Dice } from "../../../scheduler/engine/dice.ts";

const RULE: Rule = {
  defaultMaxInstancePerNode: 2,
  nodeResourceWeights: [
    { resource: "GPU", weight: 10 },
    { resource: "CPU", weight: 2 },
    { resource: "RAM", weight: 1 },
  ],
  replicasMaxInstancePerNodes: [{ maxInstancePerNode: 1, replicas: 3, restrain: "le" }],
  scoreWeight: { migratePod: 1, groupMoreInstancePerNode: 1 },
};
const LEADING = { slope: 2, bend: 0.4, leastPressure: 1e4, mostPressure: 3e4, toll: 3 };
const seeds = fc.integer({ min: 0, max: 1e9 });

describe("the score", () => {
  it("is what the occupied nodes cost, the pods beside their like, and the moves", () => {
    const layout = layoutOf(
      [aNode("a", [pod("g"), pod("g"), pod("h")]), aNode("b", []), aNode("c", [pod("g")])],
      RULE,
    );
    assert.deepEqual(scoreOf(layout, layout.home, 5), {
      ...{ score: 2 * 28 + 1 + 5, nodes: 2, resource: 56, stack: 1, migrations: 5 },
    });
    // Three of a group are few: one to a node.
    assert.deepEqual(breachesOf(layout, layout.home), ["a: more than 1 of group 0"]);
    assert.deepEqual(breachesOf(layout, Int32Array.of(0, 0, 0, 0)).toSorted(), [
      "a: more than 1 of group 0",
      "a: too much eni",
    ]);
  });

  it("refuses nodes that hand out single CPUs", () => {
    const bound = { node: { ...aNode("a", []).node, topologies: [{}] }, pods: [] };
    assert.throws(() => layoutOf([bound], RULE), /node a hands out single CPUs/);
  });
});

describe("the rescheduling landscape", () => {
  it("knows on any walk what the layout scores, and whether a rule is broken", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const layout = aLayout(seed);
        // Without the slope a change costs what it changes in the score, as long as no rule is broken.
        const land = new Rescheduling(layout, { ...LEADING, slope: 0 }, layout.home);
        const first = scoreOf(layout, layout.home, 0).score;
        const dice = new Dice(seed);
        for (let step = 0; step < 60; step += 1) {
          const before = land.cost();
          const delta = wander(land, dice);
          const after = land.cost();
          const moved = land.binOf.reduce((sum, node, each) => sum + (node === layout.home[each] ? 0 : 1), 0);
          assert.equal(after < Infinity, breachesOf(layout, land.binOf).length === 0);
          if (after < Infinity) assert.equal(after, scoreOf(layout, land.binOf, moved).score - first);
          if (after < Infinity && before < Infinity) assert.ok(Math.abs(delta - (after - before)) < 1e-6);
        }
      }),
    );
  });
});

describe("a limit on what a change may cost", () => {
  it("leaves alone what costs no more", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const layout = aLayout(seed);
        const land = new Rescheduling(layout, LEADING, layout.home);
        const dice = new Dice(seed);
        for (let step = 0; step < 30; step += 1) {
          wander(land, dice);
          const [one, other, bin] = [dice.below(land.items), dice.below(land.items), dice.below(land.bins)];
          const shift = land.shiftDelta(one, bin, Infinity);
          if (shift < Infinity) assert.equal(land.shiftDelta(one, bin, shift), shift);
          const swap = land.swapDelta(one, other, Infinity);
          if (swap < Infinity) assert.equal(land.swapDelta(one, other, swap), swap);
        }
      }),
    );
  });
});

describe("what an exchange costs at the least", () => {
  it("is no more than it does cost", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const layout = aLayout(seed);
        const land = new Rescheduling(layout, LEADING, layout.home);
        land.press(0.3, 2);
        const dice = new Dice(seed);
        for (let step = 0; step < 30; step += 1) {
          wander(land, dice);
          const item = dice.below(land.items);
          const [from, to] = [land.binOf[item] ?? 0, dice.below(land.bins)];
          if (from === to) continue;
          const others = [...land.binOf.keys()].filter(
            (each) => land.binOf[each] === to && dice.below(2) === 0,
          );
          const floor = land.exchangeFloor(Int32Array.of(item, ...others), 1 + others.length, to);
          let sum = 0;
          for (const each of [...others, item]) {
            const bin = each === item ? to : from;
            sum += land.shiftDelta(each, bin, Infinity);
            land.makeShift(each, bin);
          }
          assert.ok(floor <= sum + 1e-6);
          for (const each of [item, ...others]) land.makeShift(each, each === item ? from : to);
        }
      }),
    );
  });
});

describe("rescheduling", () => {
  it("keeps all rules, and scores no worse than the layout as it is where that keeps them", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const layout = aLayout(seed);
        fc.pre(breachesOf(layout, layout.home).length === 0);
        const nodeOf = solve(layout, seed);
        assert.deepEqual(breachesOf(layout, nodeOf), []);
        const moved = nodeOf.reduce((sum, node, each) => sum + (node === layout.home[each] ? 0 : 1), 0);
        assert.ok(scoreOf(layout, nodeOf, moved).score <= scoreOf(layout, layout.home, 0).score);
      }),
      { numRuns: 40 },
    );
  });

  it("gives the same answer for the same seed and effort", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        assert.deepEqual(solve(aLayout(seed), seed), solve(aLayout(seed), seed));
      }),
      { numRuns: 20 },
    );
  });

  it("empties a node whose pods fit elsewhere", () => {
    const layout = layoutOf([aNode("a", [pod("g"), pod("h")]), aNode("b", [pod("i")])], RULE);
    assert.deepEqual([...solve(layout, 1)], [0, 0, 0]);
  });
});

describe("stages", () => {
  it("lead to the layout, with room for both copies of each pod in every stage", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const layout = aLayout(seed);
        fc.pre(breachesOf(layout, layout.home).length === 0);
        const nodeOf = solve(layout, seed);
        const moves = stagesTo(layout, nodeOf);
        const at = layout.home.slice();
        for (let stage = 1; stage <= (moves.at(-1)?.stage ?? 0); stage += 1) {
          const now = moves.filter((move) => move.stage === stage);
          assert.ok(now.length > 0);
          // Both copies: each pod that moves stands on its target as well.
          const twice = doubled(layout, at, now);
          assert.deepEqual(breachesOf(twice.layout, twice.nodeOf), []);
          for (const { pod: each, from, to } of now) {
            assert.equal(at[each], from);
            at[each] = to;
          }
        }
        assert.deepEqual(at, nodeOf);
      }),
      { numRuns: 40 },
    );
  });

  it("parks a pod where two want each other's place", () => {
    const large = { ...pod("g"), ram: 5 };
    const layout = layoutOf(
      [aNode("a", [large]), aNode("b", [{ ...large, group: "h" }]), aNode("c", [])],
      RULE,
    );
    const moves = stagesTo(layout, Int32Array.of(1, 0));
    assert.equal(moves.length, 3);
    assert.equal(moves[0]?.to, 2);
    assert.throws(
      () =>
        stagesTo(
          layoutOf([aNode("a", [large]), aNode("b", [{ ...large, group: "h" }])], RULE),
          Int32Array.of(1, 0),
        ),
      /2 pods stand in each other's way/,
    );
  });
});

function doubled(
  layout: Layout,
  at: Int32Array,
  moves: readonly { readonly pod: number; readonly to: number }[],
): { readonly layout: Layout; readonly nodeOf: Int32Array } {
  const width = layout.takes.length / Math.max(1, layout.pods.length);
  const copies = moves.map(({ pod: each }) => each);
  return {
    layout: {
      ...layout,
      groupOf: Int32Array.from([...layout.groupOf, ...copies.map((each) => layout.groupOf[each] ?? 0)]),
      takes: Float64Array.from([
        ...layout.takes,
        ...copies.flatMap((each) => [...layout.takes.subarray(each * width, (each + 1) * width)]),
      ]),
    },
    nodeOf: Int32Array.from([...at, ...moves.map(({ to }) => to)]),
  };
}

function solve(layout: Layout, seed: number): Int32Array {
  return reschedule(layout, kindsOf(layout), {
    seed,
    movePrice: layout.movePrice,
    planning: (rounds) => rounds / 30,
    annealing: (evaluations) => evaluations / 40_000,
  }).nodeOf;
}

function wander(land: Rescheduling, dice: Dice): number {
  const [one, other, bin] = [dice.below(land.items), dice.below(land.items), dice.below(land.bins)];
  const isShift = dice.below(2) === 0;
  const delta = isShift ? land.shiftDelta(one, bin, Infinity) : land.swapDelta(one, other, Infinity);
  if (delta === Infinity) return 0;
  if (isShift) land.makeShift(one, bin);
  else land.makeSwap(one, other);
  return delta;
}

function aLayout(seed: number): Layout {
  const dice = new Dice(seed);
  const nodes = Array.from({ length: 3 + dice.below(4) }, (_, at) =>
    aNode(
      `n${at}`,
      Array.from({ length: dice.below(4) + (at === 0 ? 1 : 0) }, () => ({
        ...pod(`g${dice.below(5)}`),
        cpu: 1 + dice.below(3),
        ram: 1 + dice.below(3),
      })),
    ),
  );
  return layoutOf(nodes, RULE);
}

function pod(group: string): Source[number]["pods"][number] {
  return { gpu: 0, cpu: 2, ram: 2, disk: 1, group };
}

function aNode(sn: string, pods: Source[number]["pods"]): Source[number] {
  return { node: { sn, gpu: 0, cpu: 10, ram: 8, disk: 10, eni: 3, nodeModelName: "one" }, pods };
}
