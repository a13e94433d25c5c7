/**
 * A swarm at work for half an hour with Ballast acting on it, while its owners, people and the machine do what they do.
 *   node bench/soak.ts --help
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deployBallast } from "../lab/ballast/deploy.ts";
import { buildImages, defaultDir, down, fault, up, waitFor, type Lab } from "../lab/lab.ts";
import { withLock } from "../lab/lock.ts";
import { ORDER_LABEL } from "../scheduler/domain/order.ts";
import { openTestLab, type TestLab } from "../test/e2e/support/lab.ts";
import { failNodes, killScheduler } from "./soak/faults.ts";
import { createLedger } from "./soak/ledger.ts";
import { createLives, type Lives } from "./soak/lives.ts";
import { HELP, readOptions, type SoakOptions } from "./soak/options.ts";
import { endAllOrders, giveOrders, TOKEN } from "./soak/orders.ts";
import { firstServices, workAsOwners } from "./soak/owner.ts";
import { randomOf } from "./soak/random.ts";
import { reportOf } from "./soak/report.ts";
import type { Stage } from "./soak/stage.ts";
import { startWatch, type Watch } from "./soak/watch.ts";

const NAME = "soak";
const SUBNET = "10.96.0.0/24";
const NODES = 4;
/** Memory is what overloads a node here, so CPU is ample. */
const NODE = { nodeCpuCores: 8, nodeMemoryBytes: 2 ** 30 };
const REST_TIMEOUT_MS = 180_000;
/** What takes minutes in a cluster takes seconds here; what is counted by the hour is out of the way. */
const PACE = {
  BALLAST_SCHEDULE: "2s",
  BALLAST_LOAD_WINDOW: "5s",
  BALLAST_API_TOKEN: TOKEN,
  BALLAST_MOVES_COOLDOWN: "3s",
  BALLAST_MOVES_QUIET: "3s",
  BALLAST_BREAKER_PAUSE: "10s",
  BALLAST_BREAKER_LONGEST_PAUSE: "30s",
};

const say = (line: string): void => {
  console.error(line);
};
const interrupted = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    say("ending: the lab and all that runs on it are taken away");
    interrupted.abort();
  });
}

// What an interrupt cut short may still hold the process open: so it is ended by it.
process.exit(await main());

async function main(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options !== null) return await withLock(join(tmpdir(), `ballast-${NAME}.lock`), () => soak(options));
    process.stdout.write(HELP);
    return 0;
  } catch (error) {
    if (interrupted.signal.aborted) return 130;
    say(`bench:soak: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return 1;
  }
}

async function soak(options: SoakOptions): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "ballast-soak-"));
  const lives: Lives[] = [];
  try {
    const lab = await startLab(options);
    interrupted.signal.throwIfAborted();
    process.env["BALLAST_E2E_LAB"] = NAME;
    return await orInterrupt(play(options, lab, await openTestLab(), folder, lives));
  } finally {
    for (const each of lives) await each.close();
    await down({ name: NAME, dir: defaultDir(NAME) }, say);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What an earlier run left is ended first. */
async function startLab({ engine }: SoakOptions): Promise<Lab> {
  const images = await buildImages(say);
  await down({ name: NAME, dir: defaultDir(NAME) }, say);
  const lab = await up({ name: NAME, subnet: SUBNET, nodes: NODES, engine }, say, images);
  await deployBallast(lab, { mode: "observe", ...NODE }, say);
  return lab;
}

async function play(
  { minutes, seed }: SoakOptions,
  lab: Lab,
  test: TestLab,
  folder: string,
  keep: Lives[],
): Promise<number> {
  // Beside a manager there is one scheduler, and here it is a process that can be killed and looked at.
  await test.docker.getService("ballast_scheduler").remove();
  const lives = createLives(test, { ...PACE, BALLAST_JOURNAL_PATH: join(folder, "journal.db") });
  keep.push(lives);
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, interrupted.signal]);
  const ledger = createLedger(Date.now(), say);
  const stage: Stage = { test, ledger, signal, owned: new Map(), failing: new Set() };
  await lives.start();
  await firstServices(stage, randomOf(seed, "first services"));
  const watch = startWatch(stage, lives);
  setTimeout(() => {
    over.abort();
  }, minutes * 60_000);
  await Promise.all([
    workAsOwners(stage, randomOf(seed, "owners")),
    giveOrders(stage, lives, randomOf(seed, "orders")),
    failNodes(stage, randomOf(seed, "nodes")),
    killScheduler(stage, lives, randomOf(seed, "kills"), minutes * 60),
  ]);
  interrupted.signal.throwIfAborted();
  await comeToRest(stage, lives, watch, lab);
  const said = { results: lives.results(), samples: lives.samples(), decisions: lives.decisions() };
  console.log(`seed ${seed}, ${minutes} minutes\n\n${reportOf({ ledger, looks: watch.looks(), ...said })}`);
  return ledger.violations().length > 0 ? 1 : 0;
}

/** Everybody stops; then all must be as their owners wrote it, with nothing of Ballast left. */
async function comeToRest(stage: Stage, lives: Lives, watch: Watch, lab: Lab): Promise<void> {
  const { ledger, test } = stage;
  for (const hostname of stage.failing) await fault(lab, "heal", hostname);
  if (lives.current() === null) await lives.start();
  await endAllOrders(stage, lives);
  try {
    await waitFor(
      "every service to be at rest",
      () => {
        if (watch.restless().length === 0) return true;
        throw new Error(watch.restless().join(", "));
      },
      { timeoutMs: REST_TIMEOUT_MS, everyMs: 1000 },
    );
    await waitFor("no order to be left", async () => {
      const configs = await test.docker.listConfigs({ filters: { label: [ORDER_LABEL] } });
      // A reset is kept for a day.
      return configs.every(({ Spec }) => Spec?.Labels[ORDER_LABEL] === "reset");
    });
  } catch (error) {
    ledger.violated({ service: "all", what: `at the end: ${String(error)}`, evidence: [] });
  }
  const code = await lives.stop();
  if (code !== 0)
    ledger.violated({ service: "scheduler", what: `ended with ${code ?? "a signal"}`, evidence: [] });
  await watch.stop();
}

/** Waits for the work, but no longer once somebody ends the soak. */
async function orInterrupt<T>(work: Promise<T>): Promise<T> {
  const { signal } = interrupted;
  work.catch(() => undefined);
  return Promise.race([
    work,
    new Promise<never>((_resolve, reject) => {
      const fail = () => {
        reject(new Error("interrupted"));
      };
      if (signal.aborted) fail();
      else signal.addEventListener("abort", fail, { once: true });
    }),
  ]);
}
