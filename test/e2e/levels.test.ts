import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { dockerOf, waitFor } from "../../lab/lab.ts";
import type { JournalEntry } from "../../scheduler/journal/journal.ts";
import type { MoveResult } from "../../scheduler/ports.ts";
import { eventsSince, type ContainerEvent } from "./support/container-events.ts";
import { specsOf, withoutVersions } from "./support/evidence.ts";
import { openTestLab, runningTasks, tasksOf, type TestLab } from "./support/lab.ts";
import { writeProvenJournal } from "./support/proven-journal.ts";
import { startScheduler } from "./support/scheduler.ts";
import { answersPerRound, createNetwork, startWitness, type Answer } from "./support/witness.ts";
import { crowd, removeAll } from "./support/workload.ts";

// Without a health check Swarm calls a task running, and stops the old one, before it listens: a gap that is Swarm's own.
const HEALTH_CHECK = {
  Healthcheck: {
    Test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/"],
    Interval: 1e9,
    Timeout: 5e9,
    Retries: 5,
  },
};
// Neither task alone brings the node to its target, nor do two of web: only one of each does. So both kinds of steering
// are seen, that of an only replica and that of one of several.
const WORKLOADS = [
  { name: "web", replicas: 3, memoryMb: 143, container: HEALTH_CHECK },
  { name: "search", replicas: 1, memoryMb: 229, container: HEALTH_CHECK },
];
const TARGET = "40%";

describe("a lopsided swarm in mode act", () => {
  let test: TestLab;
  let networkId: string;
  before(async () => {
    test = await openTestLab();
    await removeAll(test.docker);
    networkId = await createNetwork(test.docker, "levels");
  });
  after(async () => {
    await removeAll(test.docker);
    await waitFor("the network to be free", async () => {
      await test.docker.getNetwork(networkId).remove();
      return true;
    });
  });

  it("becomes level, without a gap and without a trace", async (context) => {
    const { docker, lab } = test;
    await crowd(
      docker,
      "node2",
      WORKLOADS.map((workload) => ({ ...workload, network: networkId })),
    );
    const witnesses = {
      web: await startWitness(test, "web", networkId, 8101),
      search: await startWitness(test, "search", networkId, 8102),
    };
    const specs = await specsOf(docker);
    const tasks = await taskIds(test);
    const startedMs = Date.now();
    // With a past of landed moves behind it, so that it makes both of the plan's moves at once.
    const folder = mkdtempSync(join(tmpdir(), "ballast-e2e-"));
    context.after(() => {
      rmSync(folder, { recursive: true });
    });
    const journal = join(folder, "journal.db");
    writeProvenJournal(journal, 4);
    const scheduler = await startScheduler(context, test, "act", {
      BALLAST_JOURNAL_PATH: journal,
      BALLAST_MARKS_MEMORY_TARGET: TARGET,
    });

    await scheduler.decided(
      "level after a move",
      ({ decision }) =>
        decision.outcome === "level" && decision.nodes.every(({ notes }) => notes.length === 0),
    );
    const results = resultsOf(await scheduler.journal());
    // Of web perhaps two: what the node itself needs, at its worst, varies from run to run.
    assert.deepEqual([...new Set(results.map(({ service }) => service))].sort(), ["search", "web"]);
    assert.deepEqual([...new Set(results.map(({ outcome }) => outcome))], ["landed"]);

    // Every placement and label is the owner's again.
    assert.deepEqual(withoutVersions(await specsOf(docker)), withoutVersions(specs));
    // Only what the plan named is somewhere else; everything else still is the very same task.
    const moved = new Set(results.map(({ service }) => service));
    const now = await taskIds(test);
    for (const { name, replicas } of WORKLOADS) {
      const same = (now[name] ?? []).filter((id) => tasks[name]?.includes(id)).length;
      assert.equal(same, moved.has(name) ? replicas - countMoves(results, name) : replicas, name);
      assert.equal(now[name]?.length, replicas, name);
    }
    const events = await eventsSince(lab, startedMs);
    for (const name of moved) await assertNewBeforeOld(test, events, name);
    for (const { name, replicas } of WORKLOADS) {
      assertNoGap(await witnesses[name as keyof typeof witnesses].log(), startedMs, replicas, name);
    }
    assert.match(await scheduler.metrics(), /ballast_moves_total\{outcome="landed"\} [1-9]/);
  });
});

async function taskIds({ docker }: TestLab): Promise<Readonly<Record<string, readonly string[]>>> {
  const entries = WORKLOADS.map(async ({ name }) => {
    const running = await runningTasks(docker, name);
    return [name, running.map(({ ID }) => ID)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

function resultsOf(journal: readonly JournalEntry[]): readonly MoveResult[] {
  return journal.flatMap(({ results }) => results);
}

function countMoves(results: readonly MoveResult[], service: string): number {
  return results.filter((result) => result.service === service).length;
}

/** From the daemons' own events: each new task's container started before the container it replaced was told to stop. */
async function assertNewBeforeOld(
  { docker, lab }: TestLab,
  events: readonly ContainerEvent[],
  service: string,
): Promise<void> {
  const all = await tasksOf(docker, service);
  const old = all.filter(({ DesiredState }) => DesiredState !== "running").map(({ ID }) => ID);
  const stops = events.filter(({ action, task }) => action === "kill" && old.includes(task));
  const starts = events.filter((event) => event.action === "start" && event.service === service);
  assert.ok(stops.length > 0, `${service}: a task was stopped`);
  assert.equal(starts.length, stops.length, `${service}: as many started as stopped`);
  stops.forEach((stop, index) => {
    const start = starts[index];
    assert.ok(start !== undefined && start.atMs < stop.atMs, `${service}: the new one started first`);
    assert.notEqual(start.node, stop.node);
  });
  // The container that started first still is the one that runs.
  for (const start of starts) {
    const node = lab.nodes.find(({ name }) => name === start.node);
    assert.ok(node !== undefined);
    const running = await dockerOf(node).listContainers({
      filters: JSON.stringify({ label: [`com.docker.swarm.task.id=${start.task}`] }),
    });
    assert.equal(running.length, 1, `${service}: ${start.task} runs on ${start.node}`);
  }
}

/** From a client's view: in every round as many tasks answered as the service has replicas, at the least. */
function assertNoGap(log: readonly Answer[], sinceMs: number, replicas: number, service: string): void {
  const rounds = [...answersPerRound(log)].filter(([at]) => at >= sinceMs);
  assert.ok(rounds.length > 10, `${service}: the witness kept asking`);
  const gaps = rounds.filter(([, answers]) => answers < replicas);
  assert.deepEqual(gaps, [], `${service}: fewer than ${replicas} tasks answered`);
}
