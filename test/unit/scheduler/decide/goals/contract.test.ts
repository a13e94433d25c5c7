import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { leastCosts } from "../../../../../scheduler/decide/bounds.ts";
import { goalsOf } from "../../../../../scheduler/decide/goals/goals.ts";
import type { Ground } from "../../../../../scheduler/decide/goals/ground.ts";
import { GOAL_NAMES, type GoalName } from "../../../../../scheduler/domain/policy.ts";
import type { Goal, Spot } from "../../../../../scheduler/engine/goal.ts";
import { randomGround } from "../../../../support/random-ground.ts";
import { runs } from "../../../../support/runs.ts";

const RUNS = runs(200);

interface Step {
  readonly item: number;
  readonly to: number;
}

interface Played {
  readonly ground: Ground;
  readonly steps: readonly Step[];
  /** Whether an item stays where it began: no step is of one that does. */
  readonly isFixed: (item: number) => boolean;
}

/** A ground and shifts on it. Nothing enters or leaves a bin that is not reckoned with: that much the rules see to. */
const played: fc.Arbitrary<Played> = randomGround.chain((ground) => {
  const { items, bins, start } = ground.board.problem;
  const isCounted = (bin: number): boolean =>
    (ground.terrain.capacities[bin * ground.terrain.resources] ?? 0) > 0;
  const open = Array.from({ length: bins }, (_, bin) => bin).filter(isCounted);
  const all = Array.from({ length: items }, (_, item) => item);
  return fc.subarray(all).chain((fixed) => {
    const isFixed = (item: number): boolean => fixed.includes(item);
    const loose = all.filter((item) => !isFixed(item) && isCounted(start[item] ?? 0));
    const steps: fc.Arbitrary<readonly Step[]> =
      loose.length === 0 || open.length === 0
        ? fc.constant([])
        : fc.array(fc.record({ item: fc.constantFrom(...loose), to: fc.constantFrom(...open) }), {
            maxLength: 12,
          });
    return steps.map((taken) => ({ ground, steps: taken, isFixed }));
  });
});

function goalOn(ground: Ground, name: GoalName): Goal {
  const [goal, ...others] = goalsOf({ ...ground, policy: { ...ground.policy, goals: [name] } });
  assert.ok(goal !== undefined && others.length === 0);
  return goal;
}

function shift({ board }: Ground, goal: Goal, item: number, to: number): void {
  const from = board.binOf[item] ?? 0;
  board.put(item, to);
  goal.moved(item, from);
}

/** Runs a check on the board as it begins and after each step, and puts everything back, since a ground is shared. */
function onEachBoard(
  { ground, steps }: Played,
  name: GoalName,
  check: (goal: Goal, next: Step | null) => void,
): void {
  const goal = goalOn(ground, name);
  for (const step of steps) {
    check(goal, step);
    shift(ground, goal, step.item, step.to);
  }
  check(goal, null);
  ground.board.problem.start.forEach((bin, item) => {
    ground.board.put(item, bin);
  });
}

function assertClose(actual: number, expected: number, what: string): void {
  assert.ok(
    Math.abs(actual - expected) <= 1e-6 * (1 + Math.abs(expected)),
    `${what}: ${actual} for ${expected}`,
  );
}

/** All spots, the worst first, as the search asks for them. */
function spotsOf(goal: Goal): readonly Spot[] {
  const spots: Spot[] = [];
  const seen = new Set<number>();
  for (
    let spot = goal.worstSpot((bin) => seen.has(bin));
    spot !== null;
    spot = goal.worstSpot((bin) => seen.has(bin))
  ) {
    assert.ok(!seen.has(spot.bin), "a spot that was to be skipped is named again");
    seen.add(spot.bin);
    spots.push(spot);
  }
  return spots;
}

it("the goals are those of the policy, in the order of their names", () => {
  fc.assert(
    fc.property(randomGround, (ground) => {
      assert.deepEqual(
        goalsOf(ground).map(({ name }) => name),
        GOAL_NAMES,
      );
    }),
    runs(20),
  );
});

for (const name of GOAL_NAMES)
  describe(`the goal ${name}`, () => {
    it("costs what a goal costs that is made for the board as it is, and never less than nothing", () => {
      fc.assert(
        fc.property(played, (game) => {
          onEachBoard(game, name, (goal) => {
            assert.ok(goal.cost() >= 0);
            assertClose(goal.cost(), goalOn(game.ground, name).cost(), "cost");
          });
        }),
        RUNS,
      );
    });

    it("tells beforehand what a shift will change, and a shift and its way back change nothing", () => {
      fc.assert(
        fc.property(played, (game) => {
          onEachBoard(game, name, (goal, next) => {
            if (next === null) return;
            const { item, to } = next;
            const from = game.ground.board.binOf[item] ?? 0;
            const [before, foretold] = [goal.cost(), goal.delta(item, to)];
            shift(game.ground, goal, item, to);
            assertClose(goal.cost() - before, foretold, "change");
            assertClose(goal.delta(item, from), -foretold, "change back");
            shift(game.ground, goal, item, from);
            assertClose(goal.cost(), before, "cost after the way back");
          });
        }),
        RUNS,
      );
    });

    it("names as spots only bins that there are, each once, and items that stand in them", () => {
      fc.assert(
        fc.property(played, (game) => {
          const { board } = game.ground;
          onEachBoard(game, name, (goal) => {
            for (const { bin, way, items } of spotsOf(goal)) {
              assert.ok(Number.isInteger(bin) && bin >= 0 && bin < board.problem.bins);
              assert.ok(items === null || (way === "out" && items.length > 0));
              for (const item of items ?? []) assert.equal(board.binOf[item], bin);
            }
          });
        }),
        RUNS,
      );
    });

    it("names no spot where it costs nothing, and would have items only where they may stand", () => {
      fc.assert(
        fc.property(played, (game) => {
          const { board } = game.ground;
          onEachBoard(game, name, (goal) => {
            if (goal.cost() === 0) assert.deepEqual(spotsOf(goal), []);
            for (let item = 0; item < board.problem.items; item += 1)
              for (const bin of goal.pulls?.(item) ?? []) assert.ok(bin >= 0 && bin < board.problem.bins);
          });
        }),
        RUNS,
      );
    });

    it("costs no less than its bound, wherever what is loose stands", () => {
      fc.assert(
        fc.property(played, (game) => {
          const { ground, isFixed } = game;
          onEachBoard(game, name, (goal) => {
            const [least] = leastCosts(ground, [goal], isFixed);
            assert.ok(least !== undefined && least >= 0);
            assert.ok(goal.cost() >= least - 1e-6 * (1 + least), `${goal.cost()} below ${least}`);
          });
        }),
        RUNS,
      );
    });
  });
