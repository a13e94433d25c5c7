/** Rescheduling with staged moves, from files to a file: see bench/reschedule/options.ts. */
import { writeFileSync } from "node:fs";
import { kindsOf } from "./reschedule/kinds.ts";
import { readLayout, type Layout } from "./reschedule/layout.ts";
import { HELP, readOptions, type Options } from "./reschedule/options.ts";
import { breachesOf, scoreOf, type Score } from "./reschedule/score.ts";
import type { Plan } from "./reschedule/plan.ts";
import { reschedule, type Answer } from "./reschedule/solve.ts";
import { stagesTo, type StagedMove } from "./reschedule/stages.ts";

/** What a move counts for the points of the curve, in its prices. */
const CURVE = [128, 64, 32, 16, 8, 4, 2];
/** The share of the time for each of them, and of that and of the rest the share for the plan. */
const [CURVE_TIME, CURVE_PLAN, PLAN] = [0.04, 0.8, 0.6];

interface Found extends Score {
  readonly moves: readonly StagedMove[];
  readonly evaluations: number;
  readonly isWhole: boolean;
  readonly plan: Plan;
}

const options = readOptions(process.argv.slice(2));
if (options === null) process.stdout.write(HELP);
else process.stdout.write(`${JSON.stringify(run(options))}\n`);

function run({ data, out, seconds, seed }: Options): object {
  const beganMs = performance.now();
  const spent = (): number => (performance.now() - beganMs) / 1000;
  const layout = readLayout(data);
  const kinds = kindsOf(layout);
  const find = (dearness: number, end: number, share: number, from?: Plan): Found => {
    const began = spent();
    const planned = began + share * (end - began);
    const effort = {
      seed,
      movePrice: dearness * layout.movePrice,
      planning: () => (spent() - began) / Math.max(1e-3, planned - began),
      annealing: () => (spent() - planned) / Math.max(1e-3, end - planned),
    };
    return judged(layout, reschedule(layout, kinds, effort, from));
  };
  const untouched = scoreOf(layout, layout.home, 0).score;
  let plan: Plan | undefined;
  const curve = CURVE.map((dearness, at) => {
    const found = find(dearness, seconds * CURVE_TIME * (at + 1), CURVE_PLAN, plan);
    plan = found.plan;
    return { dearness, moves: found.migrations, score: found.isWhole ? found.score : null };
  });
  const began = spent();
  const { moves, isWhole, evaluations, score, nodes, resource, stack, migrations } = find(
    1,
    seconds * 0.99,
    PLAN,
    plan,
  );
  const searched = (spent() - began) * (1 - PLAN);
  if (!isWhole) throw new Error("no layout was found that keeps all rules: search longer");
  writeFileSync(out, JSON.stringify(moves.map((move) => named(layout, move))));
  return {
    ...{ score, nodes, resource, stack, migrations, untouched },
    stages: moves.at(-1)?.stage ?? 0,
    curve: [...curve, { dearness: 1, moves: migrations, score }],
    evaluationsPerSecond: Math.round(evaluations / Math.max(1e-3, searched)),
    seconds: Math.round(spent() * 100) / 100,
    seed,
  };
}

function judged(layout: Layout, { nodeOf, evaluations, plan }: Answer): Found {
  const isWhole = breachesOf(layout, nodeOf).length === 0;
  const moves = isWhole ? stagesTo(layout, nodeOf) : [];
  return { ...scoreOf(layout, nodeOf, moves.length), moves, evaluations, isWhole, plan };
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
