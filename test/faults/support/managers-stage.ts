import assert from "node:assert/strict";
import { waitFor } from "../../../lab/lab.ts";
import type { JournalEntry } from "../../../scheduler/journal/journal.ts";
import type { MoveResult } from "../../../scheduler/ports.ts";
import { serviceNamed, tasksOf, type TestLab } from "../../e2e/support/lab.ts";
import type { TestScheduler } from "../../e2e/support/scheduler.ts";
import { allRun, create, crowd, removeAll } from "../../e2e/support/workload.ts";
import { atRest, fewestSince, originalOf, slowStart, type Original } from "./fault-service.ts";
import type { Managers } from "./managers.ts";

/** For the schedulers: one move at a time, and time enough for a manager to be elected in the middle of it. */
export const PATIENT = {
  BALLAST_MOVES_PER_ROUND: "1",
  BALLAST_LOAD_WINDOW: "5s",
  BALLAST_MOVES_DEADLINE: "30s",
};

/** One that nothing can be read of fills a short list within a minute. */
const JOURNAL_LENGTH = 200;
const CROWDED = "node2";

/**
 * Crowds node2 with two services, one of which a scheduler must move off it, and may move to no node but the `targets`.
 * Its new task takes as many seconds to start.
 */
export async function setCandidate(
  { docker }: TestLab,
  name: string,
  targets: readonly string[],
  startSeconds = 2,
): Promise<Original> {
  await removeAll(docker);
  const elsewhere = ["node1", "node3", "node4"].filter((hostname) => !targets.includes(hostname));
  const constraints = elsewhere.map((hostname) => `node.hostname!=${hostname}`);
  const pin = [`node.hostname==${CROWDED}`];
  await create(docker, { name: `${name}-weight`, replicas: 1, memoryMb: 330, constraints: pin });
  await allRun(docker, `${name}-weight`, 1);
  const container = slowStart(startSeconds);
  await crowd(docker, CROWDED, [{ name, replicas: 1, memoryMb: 330, constraints, container }]);
  return originalOf(docker, name);
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
export async function cameThrough({ test, lab }: Managers, candidate: Original): Promise<string | null> {
  const { name, spec, tasks } = candidate;
  await atRest(test.docker, name);
  assert.deepEqual((await serviceNamed(test.docker, name)).Spec, spec);
  const made = await tasksOf(test.docker, name);
  const fewest = await fewestSince(lab, candidate);
  if (made.length <= 2 && fewest >= 1) return null;
  const cost = `${fewest} of 1 containers ran for a time, and ${made.length - 1} tasks were started`;
  const wasEnforced = made.some(({ ID, Status }) => tasks.includes(ID) && Status.Err === ENFORCED);
  assert.ok(wasEnforced && made.length <= 3, `${name}: ${cost}`);
  return `${cost}: the new leader ended the old task at once`;
}

/** How a scheduler's moves of the candidate ended, oldest first. */
export async function endingsOf(
  scheduler: TestScheduler,
  { name }: Original,
): Promise<readonly MoveResult[]> {
  const answer = await fetch(`${scheduler.url}/v1/decisions?limit=${JOURNAL_LENGTH}`);
  const { decisions } = (await answer.json()) as { readonly decisions: readonly JournalEntry[] };
  const results = decisions.toReversed().flatMap((entry) => entry.results);
  return results.filter(({ service }) => service === name);
}

/** Waits until one of the schedulers has ended the candidate's move, and not left it to the others; returns how. */
export async function takenOver(
  schedulers: readonly TestScheduler[],
  candidate: Original,
): Promise<MoveResult> {
  return waitFor(
    `${candidate.name} to be taken over`,
    async () => {
      const endings = (await Promise.all(schedulers.map((one) => endingsOf(one, candidate)))).flat();
      const ended = endings.find(({ outcome }) => outcome !== "failed");
      if (ended !== undefined) return ended;
      throw new Error(endings.map(({ detail }) => detail).join("; "));
    },
    { timeoutMs: 120_000, everyMs: 250 },
  );
}
