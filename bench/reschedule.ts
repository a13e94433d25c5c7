/** Rescheduling with staged moves, from files to a file: see bench/reschedule/options.ts. */
import { writeFileSync } from "node:fs";
import { kindsOf } from "./reschedule/kinds.ts";
import { readLayout, type Layout } from "./reschedule/layout.ts";
import { HELP, readOptions, type Options } from "./reschedule/options.ts";
import { breachesOf, scoreOf, type Score } from "./reschedule/score.ts";
import type { Plan } from "./reschedule/plan.ts";
import { reschedule, type Answer } from "./reschedule/solve.ts";
import { stagesTo, type StagedMove } from "./reschedule/stages.ts";

/** What a move counts for the points of the curve, in its prices; and for the last ones, of which the best is the answer. */
const CURVE = [128, 64, 32, 16, 8, 4, 2];
const LAST = 12;
/** The share of the time for each point of the curve, and of the time of any the share for the plan. */
const [CURVE_TIME, PLAN] = [0.05, 0.75];

interface Found extends Score {
  readonly moves: readonly StagedMove[];
  readonly isWhole: boolean;
}

const options = readOptions(process.argv.slice(2));
if (options === null) process.stdout.write(HELP);
else process.stdout.write(`${JSON.stringify(run(options))}\n`);

function run({ data, out, seconds, seed }: Options): object {
  const beganMs = performance.now();
  const layout = readLayout(data);
  const tries = [
    ...CURVE.map((dearness, at) => ({ dearness, seed, end: CURVE_TIME * (at + 1) })),
    ...Array.from({ length: LAST }, (_, at) => ({
      dearness: 1,
      seed: seed + at,
      end: CURVE_TIME * CURVE.length + ((0.99 - CURVE_TIME * CURVE.length) * (at + 1)) / LAST,
    })),
  ];
  const found = findAll(
    layout,
    tries.map((each) => ({ ...each, end: each.end * seconds })),
    () => (performance.now() - beganMs) / 1000,
  );
  const [best] = found.filter(({ isWhole }) => isWhole).sort((one, other) => one.score - other.score);
  if (best === undefined) throw new Error("no layout was found that keeps all rules: search longer");
  writeFileSync(out, JSON.stringify(best.moves.map((move) => named(layout, move))));
  const { score, nodes, resource, stack, migrations } = best;
  return {
    ...{ score, nodes, resource, stack, migrations },
    untouched: scoreOf(layout, layout.home, 0).score,
    stages: best.moves.at(-1)?.stage ?? 0,
    curve: envelopeOf(found.filter(({ isWhole }) => isWhole)),
    seconds: Math.round((performance.now() - beganMs) / 10) / 100,
    seed,
  };
}

interface Try {
  /** What a move counts, in its prices. */
  readonly dearness: number;
  readonly seed: number;
  /** In seconds since the beginning. */
  readonly end: number;
}

/** Each try goes on from the plan of the one before. */
function findAll(layout: Layout, tries: readonly Try[], clock: () => number): readonly Found[] {
  const kinds = kindsOf(layout);
  let plan: Plan | undefined;
  return tries.map(({ dearness, seed, end }) => {
    const began = clock();
    const planned = began + PLAN * (end - began);
    const answer = reschedule(
      layout,
      kinds,
      {
        seed,
        movePrice: dearness * layout.movePrice,
        planning: () => (clock() - began) / Math.max(1e-3, planned - began),
        annealing: () => (clock() - planned) / Math.max(1e-3, end - planned),
      },
      plan,
    );
    plan = answer.plan;
    return judged(layout, answer);
  });
}

/** The points than which no other has both a lower score and no more moves. */
function envelopeOf(found: readonly Found[]): readonly { readonly moves: number; readonly score: number }[] {
  return found
    .filter((one) => !found.some((other) => other.score < one.score && other.migrations <= one.migrations))
    .map(({ migrations, score }) => ({ moves: migrations, score }))
    .sort((one, other) => one.moves - other.moves);
}

function judged(layout: Layout, { nodeOf }: Answer): Found {
  const isWhole = breachesOf(layout, nodeOf).length === 0;
  const moves = isWhole ? stagesTo(layout, nodeOf) : [];
  return { ...scoreOf(layout, nodeOf, moves.length), moves, isWhole };
}

function named(layout: Layout, { stage, pod, from, to }: StagedMove): object {
  return {
    stage,
    podSn: layout.pods[pod],
    sourceSn: layout.nodes[from],
    targetSn: layout.nodes[to],
    cpuIDs: [],
  };
}
