/** The machine reassignment problem, from files to a file: see bench/assignment/options.ts. */
import { readFileSync, writeFileSync } from "node:fs";
import { costOf, violationsOf } from "./assignment/cost.ts";
import { HELP, readOptions, type Options } from "./assignment/options.ts";
import { readAssignment, readModel } from "./assignment/read.ts";
import { reassign } from "./assignment/solve.ts";

const options = readOptions(process.argv.slice(2));
if (options === null) process.stdout.write(HELP);
else process.stdout.write(`${JSON.stringify(run(options))}\n`);

function run(options: Options): object {
  const { model: modelFile, initial: initialFile, out, seconds, changes, seed, movedShare } = options;
  const beganMs = performance.now();
  const spent = (): number => (performance.now() - beganMs) / 1000;
  const model = readModel(readFileSync(modelFile), modelFile);
  const initial = readAssignment(readFileSync(initialFile), model, initialFile);
  const before = violationsOf(model, initial, initial);
  if (before.length > 0) throw new Error(`${initialFile}: ${before[0] ?? ""}, and ${before.length - 1} more`);
  const searchBegan = spent();
  const mostMoved = Math.floor(movedShare * model.processes);
  // A second of large instances is kept for checking and writing.
  const end = seconds - Math.min(seconds * 0.05, 1e-5 * model.processes);
  const { machineOf, evaluations, made } = reassign(model, initial, {
    seed,
    mostMoved,
    progress: (evaluations) =>
      Math.max((spent() - searchBegan) / Math.max(1e-3, end - searchBegan), evaluations / changes),
  });
  const searched = spent() - searchBegan;
  const wrong = violationsOf(model, initial, machineOf);
  if (wrong.length > 0) throw new Error(`the search broke a rule: ${wrong[0] ?? ""}`);
  const { objective, moved, ...parts } = costOf(model, initial, machineOf);
  writeFileSync(out, `${machineOf.join(" ")}\n`);
  return {
    objective,
    parts,
    initialObjective: costOf(model, initial, initial).objective,
    moved,
    movedShare: moved / Math.max(1, model.processes),
    evaluations,
    evaluationsPerSecond: Math.round(evaluations / Math.max(1e-3, searched)),
    changesMade: made,
    readSeconds: rounded(searchBegan),
    seconds: rounded(spent()),
    seed,
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
