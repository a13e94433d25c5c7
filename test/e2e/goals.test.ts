import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openTestLab, runningTasks, type TestLab } from "./support/lab.ts";
import { setNodeLabel } from "./support/nodes.ts";
import { writeProvenJournal } from "./support/proven-journal.ts";
import { startScheduler } from "./support/scheduler.ts";
import { allRun, create, crowd, crowdWhere, removeAll, type Workload } from "./support/workload.ts";

const ZONES = { node2: "a", node3: "b", node4: "b" };
const BULK = ["bulk-1", "bulk-2", "bulk-3"];
/** What all stands on node2 at first, with its owners' wishes. */
const CROWD: readonly Workload[] = [
  { name: "app", replicas: 1, memoryMb: 10, labels: { "ballast.follow": "db" } },
  { name: "web", replicas: 2, memoryMb: 60 },
  // So much that node2 stands far above the others, also when what is to be elsewhere is gone, and is not overloaded.
  ...BULK.map((name) => ({ name, replicas: 1, memoryMb: 110 })),
];

/** On different nodes, and in one zone. */
const CACHE: Workload = {
  name: "cache",
  replicas: 2,
  memoryMb: 10,
  labels: { "ballast.spread": "node.labels.zone" },
};

describe("a swarm in which more than load is to be mended", () => {
  let test: TestLab;
  before(async () => {
    test = await openTestLab();
    await removeAll(test.docker);
    for (const [hostname, zone] of Object.entries(ZONES)) await setNodeLabel(test, hostname, "zone", zone);
  });
  after(async () => {
    await removeAll(test.docker);
    for (const hostname of Object.keys(ZONES)) await setNodeLabel(test, hostname, "zone", null);
  });

  it("brings together, apart, over the zones and on to empty nodes", async (context) => {
    const { docker } = test;
    const folder = mkdtempSync(join(tmpdir(), "ballast-e2e-"));
    context.after(() => {
      rmSync(folder, { recursive: true });
    });
    const journal = join(folder, "journal.db");
    writeProvenJournal(journal, 8);
    await create(docker, { name: "db", replicas: 1, memoryMb: 10, constraints: ["node.hostname==node3"] });
    await allRun(docker, "db", 1);
    await crowd(docker, "node2", CROWD);
    await crowdWhere(docker, "node.labels.zone==b", [CACHE]);
    const scheduler = await startScheduler(context, test, "act", {
      BALLAST_GOALS: "overload,together,apart,spread,even",
      BALLAST_MOVES_PER_ROUND: "10",
      BALLAST_MOVES_AT_ONCE: "8",
      BALLAST_JOURNAL_PATH: journal,
    });

    await scheduler.decided(
      "level after the moves",
      ({ decision }) =>
        decision.outcome === "level" && decision.nodes.every(({ notes }) => notes.length === 0),
    );
    const plans = (await scheduler.journal()).map(({ decision }) => decision);
    const served = new Set(plans.flatMap(({ moves }) => moves.map(({ goal }) => goal)));
    for (const goal of ["together", "apart", "spread", "even"])
      assert.ok(served.has(goal), [...served].join());
    for (const { goal, after, least } of plans.flatMap(({ goals }) => goals))
      assert.ok(least <= after + 1e-9, `${goal}: ${after} is below the least, ${least}`);
    const places = async (name: string): Promise<readonly string[]> => {
      const tasks = await runningTasks(docker, name);
      return tasks.map(({ NodeID }) => NodeID);
    };
    const [node2, node3] = await Promise.all([test.nodeId("node2"), test.nodeId("node3")]);
    assert.deepEqual(await places("app"), [node3]);
    assert.equal(new Set(await places("web")).size, 2);
    const ofZone = await Promise.all(["node3", "node4"].map((hostname) => test.nodeId(hostname)));
    assert.equal((await places("cache")).filter((node) => ofZone.includes(node)).length, 1);
    const bulk = (await Promise.all(BULK.map(places))).flat();
    assert.ok(
      bulk.some((node) => node !== node2),
      "node2 does not carry all of it any more",
    );
  });
});
