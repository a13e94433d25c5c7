import assert from "node:assert/strict";
import { waitFor } from "../../../lab/lab.ts";
import { hasEnded, isUp, rawServiceOf, rawTasksOf } from "../../../scheduler/act/raw.ts";
import { STEER_LABEL } from "../../../scheduler/domain/steer.ts";
import type { JournalEntry } from "../../../scheduler/journal/journal.ts";
import type { MoveResult } from "../../../scheduler/ports.ts";
import { eventsSince } from "../../e2e/support/evidence.ts";
import { fewestRunning } from "../../e2e/support/fewest-running.ts";
import { runningTasks, serviceNamed, tasksOf, type TestLab } from "../../e2e/support/lab.ts";
import type { Managers } from "./managers.ts";
import type { TestScheduler } from "../../e2e/support/scheduler.ts";
import { allRun, create, crowd, removeAll } from "../../e2e/support/workload.ts";

/** A service that a scheduler must move off the crowded node, and that may be moved to no node but the `targets`. */
export interface Candidate {
  readonly name: string;
  /** What its owner wrote. */
  readonly spec: unknown;
  /** The tasks that ran before the move. */
  readonly tasks: readonly string[];
  readonly startedMs: number;
}

/** For the schedulers: one move at a time, and time enough for a manager to be elected in the middle of it. */
export const PATIENT = {
  BALLAST_MOVES_PER_ROUND: "1",
  BALLAST_LOAD_WINDOW: "5s",
  BALLAST_MOVES_DEADLINE: "30s",
};

/** One that nothing can be read of fills a short list within a minute. */
const JOURNAL_LENGTH = 200;
const CROWDED = "node2";
/** "No leftover of ours within 60 s of recovery." */
const REST_MS = 60_000;
/** Counts as running once it is healthy: a start of some seconds keeps a move under way for as long. */
const SLOW_START = {
  Healthcheck: { Test: ["CMD", "true"], Interval: 2e9, Timeout: 5e9, Retries: 3 },
};

/** Crowds node2 with two services, one of which may leave it. */
export async function setCandidate(
  { docker }: TestLab,
  name: string,
  targets: readonly string[],
): Promise<Candidate> {
  await removeAll(docker);
  const elsewhere = ["node1", "node3", "node4"].filter((hostname) => !targets.includes(hostname));
  const constraints = elsewhere.map((hostname) => `node.hostname!=${hostname}`);
  const pin = [`node.hostname==${CROWDED}`];
  await create(docker, { name: `${name}-weight`, replicas: 1, memoryMb: 330, constraints: pin });
  await allRun(docker, `${name}-weight`, 1);
  await crowd(docker, CROWDED, [{ name, replicas: 1, memoryMb: 330, constraints, container: SLOW_START }]);
  const tasks = (await runningTasks(docker, name)).map(({ ID }) => ID);
  return { name, spec: (await serviceNamed(docker, name)).Spec, tasks, startedMs: Date.now() };
}

/** Waits until the candidate is being moved. */
export async function steered({ docker }: TestLab, { name }: Candidate): Promise<void> {
  await waitFor(
    `${name} to be steered`,
    async () => (await serviceNamed(docker, name)).Spec.Labels?.[STEER_LABEL] !== undefined,
    { timeoutMs: 120_000 },
  );
}

/** Swarm's word when it ends a task whose node no longer suits its service, without waiting for another one to run. */
const ENFORCED = "assigned node no longer meets constraints";

/**
 * Waits until nothing of Ballast is on the candidate and it is whole, then looks at what is left: its owner's spec,
 * exactly; no more than one new task ever made; and at no time fewer than its one healthy container, as far as the
 * daemons that were not killed tell. A new leader of the swarm holds every task against its service's constraints at
 * once, and ends the one that is to be moved: what that costs is no doing of the one who takes over. It is returned in
 * words, to be told of; null when it cost nothing.
 */
export async function cameThrough({ test, lab }: Managers, candidate: Candidate): Promise<string | null> {
  const { name, spec, tasks, startedMs } = candidate;
  await waitFor(`${name} to be at rest`, () => assertAtRest(test, name), {
    timeoutMs: REST_MS,
    everyMs: 250,
  });
  assert.deepEqual((await serviceNamed(test.docker, name)).Spec, spec);
  const made = await tasksOf(test.docker, name);
  const events = await eventsSince(lab, startedMs);
  const fewest = fewestRunning(events, name, tasks, "health_status: healthy");
  if (made.length <= 2 && fewest >= 1) return null;
  const cost = `${fewest} of 1 containers ran for a time, and ${made.length - 1} tasks were started`;
  const wasEnforced = made.some(({ ID, Status }) => tasks.includes(ID) && Status.Err === ENFORCED);
  assert.ok(wasEnforced && made.length <= 3, `${name}: ${cost}`);
  return `${cost}: the new leader ended the old task at once`;
}

async function assertAtRest({ docker }: TestLab, name: string): Promise<true> {
  const service = rawServiceOf(await docker.getService(name).inspect());
  if (service.labels[STEER_LABEL] !== undefined) throw new Error("it is steered");
  const tasks = rawTasksOf(await tasksOf(docker, name));
  const up = tasks.filter(isUp).length;
  if (up !== service.replicas) throw new Error(`${up} of ${service.replicas ?? 0} replicas run`);
  const restless = tasks.filter((task) => !isUp(task) && !hasEnded(task));
  if (restless.length === 0) return true;
  throw new Error(
    restless.map(({ id, state, desired }) => `${id} is ${state}, wanted ${desired}`).join("; "),
  );
}

/** How a scheduler's moves of the candidate ended, oldest first. */
export async function endingsOf(
  scheduler: TestScheduler,
  { name }: Candidate,
): Promise<readonly MoveResult[]> {
  const answer = await fetch(`${scheduler.url}/v1/decisions?limit=${JOURNAL_LENGTH}`);
  const { decisions } = (await answer.json()) as { readonly decisions: readonly JournalEntry[] };
  const results = decisions.toReversed().flatMap((entry) => entry.results);
  return results.filter(({ service }) => service === name);
}

/** Waits until one of the schedulers has ended the candidate's move, and returns how. */
export async function takenOver(
  schedulers: readonly TestScheduler[],
  candidate: Candidate,
): Promise<MoveResult> {
  return waitFor(
    `${candidate.name} to be taken over`,
    async () => (await Promise.all(schedulers.map((one) => endingsOf(one, candidate)))).flat()[0],
    { timeoutMs: 120_000, everyMs: 250 },
  );
}
