import assert from "node:assert/strict";
import { after, before, describe, it, type TestContext } from "node:test";
import { waitFor } from "../../lab/lab.ts";
import { specsOf, withoutVersions } from "./support/evidence.ts";
import { openTestLab, runningTasks, serviceNamed, type TestLab } from "./support/lab.ts";
import { startScheduler, type TestScheduler } from "./support/scheduler.ts";
import { allRun, crowd, edit, removeAll } from "./support/workload.ts";

const STEER_LABEL = "ballast.steer";
// A task counts as running once it is healthy: a start of some seconds keeps a move under way for as long.
const SLOW_START = {
  Healthcheck: { Test: ["CMD", "true"], Interval: 4e9, Timeout: 5e9, Retries: 3 },
};

describe("a move under way", () => {
  let test: TestLab;
  before(async () => {
    test = await openTestLab();
  });
  after(() => removeAll(test.docker));

  async function underWay(
    context: TestContext,
    prefix: string,
  ): Promise<{ scheduler: TestScheduler; name: string }> {
    await removeAll(test.docker);
    await crowd(test.docker, "node2", [
      { name: `${prefix}-a`, replicas: 1, memoryMb: 330, container: SLOW_START },
      { name: `${prefix}-b`, replicas: 1, memoryMb: 330, container: SLOW_START },
    ]);
    const scheduler = await startScheduler(context, test, "act", { BALLAST_MOVES_PER_ROUND: "1" });
    const name = await waitFor("a steered service", () => steeredService([`${prefix}-a`, `${prefix}-b`]), {
      timeoutMs: 120_000,
    });
    return { scheduler, name };
  }

  async function steeredService(names: readonly string[]): Promise<string | undefined> {
    for (const name of names) {
      if ((await serviceNamed(test.docker, name)).Spec.Labels?.[STEER_LABEL] !== undefined) return name;
    }
    return undefined;
  }

  it("gives way to its owner's change, which survives", async (context) => {
    const { scheduler, name } = await underWay(context, "owner");
    await edit(test.docker, name, (spec) => withEnv(spec, "OWNER=was-here"));
    const entry = await scheduler.decided("the move to end", ({ results }) => results.length > 0);
    assert.equal(entry.results[0]?.outcome, "gave_way");
    await scheduler.end("SIGTERM");
    const { Spec } = await serviceNamed(test.docker, name);
    assert.equal(Spec.Labels?.[STEER_LABEL], undefined);
    assert.deepEqual(Spec.TaskTemplate.Placement?.Constraints ?? [], []);
    assert.equal(Spec.UpdateConfig, undefined);
    assert.ok(Spec.TaskTemplate.ContainerSpec.Env?.includes("OWNER=was-here"));
    await waitFor(
      "the owner's version to run",
      async () => {
        const [task] = await runningTasks(test.docker, name);
        return task?.Spec.ContainerSpec.Env?.includes("OWNER=was-here") === true;
      },
      { timeoutMs: 60_000 },
    );
  });

  it("is ended in good order when the scheduler is told to stop", async (context) => {
    const { scheduler, name } = await underWay(context, "stop");
    assert.equal(await scheduler.end("SIGTERM"), 0);
    await assertAtRest(name);
  });

  it("is ended by the next start when the scheduler was killed", async (context) => {
    const { scheduler, name } = await underWay(context, "kill");
    await scheduler.end("SIGKILL");
    assert.notEqual((await serviceNamed(test.docker, name)).Spec.Labels?.[STEER_LABEL], undefined);
    const next = await startScheduler(context, test, "act", { BALLAST_MOVES_PER_ROUND: "1" });
    const entry = await next.decided("the move to be recovered", ({ results }) => results.length > 0);
    assert.ok(["landed", "undone"].includes(entry.results[0]?.outcome ?? ""), entry.results[0]?.detail);
    await next.end("SIGTERM");
    assert.match(next.output(), /found a move of an earlier run/);
    await assertAtRest(name);
  });

  async function assertAtRest(name: string): Promise<void> {
    const other = name.endsWith("-a") ? name.replace(/-a$/, "-b") : name.replace(/-b$/, "-a");
    await allRun(test.docker, name, 1);
    // The neighbour was never touched: but for the name, the spec must read the same.
    const { services } = withoutVersions(await specsOf(test.docker)) as {
      readonly services: Readonly<Record<string, unknown>>;
    };
    const anonymous = (service: string) => JSON.stringify(services[service]).replaceAll(service, "NAME");
    assert.equal(anonymous(name), anonymous(other));
  }
});

type Spec = Readonly<Record<string, unknown>>;

function withEnv(spec: Spec, variable: string): Spec {
  const template = spec["TaskTemplate"] as { readonly ContainerSpec: { readonly Env?: readonly string[] } };
  const container = { ...template.ContainerSpec, Env: [...(template.ContainerSpec.Env ?? []), variable] };
  return { ...spec, TaskTemplate: { ...template, ContainerSpec: container } };
}
