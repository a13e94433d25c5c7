import { createInterface } from "node:readline";
import { cpuSeconds, residentOf } from "../support/processes.ts";
import { MOVE_OUTCOMES, type MoveResult } from "../../scheduler/ports.ts";
import type { TestLab } from "../../test/e2e/support/lab.ts";
import { startScheduler, type TestScheduler } from "../../test/e2e/support/scheduler.ts";

/** One look at the scheduler's process. */
export interface Sample {
  readonly life: number;
  readonly atMs: number;
  readonly residentBytes: number;
  /** Since the process began. */
  readonly cpuSeconds: number;
}

/** What the scheduler said of a move. */
interface Step {
  readonly atMs: number;
  readonly moveId: string;
  /** `steer`, `back`, an outcome. */
  readonly step: string;
  readonly detail: string;
}

/** A scheduler that is killed and started anew, with one journal through all its lives. */
export interface Lives {
  /** Null while it is dead. */
  current(): TestScheduler | null;
  start(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** SIGTERM; returns the exit code. */
  stop(): Promise<number | null>;
  /** Kills it, also where it is just being started, and lets no other begin. */
  close(): Promise<void>;
  /** Looks at the process; nothing happens while it is dead. */
  sample(): void;
  samples(): readonly Sample[];
  steps(): readonly Step[];
  results(): readonly MoveResult[];
  /** How many rounds came to which outcome. */
  decisions(): ReadonlyMap<string, number>;
}

interface LogLine {
  readonly time?: string;
  readonly msg?: string;
  readonly move?: string;
  readonly step?: string;
  readonly moveId?: string;
  readonly decision?: string;
  readonly outcome?: string;
}

/** What is picked out of the log. */
interface Said {
  readonly steps: Step[];
  readonly results: MoveResult[];
  readonly decisions: Map<string, number>;
}

/** Makes a scheduler of these settings in mode act; it is not yet started. */
export function createLives(test: TestLab, env: NodeJS.ProcessEnv): Lives {
  const samples: Sample[] = [];
  const said: Said = { steps: [], results: [], decisions: new Map() };
  let current: TestScheduler | null = null;
  let starting: Promise<void> | null = null;
  let isClosed = false;
  let life = 0;

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    const scheduler = current;
    current = null;
    return scheduler === null ? null : scheduler.end(signal);
  }

  async function begin(): Promise<void> {
    // Whatever the soak comes to, it ends its scheduler itself.
    current = await startScheduler({ after: () => undefined }, test, "act", env);
    life += 1;
    listen(current, said);
  }

  return {
    current: () => current,
    async start() {
      if (isClosed) return;
      starting = begin();
      await starting;
    },
    async kill() {
      await end("SIGKILL");
    },
    stop: () => end("SIGTERM"),
    async close() {
      isClosed = true;
      await starting?.catch(() => undefined);
      await end("SIGKILL");
    },
    sample() {
      const pid = current?.process.pid;
      if (pid === undefined) return;
      try {
        const residentBytes = residentOf(pid).all;
        if (!Number.isFinite(residentBytes)) return;
        samples.push({ life, atMs: Date.now(), residentBytes, cpuSeconds: cpuSeconds(pid) });
      } catch {
        // It was killed between the question and the look.
      }
    },
    samples: () => samples,
    steps: () => said.steps,
    results: () => said.results,
    decisions: () => said.decisions,
  };
}

/** Picks out of the log what it says of rounds and moves. */
function listen({ process: { stdout } }: TestScheduler, { steps, results, decisions }: Said): void {
  if (stdout === null) return;
  createInterface({ input: stdout }).on("line", (line) => {
    if (!line.startsWith("{")) return;
    const { time = "", msg = "", ...said } = JSON.parse(line) as LogLine;
    const { move, step, moveId, outcome, decision } = said;
    if (move !== undefined && step !== undefined)
      steps.push({ atMs: Date.parse(time), moveId: move, step, detail: msg });
    if (outcome === undefined) return;
    // What became of a move later is said in the same words but for the outcome.
    if (moveId !== undefined && MOVE_OUTCOMES.some((known) => known === outcome))
      results.push(said as unknown as MoveResult);
    else if (moveId === undefined && decision !== undefined)
      decisions.set(outcome, (decisions.get(outcome) ?? 0) + 1);
  });
}
