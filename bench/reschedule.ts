/** Rescheduling with staged moves, from files to a file: see bench/reschedule/options.ts. */
import { writeFileSync } from "node:fs";
import { readLayout, type Layout } from "./reschedule/layout.ts";
import { HELP, readOptions, type Options } from "./reschedule/options.ts";
import { breachesOf, scoreOf, type Score } from "./reschedule/score.ts";
import { reschedule } from "./reschedule/solve.ts";
import { stagesTo, type StagedMove } from "./reschedule/stages.ts";

/** Shares of the pods that may move, for the curve, and the share of the time that each point of it gets. */
const CURVE = [0.01, 0.025, 0.05, 0.1, 0.2];
const CURVE_TIME = 0.04;

interface Found extends Score {
  readonly moves: readonly StagedMove[];
  readonly evaluations: number;
  readonly isWhole: boolean;
}

const options = readOptions(process.argv.slice(2));
if (options === null) process.stdout.write(HELP);
else process.stdout.write(`${JSON.stringify(run(options))}\n`);

function run({ data, out, seconds, seed }: Options): object {
  const beganMs = performance.now();
  const spent = (): number => (performance.now() - beganMs) / 1000;
  const layout = readLayout(data);
  const until = (end: number): ((evaluations: number) => number) => {
    const began = spent();
    return () => (spent() - began) / Math.max(1e-3, end - began);
  };
  const untouched = scoreOf(layout, layout.home, 0).score;
  const curve = CURVE.map((share, at) => {
    const mostMoved = Math.floor(share * layout.pods.length);
    const found = find(layout, seed, mostMoved, until(seconds * CURVE_TIME * (at + 1)));
    return { mostMoved, moves: found.migrations, score: found.isWhole ? found.score : null };
  });
  const began = spent();
  const { moves, isWhole, evaluations, ...score } = find(layout, seed, Infinity, until(seconds * 0.99));
  const searched = spent() - began;
  if (!isWhole) throw new Error("no layout was found that keeps all rules: search longer");
  writeFileSync(out, JSON.stringify(moves.map((move) => named(layout, move))));
  return {
    ...score,
    untouched,
    stages: moves.at(-1)?.stage ?? 0,
    curve: [...curve, { mostMoved: null, moves: score.migrations, score: score.score }],
    evaluationsPerSecond: Math.round(evaluations / Math.max(1e-3, searched)),
    seconds: Math.round(spent() * 100) / 100,
    seed,
  };
}

function find(
  layout: Layout,
  seed: number,
  mostMoved: number,
  progress: (evaluations: number) => number,
): Found {
  const { nodeOf, evaluations } = reschedule(layout, { seed, mostMoved, progress });
  const moves = stagesTo(layout, nodeOf);
  const isWhole = breachesOf(layout, nodeOf).length === 0;
  return { ...scoreOf(layout, nodeOf, moves.length), moves, evaluations, isWhole };
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
