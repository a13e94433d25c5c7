// Starts one real lab per engine, side by side, deploys the product's stack on each, and runs every file of a suite there:
// `e2e`, or `faults`, which takes too long for each change.
//   node test/e2e/run.ts [--suite e2e|faults] [--engine system,trixie] [--only PATTERN] [--repeat N]
// Without --engine and --only, what does not rest on the engine runs on one of them only, and both end at about the same time.
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { deployBallast } from "../../lab/ballast/deploy.ts";
import { withLock } from "../../lab/lock.ts";
import { buildImages, defaultDir, down, up, type ImageSet } from "../../lab/lab.ts";

/** What every lab of the tests is said to be: memory is what overloads it, so CPU is ample. */
const NODE = { nodeCpuCores: 8, nodeMemoryBytes: 1024 ** 3 };
const NODES = 4;
/** One for each engine, so that two runs do not meet. The engine of Debian's sid, the newest to be had, runs when asked for. */
const SUBNETS = { system: "10.90.0.0/24", trixie: "10.91.0.0/24", sid: "10.92.0.0/24" };
/**
 * No test waits longer for anything than two minutes, and none has more than a handful of such waits; but one of the whole
 * fault matrix plays dozens of cells.
 */
const TEST_TIMEOUTS_MS = { e2e: 600_000, faults: 7_200_000 };
/** One pass through a lab's files takes some sixteen minutes, of the faults more: a run that hangs says so, and ends what it started. */
const RUN_TIMEOUTS_MS = { e2e: 1_320_000, faults: 7_200_000 };

/** The files in which the engine is not what is tested, dealt out so that each engine's pass takes about as long. */
const ON_ONE_ENGINE: Readonly<Record<string, keyof typeof SUBNETS>> = {
  "agent-faults": "system",
  "agent-events": "system",
  "agent-storm": "system",
  "agent-traffic": "system",
  "agent-usage": "system",
  distrust: "system",
  goals: "system",
  "hands-off": "system",
  resources: "system",
  watchers: "system",
  "alert-rule": "system",
  daily: "system",
  image: "system",
  uninstall: "system",
  acts: "trixie",
  simulator: "trixie",
};

interface Ground {
  readonly engine: string;
  readonly name: string;
  readonly subnet: string;
}

interface Tally {
  readonly passed: number;
  readonly failed: number;
}

const { values } = parseArgs({
  options: {
    suite: { type: "string", default: "e2e" },
    engine: { type: "string" },
    only: { type: "string" },
    repeat: { type: "string", default: "1" },
  },
});
const isWhole = values.engine === undefined && values.only === undefined;
const grounds = (values.engine ?? "system,trixie").split(",").map((engine): Ground => {
  const subnet = Object.entries(SUBNETS).find(([name]) => name === engine)?.[1];
  if (subnet === undefined)
    throw new Error(`--engine ${engine}: there are ${Object.keys(SUBNETS).join(" and ")}`);
  return { engine, name: `e2e-${engine}`, subnet };
});
const suite = values.suite === "faults" ? "faults" : "e2e";
if (suite !== values.suite) throw new Error(`--suite ${values.suite}: there are e2e and faults`);
const files = globSync(join(import.meta.dirname, "..", suite, `${values.only ?? "*"}.test.ts`)).sort();

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    interrupted.abort();
  });
}

const images = await buildImages(say("images"));
const { passed, failed } = sum(
  await Promise.all(grounds.map((ground) => withLock(lockOf(ground), () => runOn(ground, images)))),
);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

/** Two runs at once on one lab would end it under each other: the second waits. */
function lockOf({ name }: Ground): string {
  return join(tmpdir(), `ballast-${name}.lock`);
}

async function runOn(ground: Ground, set: ImageSet): Promise<Tally> {
  const report = say(ground.engine);
  const startedMs = Date.now();
  try {
    const lab = await up({ ...ground, nodes: NODES }, report, set);
    await deployBallast(lab, { mode: "advise", ...NODE }, report);
    const rounds: Tally[] = [];
    // On the same lab: what holds only most of the time is not proven.
    while (rounds.length < Number(values.repeat) && !interrupted.signal.aborted)
      rounds.push(await runTests(ground, filesFor(ground), report));
    return sum(rounds);
  } catch (error) {
    report(String(error));
    return { passed: 0, failed: 1 };
  } finally {
    await down({ name: ground.name, dir: defaultDir(ground.name) }, report);
    report(`done in ${Math.round((Date.now() - startedMs) / 1000)} s`);
  }
}

function filesFor({ engine }: Ground): readonly string[] {
  if (!isWhole) return files;
  return files.filter((file) => (ON_ONE_ENGINE[basename(file, ".test.ts")] ?? engine) === engine);
}

function runTests(ground: Ground, paths: readonly string[], report: (line: string) => void): Promise<Tally> {
  const child = spawn(
    process.execPath,
    [
      "--test",
      "--test-concurrency=1",
      `--test-timeout=${TEST_TIMEOUTS_MS[suite]}`,
      "--test-reporter=spec",
      ...paths,
    ],
    {
      env: { ...process.env, BALLAST_E2E_LAB: ground.name },
      stdio: ["ignore", "pipe", "inherit"],
      // A group of its own, so that what a test started and could not end is ended with it.
      detached: true,
    },
  );
  const stop = () => child.kill("SIGTERM");
  const late = setTimeout(() => {
    report(`not done after ${RUN_TIMEOUTS_MS[suite] / 60_000} minutes: stopped`);
    stop();
  }, RUN_TIMEOUTS_MS[suite]);
  interrupted.signal.addEventListener("abort", stop);
  const counts = { pass: 0, fail: 0 };
  createInterface(child.stdout).on("line", (line) => {
    report(line);
    const [, kind, count] = /^ℹ (pass|fail) (\d+)$/.exec(line) ?? [];
    if (kind === "pass" || kind === "fail") counts[kind] = Number(count);
  });
  return new Promise((resolve) => {
    child.on("exit", () => {
      endGroup(child.pid);
    });
    child.on("close", (code) => {
      clearTimeout(late);
      interrupted.signal.removeEventListener("abort", stop);
      // A runner that failed without a failed test (a file that cannot be loaded) is a failure all the same.
      const failed = counts.fail + (code !== 0 && counts.fail === 0 ? 1 : 0);
      resolve({ passed: counts.pass, failed });
    });
  });
}

function endGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (so, tally) => ({ passed: so.passed + tally.passed, failed: so.failed + tally.failed }),
    { passed: 0, failed: 0 },
  );
}

function say(who: string): (line: string) => void {
  return (line) => {
    console.log(`[${who}] ${line}`);
  };
}
