import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { dockerOf, waitFor } from "../../lab/lab.ts";
import { specsOf } from "./support/evidence.ts";
import { openTestLab, runningTasks, type TestLab } from "./support/lab.ts";
import { startScheduler } from "./support/scheduler.ts";
import { crowd, edit, removeAll } from "./support/workload.ts";

describe("inputs that cannot be trusted", () => {
  let test: TestLab;
  before(async () => {
    test = await openTestLab();
    await removeAll(test.docker);
    await crowd(test.docker, "node2", [
      { name: "left", replicas: 1, memoryMb: 330 },
      { name: "right", replicas: 1, memoryMb: 330 },
    ]);
  });
  after(() => removeAll(test.docker));

  it("moves nothing while samples are stale, and says how old they are", async (context) => {
    const atRest = await specsOf(test.docker);
    const scheduler = await startScheduler(context, test, "act", { BALLAST_PROMETHEUS_MAX_AGE: "100ms" });
    const stale = /newest sample of node\d is \d+\.\d s old, more than 0\.1 s/;
    await scheduler.decided("the samples' age", ({ decision }) => stale.test(decision.reason));
    await scheduler.rounds(3);
    assert.deepEqual(await specsOf(test.docker), atRest);
    assert.match(await scheduler.metrics(), /ballast_moves_total\{outcome="landed"\} 0/);
  });

  it("moves nothing while an agent is down, and names its node", async (context) => {
    const [agent] = await agentsOn(test, "node3");
    assert.ok(agent !== undefined);
    // A hung agent, which Swarm would not replace at once as it would a dead one.
    await agent.pause();
    context.after(() => agent.unpause());
    const advisor = await startScheduler(context, test, "advise");
    await advisor.decided("to miss node3", ({ decision }) =>
      /no sample of node3|newest sample of node3/.test(decision.reason),
    );
    const atRest = await specsOf(test.docker);
    const scheduler = await startScheduler(context, test, "act");
    await scheduler.decided("untrusted", ({ decision }) => decision.outcome === "untrusted");
    await scheduler.rounds(3);
    assert.deepEqual(await specsOf(test.docker), atRest);
    assert.match(await scheduler.metrics(), /ballast_input_trusted 0/);
  });

  it("moves nothing while Prometheus is down, and says so", async (context) => {
    await scalePrometheus(test, 0);
    context.after(() => scalePrometheus(test, 1));
    const atRest = await specsOf(test.docker);
    const scheduler = await startScheduler(context, test, "act");
    const { decision } = await scheduler.decided(
      "untrusted",
      (entry) => entry.decision.outcome === "untrusted",
    );
    assert.match(decision.reason, /Prometheus at http:\S+ cannot be counted on: .*ECONNREFUSED/);
    await scheduler.rounds(3);
    assert.deepEqual(await specsOf(test.docker), atRest);
    assert.match(
      await scheduler.metrics(),
      /ballast_decisions_total\{outcome="untrusted",reason="prometheus"\} [1-9]/,
    );
  });
});

async function agentsOn({ nodeNamed }: TestLab, hostname: string) {
  const docker = dockerOf(nodeNamed(hostname));
  const label = "com.docker.swarm.service.name=ballast_agent";
  const containers = await docker.listContainers({ filters: JSON.stringify({ label: [label] }) });
  return containers.map(({ Id }) => docker.getContainer(Id));
}

async function scalePrometheus({ docker, addresses }: TestLab, replicas: number): Promise<void> {
  await edit(docker, "ballast_prometheus", (spec) => ({
    ...spec,
    Mode: { Replicated: { Replicas: replicas } },
  }));
  await waitFor(
    `${replicas} Prometheus to run`,
    async () => {
      const running = (await runningTasks(docker, "ballast_prometheus")).length;
      const answers = await fetch(`${addresses.prometheus}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
      return running === replicas && answers === replicas > 0;
    },
    { timeoutMs: 60_000 },
  );
}
