import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { specsOf } from "./support/evidence.ts";
import { openTestLab, runningTasks, type TestLab } from "./support/lab.ts";
import { dockerOf } from "../../lab/lab.ts";
import { startScheduler } from "./support/scheduler.ts";
import { allRun, create, crowd, removeAll } from "./support/workload.ts";

describe("what Ballast leaves alone", () => {
  let test: TestLab;
  before(async () => {
    test = await openTestLab();
    await removeAll(test.docker);
  });
  after(() => removeAll(test.docker));

  for (const [mode, outcome] of [
    ["observe", "overloaded"],
    ["advise", "plan"],
  ] as const) {
    it(`writes nothing in mode ${mode}, though a node is overloaded`, async (context) => {
      await crowd(test.docker, "node2", [
        { name: `${mode}-a`, replicas: 1, memoryMb: 330 },
        { name: `${mode}-b`, replicas: 1, memoryMb: 330 },
      ]);
      const atRest = await specsOf(test.docker);
      const scheduler = await startScheduler(context, test, mode);
      const entry = await scheduler.decided(outcome, ({ decision }) => decision.outcome === outcome);
      assert.equal(entry.withheld, mode === "advise" ? "mode is advise" : null);
      assert.equal((await scheduler.plan()).outcome, outcome);
      await scheduler.rounds(3);
      assert.deepEqual(await specsOf(test.docker), atRest);
      await removeAll(test.docker);
    });
  }

  it("never writes to a bind mount's, a global or a job service, and says which rule holds", async (context) => {
    const constraints = ["node.hostname==node2"];
    await create(test.docker, {
      name: "bound",
      replicas: 1,
      memoryMb: 300,
      constraints,
      container: { Mounts: [{ Type: "bind", Source: "/tmp", Target: "/data" }] },
    });
    await create(test.docker, {
      name: "everywhere",
      replicas: 1,
      memoryMb: 300,
      constraints,
      spec: { Mode: { Global: {} } },
    });
    await create(test.docker, {
      name: "job",
      replicas: 1,
      memoryMb: 200,
      constraints,
      restart: "none",
      spec: { Mode: { ReplicatedJob: { MaxConcurrent: 1, TotalCompletions: 1 } } },
    });
    for (const name of ["bound", "everywhere", "job"]) await allRun(test.docker, name, 1);
    context.after(() => endJob(test, "node2", "job"));
    const atRest = await specsOf(test.docker);
    const scheduler = await startScheduler(context, test, "act");
    const { decision } = await scheduler.decided("stuck", (entry) => entry.decision.outcome === "stuck");
    const refused = new Map(decision.refusals.map(({ service, filter }) => [service, filter]));
    assert.equal(refused.get("bound"), "local-data");
    assert.equal(refused.get("everywhere"), "mode");
    assert.equal(refused.get("job"), "mode");
    assert.match(await scheduler.metrics(), /ballast_refusals_total\{filter="local-data"\} [1-9]/);
    await scheduler.rounds(3);
    assert.deepEqual(await specsOf(test.docker), atRest);
  });
});

/** Swarm lets the tasks of a removed job run on; this one would run for ever. */
async function endJob({ docker, nodeNamed }: TestLab, hostname: string, name: string): Promise<void> {
  for (const { Status } of await runningTasks(docker, name)) {
    const container = Status.ContainerStatus?.ContainerID;
    if (container !== undefined) await dockerOf(nodeNamed(hostname)).getContainer(container).kill();
  }
}
