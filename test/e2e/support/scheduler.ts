import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import axios from "axios";
import { firstManager } from "../../../lab/ballast/deploy.ts";
import { waitFor } from "../../../lab/lab.ts";
import type { Decision } from "../../../scheduler/domain/decision.ts";
import type { JournalEntry } from "../../../scheduler/journal/journal.ts";
import type { TestLab } from "./lab.ts";

const MAIN = join(import.meta.dirname, "../../../scheduler/main.ts");

/** The pace of the tests. Memory drives them: it is exact, where CPU depends on what else this machine does. */
const PACE = {
  BALLAST_LISTEN: "127.0.0.1:0",
  BALLAST_SCHEDULE: "1s",
  // What these tests provoke is overload; copies side by side and empty nodes are how they set it up.
  BALLAST_GOALS: "overload",
  BALLAST_LOAD_WINDOW: "10s",
  BALLAST_PROMETHEUS_MAX_AGE: "10s",
  BALLAST_MARKS_MEMORY_HIGH: "70%",
  BALLAST_MARKS_MEMORY_TARGET: "60%",
  BALLAST_MOVES_COOLDOWN: "1s",
  BALLAST_MOVES_QUIET: "1s",
  BALLAST_MOVES_DEADLINE: "30s",
  // The lab's nodes are all newcomers, and the tests move more in minutes than a cluster should in hours.
  BALLAST_MOVES_NEWCOMER: "1s",
  BALLAST_MOVES_PER_HOUR: "1000",
  BALLAST_MOVES_PER_NODE_PER_HOUR: "1000",
  BALLAST_MOVES_PER_SERVICE_PER_HOUR: "1000",
  BALLAST_MOVES_STABILITY: "2s",
};

/** A scheduler told to stop has that long, like a container of Swarm with a generous grace period. */
const GRACE_MS = 60_000;

/** What a test, or a bench, calls when it is over, whatever it came to. */
export interface Ending {
  after(work: () => Promise<void>): void;
}

/** A real scheduler as a process of this machine, at a manager of the lab. */
export interface TestScheduler {
  readonly process: ChildProcess;
  /** Where its API listens. */
  readonly url: string;
  /** What it logged, for a test that failed. */
  readonly output: () => string;
  plan(): Promise<Decision>;
  journal(): Promise<readonly JournalEntry[]>;
  metrics(): Promise<string>;
  /** Waits for a decision of the loop that holds, and returns its entry. */
  decided(what: string, holds: (entry: JournalEntry) => boolean): Promise<JournalEntry>;
  /** Waits until the loop has come to that many further decisions. */
  rounds(count: number): Promise<void>;
  /** Sends the signal and waits for the end; returns the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts a scheduler and waits until it listens. It ends with the test at the latest. */
export async function startScheduler(
  context: Ending,
  { lab, addresses }: TestLab,
  mode: string,
  env: NodeJS.ProcessEnv = {},
): Promise<TestScheduler> {
  const child = spawn(process.execPath, [MAIN], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      ...PACE,
      BALLAST_MODE: mode,
      BALLAST_DOCKER_HOST: `unix://${firstManager(lab).socket}`,
      BALLAST_PROMETHEUS_URL: addresses.prometheus,
      ...env,
    },
  });
  // Whatever the test comes to: a child that lives on keeps its file's process, and so the whole run, from ending.
  context.after(() => endSurely(child));
  const lines: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => lines.push(text));
  const port = new Promise<number>((resolve, reject) => {
    createInterface(child.stdout).on("line", (line) => {
      lines.push(line);
      const found = /"port":(\d+)/.exec(line)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    child.once("exit", (code) => {
      reject(new Error(`the scheduler ended with code ${code ?? "none"}:\n${lines.join("\n")}`));
    });
  });
  return handle(child, lines, `http://127.0.0.1:${await port}`);
}

function handle(child: ChildProcess, lines: readonly string[], url: string): TestScheduler {
  const get = async <Answer>(path: string): Promise<Answer> =>
    (await axios.get<Answer>(`${url}${path}`, { timeout: 30_000 })).data;
  const journal = async () =>
    (await get<{ readonly decisions: readonly JournalEntry[] }>("/v1/decisions")).decisions;
  return {
    process: child,
    url,
    output: () => lines.join("\n"),
    plan: () => get<Decision>("/v1/plan"),
    journal,
    metrics: () => get<string>("/metrics"),
    decided: (what, holds) =>
      waitFor(
        what,
        async () => {
          const entries = await journal();
          const found = entries.find(holds);
          if (found !== undefined) return found;
          throw new Error(`${entries[0]?.decision.outcome ?? "none"}: ${entries[0]?.decision.reason ?? ""}`);
        },
        { timeoutMs: 120_000, everyMs: 250 },
      ),
    async rounds(count) {
      const seen = new Set((await journal()).map(({ decision }) => decision.id));
      await waitFor(
        `${count} further decisions`,
        async () => (await journal()).filter(({ decision }) => !seen.has(decision.id)).length >= count,
        { timeoutMs: 120_000 },
      );
    },
    end: (signal) => end(child, signal),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = once(child, "exit") as Promise<[number | null]>;
  child.kill(signal);
  return (await ended)[0];
}

async function endSurely(child: ChildProcess): Promise<void> {
  const late = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
  await end(child, "SIGTERM");
  clearTimeout(late);
}
