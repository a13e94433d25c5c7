import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { waitFor } from "../../../lab/lab.ts";
import { isUp } from "../../../scheduler/act/raw.ts";
import type { JournalEntry } from "../../../scheduler/journal/journal.ts";
import type { MoveResult } from "../../../scheduler/ports.ts";
import { eventsSince, type ContainerEvent } from "../../e2e/support/container-events.ts";
import type { Cell } from "./fault-cells.ts";
import { fewestRunning } from "../../e2e/support/fewest-running.ts";
import { isBetweenWrites, numberOf, POINTS, pointsOf } from "./fault-points.ts";
import type { Armed, Call } from "./fault-proxy.ts";
import { REST_MS } from "./fault-service.ts";
import {
  gather,
  isAtRest,
  STABILITY_SECONDS,
  standings,
  watchRest,
  withLabel,
  type Mover,
  type Stage,
  type Standing,
} from "./fault-stage.ts";
import type { Ending, TestScheduler } from "../../e2e/support/scheduler.ts";

/** What a fault at a call came to. */
export interface CellResult {
  readonly cell: Cell;
  /** How the move ended, in the scheduler's words; every ending when there was more than one. */
  readonly outcome: string;
  /** From the fault until the service was at rest. */
  readonly seconds: number;
  /** What must not be; empty when all held. */
  readonly violations: readonly string[];
}

/** A cell, and the service that it befalls. */
export interface Casting {
  readonly cell: Cell;
  readonly mover: Mover;
}

/**
 * Moves one task of each cell's service in one round and strikes each move where its cell says, then waits for rest and
 * looks at what became of them. A cell whose call never came has no result.
 */
export async function runCells(
  context: Ending,
  stage: Stage,
  castings: readonly Casting[],
): Promise<readonly CellResult[]> {
  const movers = castings.map(({ mover }) => mover);
  const { armed, results, restlessMs, violations } = await playRound(context, stage, movers, castings);
  const bystanders = stage.movers.filter(({ id }) => !movers.some((mover) => mover.id === id));
  assert.deepEqual(
    bystanders.flatMap((mover) => violations(mover)),
    [],
    "services that no fault befell",
  );
  return armed.flatMap(({ cell, mover, armed: fault }) => {
    const hit = fault.hit();
    if (hit === null) return [];
    const seconds = Math.max(0, (restlessMs(mover) ?? 0) - hit.atMs) / 1000;
    const late = seconds > REST_MS / 1000 ? [`at rest only after ${seconds.toFixed(1)} s`] : [];
    const own = results.filter(({ service }) => service === mover.name);
    return [
      { cell, outcome: inWords(cell, own), seconds, violations: [...violations(mover, cell), ...late] },
    ];
  });
}

/** Moves one task of each without any fault; returns all calls since they stood ready. */
export async function runCleanly(
  context: Ending,
  stage: Stage,
  movers: readonly Mover[],
): Promise<readonly Call[]> {
  const { results, calls, violations } = await playRound(context, stage, movers, []);
  assert.deepEqual(
    movers.flatMap((mover) => violations(mover)),
    [],
  );
  for (const { name } of movers) {
    const own = results.filter(({ service }) => service === name);
    assert.deepEqual(
      own.map(({ outcome }) => outcome),
      ["landed"],
      name,
    );
  }
  return calls;
}

interface Round {
  readonly armed: readonly ArmedCell[];
  readonly results: readonly MoveResult[];
  readonly calls: readonly Call[];
  readonly restlessMs: (mover: Mover) => number | undefined;
  readonly violations: (mover: Mover, cell?: Cell) => readonly string[];
}

async function playRound(
  context: Ending,
  stage: Stage,
  movers: readonly Mover[],
  castings: readonly Casting[],
): Promise<Round> {
  await gather(stage, movers);
  const before = await standings(stage);
  const startedMs = Date.now();
  const since = stage.proxy.calls.length;
  const armed = arm(stage, castings);
  const watch = watchRest(stage);
  try {
    const results = await moveAndRecover(context, stage, () => armed.some(isKill));
    const after = await standings(stage);
    const events = await eventsSince(stage.test.lab, startedMs);
    return {
      armed,
      results,
      calls: stage.proxy.calls.slice(since),
      restlessMs: ({ id }) => watch.lastRestlessMs(id),
      violations: (mover, cell) => [
        ...specViolations(stage, mover, before.get(mover.id), after.get(mover.id)),
        ...(mayGap(cell) ? [] : gapViolations(mover, runningIds(before.get(mover.id)), events)),
        ...(isAtRest(mover, after.get(mover.id)) ? [] : [`${mover.name} is not at rest`]),
      ],
    };
  } finally {
    stage.proxy.disarm();
    await watch.stop();
  }
}

type ArmedCell = Casting & { readonly armed: Armed };

function arm({ proxy }: Stage, castings: readonly Casting[]): readonly ArmedCell[] {
  const since = proxy.calls.length;
  return castings.map(({ cell, mover }) => ({
    cell,
    mover,
    armed: proxy.arm({
      when: cell.when,
      fault: cell.fault,
      call: (call, earlier) =>
        call.service === mover.id &&
        pointsOf(call, earlier.slice(since), STABILITY_SECONDS).includes(cell.point),
    }),
  }));
}

function isKill({ cell, armed }: ArmedCell): boolean {
  return cell.fault === "kill" && armed.hit() !== null;
}

/** Lets a scheduler carry out one plan; if it is killed, the next one begins where it ended. Both end at rest. */
async function moveAndRecover(
  context: Ending,
  stage: Stage,
  isKilled: () => boolean,
): Promise<readonly MoveResult[]> {
  const first = await stage.start(context);
  await onePlan(first, isKilled);
  stage.proxy.disarm();
  if (!isKilled()) return toRest(stage, first);
  await first.end("SIGKILL");
  const next = await stage.start(context);
  await waitFor(
    "the next scheduler's first round",
    async () => {
      const [newest] = await next.journal();
      return newest !== undefined && isOver(newest);
    },
    { timeoutMs: 90_000 },
  );
  return toRest(stage, next);
}

/** Asks for rounds until one has a plan, and waits until that one is carried out or its scheduler is killed. */
async function onePlan(scheduler: TestScheduler, isKilled: () => boolean): Promise<void> {
  const ask = askOnce(scheduler);
  await waitFor(
    "a plan to be carried out",
    async () => {
      if (isKilled()) return true;
      const [newest] = await scheduler.journal();
      if (newest === undefined) throw new Error("no decision yet");
      if (newest.decision.outcome === "plan" && isOver(newest)) return true;
      if (newest.decision.outcome !== "plan") ask(newest);
      throw new Error(`${newest.decision.outcome}: ${newest.decision.reason}`);
    },
    { timeoutMs: 90_000 },
  );
}

/** Asks for rounds until nothing of a move is left, ends the scheduler, and returns all its results, oldest first. */
async function toRest(stage: Stage, scheduler: TestScheduler): Promise<readonly MoveResult[]> {
  const ask = askOnce(scheduler);
  let asked: string | null = null;
  await waitFor(
    "every service to be at rest",
    async () => {
      const now = await standings(stage);
      const restless = stage.movers.filter((mover) => !isAtRest(mover, now.get(mover.id)));
      const [newest] = await scheduler.journal();
      const isIdle = newest !== undefined && isOver(newest) && newest.decision.id !== asked;
      if (!isIdle) throw new Error("a round is under way");
      if (restless.length === 0) return true;
      ask(newest);
      asked = newest.decision.id;
      throw new Error(`${restless.map(({ name }) => name).join(", ")} not`);
    },
    { timeoutMs: REST_MS + 30_000 },
  );
  const results = (await scheduler.journal()).toReversed().flatMap((entry) => entry.results);
  assert.equal(await scheduler.end("SIGTERM"), 0);
  return results;
}

/** A round that is asked for during another follows it, so that a second one would be one too many. */
function askOnce(scheduler: TestScheduler): (newest: JournalEntry) => void {
  const asked = new Set<string>();
  return ({ decision }) => {
    if (asked.has(decision.id)) return;
    asked.add(decision.id);
    scheduler.process.kill("SIGHUP");
  };
}

function isOver({ decision, withheld, results }: JournalEntry): boolean {
  return decision.outcome !== "plan" || withheld !== null || results.length > 0;
}

function specViolations(
  { touched }: Stage,
  mover: Mover,
  before: Standing | undefined,
  after: Standing | undefined,
): readonly string[] {
  if (before === undefined || after === undefined) return [`${mover.name} is gone`];
  const value = touched.get(mover.id);
  const expected = value === undefined ? before.service.spec : withLabel(before.service.spec, value);
  if (isDeepStrictEqual(after.service.spec, expected)) return [];
  return [`the spec is ${JSON.stringify(after.service.spec)}, not ${JSON.stringify(expected)}`];
}

/**
 * When an owner writes while the new task starts, Swarm's updater begins anew, finds that only the new task fits, and keeps
 * that one though it does not run yet. No write of ours comes into it.
 */
function mayGap(cell: Cell | undefined): boolean {
  return cell?.fault === "conflict" && isBetweenWrites(cell.point, cell.when);
}

function gapViolations(
  { name, replicas }: Mover,
  running: readonly string[],
  events: readonly ContainerEvent[],
): readonly string[] {
  const fewest = fewestRunning(events, name, running);
  if (fewest >= replicas) return [];
  const told = events.filter(({ service }) => service === name);
  const startMs = told[0]?.atMs ?? 0;
  const lines = told.map(
    ({ atMs, node, task, action }) => `${((atMs - startMs) / 1000).toFixed(2)} s ${node} ${task} ${action}`,
  );
  return [`only ${fewest} of ${replicas} containers ran for a time: ${lines.join(", ")}`];
}

function runningIds(standing: Standing | undefined): readonly string[] {
  return (standing?.tasks ?? []).filter(isUp).map(({ id }) => id);
}

function inWords({ fault }: Cell, results: readonly MoveResult[]): string {
  const endings = results.map(({ outcome }) => outcome);
  return [...(fault === "kill" ? ["killed"] : []), ...endings].join(", then ") || "no move";
}

/** `call 3 write "steer" after timeout` */
export function nameOf({ point, fault, when, replicas }: Cell): string {
  const kind = POINTS.find(({ name }) => name === point)?.kind ?? "read";
  const where = fault === "stale" ? "" : `${when} `;
  return `call ${numberOf(point)} ${kind} "${point}" ${where}${fault}${replicas === 1 ? "" : `, one of ${replicas}`}`;
}
