// How long a move takes, from the decision to the verified landing, beside the time that Swarm itself takes to start
// that very task: both on one real swarm, in one run.   node bench/move.ts [--runs 5] [--engine system]
import { parseArgs } from "node:util";
import { deployBallast } from "../lab/ballast/deploy.ts";
import { buildImages, defaultDir, down, up } from "../lab/lab.ts";
import { openTestLab, tasksOf, type TestLab } from "../test/e2e/support/lab.ts";
import { startScheduler } from "../test/e2e/support/scheduler.ts";
import { crowd, removeAll } from "../test/e2e/support/workload.ts";

/** Seconds of one move. */
interface Run {
  /** From Swarm's making of the new task to its running: nobody can be faster. */
  readonly swarmStart: number;
  /** From the decision to the first write: the second, fresh look. */
  readonly toWrite: number;
  /** From the first write to the last: start, end of the old task, stability time, letting go. */
  readonly move: number;
}

const NAME = "bench";
const STABILITY_SECONDS = 2;

const { values } = parseArgs({
  options: { runs: { type: "string", default: "5" }, engine: { type: "string", default: "system" } },
});
const say = (line: string): void => {
  console.error(line);
};

const images = await buildImages(say);
try {
  const lab = await up({ name: NAME, subnet: "10.95.0.0/24", nodes: 3, engine: values.engine }, say, images);
  await deployBallast(lab, { mode: "observe", nodeCpuCores: 8, nodeMemoryBytes: 1024 ** 3 }, say);
  process.env["BALLAST_E2E_LAB"] = NAME;
  const test = await openTestLab();
  const runs: Run[] = [];
  for (let index = 0; index < Number(values.runs); index += 1) {
    runs.push(await measure(test, index));
    say(`run ${index + 1}: ${JSON.stringify(runs.at(-1))}`);
  }
  print(runs);
} finally {
  await down({ name: NAME, dir: defaultDir(NAME) }, say);
}

async function measure(test: TestLab, index: number): Promise<Run> {
  const names = [`a${index}`, `b${index}`];
  await crowd(
    test.docker,
    "node2",
    names.map((name) => ({ name, replicas: 1, memoryMb: 330 })),
  );
  const endings: (() => Promise<void>)[] = [() => removeAll(test.docker)];
  const context = { after: (work: () => Promise<void>) => void endings.unshift(work) };
  const scheduler = await startScheduler(context, test, "act", {
    BALLAST_MOVES_PER_ROUND: "1",
    BALLAST_MOVES_STABILITY: `${STABILITY_SECONDS}s`,
  });
  try {
    const entry = await scheduler.decided("a landed move", ({ results }) => results[0]?.outcome === "landed");
    const [result] = entry.results;
    if (result === undefined) throw new Error("a landed move has a result");
    const [arrival] = (await tasksOf(test.docker, result.service)).filter(
      (task) => task.DesiredState === "running",
    );
    if (arrival === undefined) throw new Error("a landed move has a task");
    const steered = stepTime(scheduler.output(), "steer");
    return {
      swarmStart: secondsBetween(arrival.CreatedAt, arrival.Status.Timestamp),
      toWrite: secondsBetween(entry.decision.at, steered),
      move: result.seconds,
    };
  } finally {
    for (const ending of endings) await ending();
  }
}

/** When the scheduler logged a step. */
function stepTime(output: string, step: string): string {
  const line = output.split("\n").find((candidate) => candidate.includes(`"step":"${step}"`)) ?? "";
  return /"time":"([^"]+)"/.exec(line)?.[1] ?? "";
}

function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}

function print(runs: readonly Run[]): void {
  const row = (what: string, pick: (run: Run) => number) => {
    const sorted = runs.map(pick).sort((a, b) => a - b);
    const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(2);
    console.log(
      `| ${what.padEnd(58)} | ${at(0).padStart(6)} | ${at(0.5).padStart(6)} | ${at(1).padStart(6)} |`,
    );
  };
  console.log(
    `engine ${values.engine}, ${runs.length} moves, stability time ${STABILITY_SECONDS} s; seconds`,
  );
  console.log(`| ${"".padEnd(58)} |    min | median |    max |`);
  console.log(`|${"-".repeat(60)}|-------:|-------:|-------:|`);
  row("Swarm alone: new task made to running", (run) => run.swarmStart);
  row("Ballast: decision to first write (a second, fresh look)", (run) => run.toWrite);
  row("Ballast: first write to verified landing and letting go", (run) => run.move);
  row("Ballast in all: decision to verified landing", (run) => run.toWrite + run.move);
  row("ratio in all / Swarm alone", (run) => (run.toWrite + run.move) / run.swarmStart);
  row(
    "ratio without the stability time",
    (run) => (run.toWrite + run.move - STABILITY_SECONDS) / run.swarmStart,
  );
}
