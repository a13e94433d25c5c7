import { execFile } from "node:child_process";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { promisify } from "node:util";
import { contextOf } from "../../scheduler/decide/candidates.ts";
import { decide } from "../../scheduler/decide/decide.ts";
import { newService, type Wanted } from "../../scheduler/decide/place-wanted.ts";
import { improve } from "../../scheduler/decide/search/improve.ts";
import { viewOf } from "../../scheduler/decide/view.ts";
import type { Decision } from "../../scheduler/domain/decision.ts";
import type { Resources } from "../../scheduler/domain/resources.ts";
import type { Snapshot } from "../../scheduler/domain/snapshot.ts";
import { seeded } from "../../scheduler/engine/random.ts";
import { createThinker } from "../../scheduler/thinker/thinker.ts";
import { quantile, shown } from "../support/numbers.ts";
import { markdownTable } from "../support/table.ts";
import { BENCH_POLICY, clusterOf, type ClusterSize } from "./cluster.ts";

interface Case extends ClusterSize {
  /** Plans made of it. */
  readonly times: number;
}

const CASES: readonly Case[] = [
  { nodes: 10, tasks: 100, points: 47, times: 20 },
  { nodes: 100, tasks: 2000, points: 47, times: 5 },
  { nodes: 1000, tasks: 20_000, points: 47, times: 5 },
];
const LARGE: Case = { nodes: 5000, tasks: 50_000, points: 47, times: 2 };
const MEMORY = new URL("./memory.ts", import.meta.url).pathname;
/** What a replica that is to be placed uses. */
const REPLICA: Resources = { cpuCores: 0.5, memoryBytes: 2e9 };
/** A replan is after the load of so many of the tasks has changed. */
const CHANGED = 0.01;

/** Cold plans, replans and what they do to the thread that answers requests. */
export async function scaleTable(seed: number, large: boolean): Promise<string> {
  const rows: string[][] = [];
  for (const size of large ? [...CASES, LARGE] : CASES) rows.push(await rowOf(size, seed));
  return markdownTable(
    [
      "nodes × tasks × (2 resources × 48 points)",
      "cold plan, median (ms)",
      "moves",
      "overload before → after (least)",
      "replan after 1 % changed (ms)",
      "moves",
      "through its thread (ms)",
      "placing a replica: first, again (ms)",
      "longest hold of the main thread (ms)",
      "moves weighed a second, in millions",
      "memory (MB)",
    ],
    rows,
  );
}

async function rowOf({ times, ...size }: Case, seed: number): Promise<string[]> {
  const snapshot = clusterOf(size, seed);
  const cold = timed(times, () => decide({ ...snapshot }, BENCH_POLICY, snapshot.takenAtMs));
  const settled = changed(landed(snapshot, cold.decision), seed);
  const again = timed(times, () => decide({ ...settled }, BENCH_POLICY, settled.takenAtMs));
  const { hold, replans, placings } = await throughThread(snapshot, settled, times);
  const rate = evaluationsPerSecond(snapshot);
  const overload = cold.decision.goals.find(({ goal }) => goal === "overload");
  return [
    `${size.nodes} × ${size.tasks}`,
    shown(quantile(cold.milliseconds, 0.5), 0),
    String(cold.decision.moves.length),
    `${shown(overload?.before ?? NaN, 2)} → ${shown(overload?.after ?? NaN, 4)} (${shown(overload?.least ?? NaN, 4)})`,
    shown(quantile(again.milliseconds, 0.5), 0),
    String(again.decision.moves.length),
    shown(quantile(replans, 0.5), 0),
    `${shown(placings[0] ?? NaN, 0)}, ${shown(quantile(placings.slice(1), 0.5), 0)}`,
    shown(hold, 0),
    shown(rate / 1e6, 2),
    shown(await memoryOf(size, seed), 0),
  ];
}

/** The plan is made anew each time: who is to make it is given a snapshot that nobody has seen. */
function timed(
  times: number,
  plan: () => Decision,
): { readonly decision: Decision; readonly milliseconds: number[] } {
  const milliseconds: number[] = [];
  let decision: Decision | null = null;
  for (let time = 0; time < times; time += 1) {
    const beganMs = performance.now();
    decision = plan();
    milliseconds.push(performance.now() - beganMs);
  }
  if (decision === null) throw new Error("nothing was planned");
  return { decision, milliseconds };
}

/** Of the search, what comes before and after it included but for the view. */
function evaluationsPerSecond(snapshot: Snapshot): number {
  const view = viewOf(snapshot);
  const context = contextOf(snapshot, BENCH_POLICY, snapshot.takenAtMs);
  const beganMs = performance.now();
  const { evaluations } = improve(view, context);
  return (evaluations / (performance.now() - beganMs)) * 1000;
}

/** The swarm when the whole plan has landed, long ago. */
function landed(snapshot: Snapshot, { moves }: Decision): Snapshot {
  const nodeOf = new Map(moves.map(({ taskId, to }) => [taskId, to]));
  return {
    ...snapshot,
    tasks: snapshot.tasks.map((task) => ({ ...task, nodeId: nodeOf.get(task.id) ?? task.nodeId })),
  };
}

/** Some tasks use half as much again, at all times. */
function changed(snapshot: Snapshot, seed: number): Snapshot {
  const random = seeded(seed + 1);
  const busier = new Set(snapshot.tasks.filter(() => random() < CHANGED).map(({ id }) => id));
  const tasks = Object.entries(snapshot.history.tasks).map(([id, series]) => [
    id,
    busier.has(id) ? { ...series, cpuCores: series.cpuCores.map((cores) => cores * 1.5) } : series,
  ]);
  return {
    ...snapshot,
    history: { ...snapshot.history, tasks: Object.fromEntries(tasks) as Snapshot["history"]["tasks"] },
  };
}

interface Thought {
  /** The longest time for which the thread that asks did nothing else, in milliseconds. */
  readonly hold: number;
  /** In milliseconds, with all that it takes to tell the thread and to be told. */
  readonly replans: readonly number[];
  /** Of one replica, all on one snapshot. */
  readonly placings: readonly number[];
}

/** As the product asks: in a thread that has seen the swarm as it was before. */
async function throughThread(before: Snapshot, settled: Snapshot, times: number): Promise<Thought> {
  const thinker = createThinker();
  const policy = BENCH_POLICY;
  const wanted: Wanted = { service: newService({}), replicas: 1, expected: REPLICA, unknown: [] };
  const timesOf = async (ask: () => Promise<unknown>): Promise<readonly number[]> => {
    const taken: number[] = [];
    for (let time = 0; time < times; time += 1) {
      const beganMs = performance.now();
      await ask();
      taken.push(performance.now() - beganMs);
    }
    return taken;
  };
  try {
    const hold = await longestHold(() => thinker.decide(before, policy, before.takenAtMs));
    const replans = await timesOf(() => thinker.decide({ ...settled }, policy, settled.takenAtMs));
    const seen = { ...settled };
    const placings = await timesOf(() => thinker.place(seen, policy, seen.takenAtMs, wanted));
    return { hold, replans, placings };
  } finally {
    await thinker.stop();
  }
}

/** The longest time for which the thread that asks does nothing else. */
async function longestHold(ask: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const beganMs = performance.now();
  const asked = ask();
  const first = performance.now() - beganMs;
  await asked;
  return Math.max(first, delay.max / 1e6);
}

/** In MB, of a process that does as the product does: it holds the swarm and has it planned in a thread. */
async function memoryOf({ nodes, tasks, points }: ClusterSize, seed: number): Promise<number> {
  const sizes = [nodes, tasks, points, seed].map(String);
  const { stdout } = await promisify(execFile)(process.execPath, [MEMORY, ...sizes]);
  return Number(stdout);
}
