import assert from "node:assert/strict";
import { fault } from "../../../lab/lab.ts";
import type { MoveResult } from "../../../scheduler/ports.ts";
import { serviceNamed, type TestLab } from "../../e2e/support/lab.ts";
import { startScheduler, type Ending, type TestScheduler } from "../../e2e/support/scheduler.ts";
import { crowd, removeAll, type Workload } from "../../e2e/support/workload.ts";
import { atRest, fewestSince, originalOf, slowStart, steeredAmong, type Original } from "./fault-service.ts";

/** A move that is under way while something else happens. */
export interface UnderWay {
  readonly scheduler: TestScheduler;
  /** The service that moves. */
  readonly moved: Original;
  /** Its neighbour on the crowded node, of which nobody wanted anything. */
  readonly other: Original;
  /** The hostname of the node that the move goes to. */
  readonly target: string;
}

/** What a move differs in. */
export interface How {
  readonly env?: NodeJS.ProcessEnv;
  /** What both services run. */
  readonly runs?: Pick<Workload, "image" | "container">;
}

// The owner's own writes open no gap either: whatever gap there is, is ours.
const START_FIRST = { Parallelism: 1, Order: "start-first", FailureAction: "pause", Monitor: 1e9 };
const PACE = {
  BALLAST_MOVES_PER_ROUND: "1",
  BALLAST_LOAD_WINDOW: "5s",
  BALLAST_MOVES_DEADLINE: "15s",
};

/** Crowds node2 with two services and waits until one of them is being moved off. */
export async function moveUnderWay(
  context: Ending,
  test: TestLab,
  prefix: string,
  { env = {}, runs = {} }: How = {},
): Promise<UnderWay> {
  const { docker } = test;
  const names = [`${prefix}-a`, `${prefix}-b`];
  await removeAll(docker);
  const spec = { UpdateConfig: START_FIRST, RollbackConfig: START_FIRST };
  const container = { ...slowStart(4), ...runs.container };
  await crowd(
    docker,
    "node2",
    names.map((name) => ({ ...runs, name, replicas: 1, memoryMb: 330, container, spec })),
  );
  const originals = await Promise.all(names.map((name) => originalOf(docker, name)));
  const scheduler = await startMover(context, test, env);
  const { name, target } = await steeredAmong(docker, names);
  const moved = originals.find((original) => original.name === name);
  const other = originals.find((original) => original.name !== name);
  assert.ok(moved !== undefined && other !== undefined, name);
  return { scheduler, moved, other, target };
}

/** Starts a scheduler that makes one such move at a time. */
export function startMover(
  context: Ending,
  test: TestLab,
  env: NodeJS.ProcessEnv = {},
): Promise<TestScheduler> {
  return startScheduler(context, test, "act", { ...PACE, ...env });
}

/** How a move is to end. */
export interface Expected {
  readonly outcomes: readonly MoveResult["outcome"][];
  /** What its owner last wrote; what he wrote before the move when left out. */
  readonly spec?: unknown;
  /** The node that failed. */
  readonly heal?: string;
  /** Whether Swarm may leave it without a container for a time, whatever the mover does. */
  readonly mayGap?: boolean;
  /** Whether that befalls its neighbour, which shares the node that fails. */
  readonly neighbourMayGap?: boolean;
}

/** Waits until the move ended, ends its scheduler, and looks at what is left of both services. */
export async function settles(
  test: TestLab,
  what: string,
  move: UnderWay,
  { outcomes, spec = move.moved.spec, heal, mayGap = false, neighbourMayGap = false }: Expected,
): Promise<MoveResult> {
  const happenedMs = Date.now();
  const result = await resultOf(move);
  assert.ok(outcomes.includes(result.outcome), `${result.outcome}: ${result.detail}`);
  assert.equal(await move.scheduler.end("SIGTERM"), 0);
  if (heal !== undefined) await fault(test.lab, "heal", heal);
  await atRest(test.docker, move.moved.name);
  report(what, result, happenedMs, await fewestSince(test.lab, move.moved));
  await restsAs(test, move.moved, spec, mayGap ? 0 : 1);
  await restsAs(test, move.other, move.other.spec, neighbourMayGap ? 0 : 1);
  return result;
}

/** Waits until the service is at rest, and looks that it carries the spec and always had so many containers. */
export async function restsAs(
  { docker, lab }: TestLab,
  original: Original,
  spec: unknown,
  atLeast = 1,
): Promise<void> {
  const { name } = original;
  await atRest(docker, name);
  assert.deepEqual((await serviceNamed(docker, name)).Spec, spec);
  const fewest = await fewestSince(lab, original);
  assert.ok(fewest >= atLeast, `${name} had ${fewest} containers for a time`);
}

/** Waits until the move has ended. */
export async function resultOf({ scheduler, moved }: UnderWay): Promise<MoveResult> {
  const { results } = await scheduler.decided("the move to end", (entry) => entry.results.length > 0);
  const result = results.find(({ service }) => service === moved.name);
  assert.ok(result !== undefined, `${moved.name} has a result`);
  return result;
}

/** Prints a line for the table in docs/faults.md. */
export function report(what: string, result: MoveResult, sinceMs: number, fewest: number | null): void {
  const rest = ((Date.now() - sinceMs) / 1000).toFixed(1);
  const { outcome, detail, seconds } = result;
  const ran = fewest === null ? "" : `, at least ${fewest} ran`;
  console.log(
    `around: ${what}: ${outcome} after ${seconds.toFixed(1)} s (${detail}); at rest ${rest} s later${ran}`,
  );
}
