import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { waitFor, type LabNode } from "../../lab/lab.ts";
import type { AgentProcess } from "../support/agent-process.ts";
import { scrape, valueOf, type Series } from "../support/exposition.ts";
import { labelsOf, pageWith, startNodeAgent, sumOf } from "./support/agent.ts";
import { docker } from "./support/container.ts";
import { kernelFigures } from "./support/kernel.ts";
import { openTestLab, runningTasks, tasksOf, type ApiTask, type TestLab } from "./support/lab.ts";
import { allRun, create, edit, removeAll } from "./support/workload.ts";

const WORKLOAD = "http://127.0.0.1:8080";
const OOM_KILLS = "ballast_service_oom_kills_total";
const EXITS = "ballast_service_exits_total";
const RESTARTS = "ballast_service_restarts_total";
const HEALTH_FAILURES = "ballast_service_health_failures_total";

describe("what an agent counts of services, whose tasks come and go", { concurrency: true }, () => {
  let test: TestLab;
  let node: LabNode;
  let agent: AgentProcess;
  before(async () => {
    test = await openTestLab();
    node = test.nodeNamed("node2");
    await removeAll(test.docker);
    agent = await startNodeAgent(test, "node2");
  });
  after(async () => {
    await agent.stop();
    await removeAll(test.docker);
  });

  it("a kill for memory, the exit and the restart outlive the task that died", async () => {
    await start("hungry", { memoryLimitMb: 128 });
    const victim = await onlyTask("hungry");
    const cgroup = `${node.cgroup}/${containerOf(victim)}`;
    // Of a line without an end `tail` keeps everything: the kernel kills it, and the task lives on.
    await docker(node, "exec", containerOf(victim), "tail", "/dev/zero").catch(() => undefined);
    const lived = await counted("hungry", { oomKills: 1, restarts: 0, exits: {} });
    assert.equal(kernelFigures(cgroup).oomKills, 1);
    assert.equal(sumOf(lived, "container_oom_events_total", `hungry.1.${victim.ID}`), 1);
    await eat(victim);
    const page = await counted("hungry", { oomKills: 2, restarts: 1, exits: { 137: 1 } });
    await replaced("hungry", victim);
    assert.equal((await failedTasks("hungry")).length, 1);
    assert.equal(
      await docker(node, "inspect", "--format={{.State.OOMKilled}}", containerOf(victim)),
      "true\n",
    );
    assert.equal(labelsOf(page, `hungry.1.${victim.ID}`), null, "the dead container has no series");
    // The container's own counter died with it: of its successor nothing was killed.
    const successor = `hungry.1.${(await onlyTask("hungry")).ID}`;
    const later = await pageWith(agent, "the successor", (seen) => labelsOf(seen, successor) !== null);
    assert.equal(sumOf(later, "container_oom_events_total", successor), 0);
  });

  it("an update and a scale-down are no restarts", async () => {
    await start("steady");
    const first = await onlyTask("steady");
    await edit(test.docker, "steady", (spec) => ({
      ...spec,
      TaskTemplate: { ...(spec["TaskTemplate"] as object), ForceUpdate: 1 },
    }));
    await replaced("steady", first);
    await answers("steady");
    await counted("steady", { exits: { 0: 1 } });
    await edit(test.docker, "steady", (spec) => ({ ...spec, Mode: { Replicated: { Replicas: 0 } } }));
    const page = await counted("steady", { exits: { 0: 2 } });
    assert.equal(serviceValue(page, RESTARTS, "steady"), 0);
    assert.equal(serviceValue(page, OOM_KILLS, "steady"), 0);
  });

  it("a task that turns unhealthy is counted, and stays counted when Swarm has replaced it", async () => {
    const second = 1e9;
    const check = {
      Test: ["CMD-SHELL", "test ! -e /tmp/sick"],
      Interval: second,
      Timeout: 5 * second,
      Retries: 1,
    };
    await start("frail", { container: { Healthcheck: check } });
    const victim = await onlyTask("frail");
    await docker(node, "exec", containerOf(victim), "touch", "/tmp/sick");
    await counted("frail", { healthFailures: 1 });
    await replaced("frail", victim);
    await counted("frail", { healthFailures: 1, oomKills: 0 });
  });

  async function start(name: string, more: Partial<Parameters<typeof create>[1]> = {}): Promise<void> {
    await create(test.docker, {
      name,
      replicas: 1,
      memoryMb: 0,
      constraints: ["node.hostname==node2"],
      ...more,
    });
    await allRun(test.docker, name, 1);
    await answers(name);
  }

  /** Waits until the workload listens: only from then on it ends when it is asked to, and not when it is killed. */
  async function answers(service: string): Promise<void> {
    await waitFor(`${service} to answer`, async () =>
      docker(node, "exec", containerOf(await onlyTask(service)), "wget", "-q", "-O", "-", WORKLOAD),
    );
  }

  async function onlyTask(service: string): Promise<ApiTask> {
    const [task] = await runningTasks(test.docker, service);
    assert.ok(task !== undefined, `${service} has a task that runs`);
    return task;
  }

  async function replaced(service: string, old: ApiTask): Promise<void> {
    await waitFor(`another task of ${service} to run`, async () =>
      (await runningTasks(test.docker, service)).some(({ ID }) => ID !== old.ID),
    );
  }

  async function failedTasks(service: string): Promise<readonly ApiTask[]> {
    return (await tasksOf(test.docker, service)).filter(({ Status }) => Status.State === "failed");
  }

  /** Has a task take more memory than its limit allows. */
  async function eat(task: ApiTask): Promise<void> {
    const url = `${WORKLOAD}/load?memory_mb=200`;
    await waitFor("the workload to die of it", async () => {
      await docker(node, "exec", containerOf(task), "wget", "-q", "-O", "-", url).catch(() => undefined);
      return !(await runningTasks(test.docker, "hungry")).some(({ ID }) => ID === task.ID);
    });
  }

  interface Counts {
    readonly oomKills?: number;
    readonly restarts?: number;
    readonly healthFailures?: number;
    readonly exits?: Readonly<Record<string, number>>;
  }

  /** Waits for a page with these very counts. */
  function counted(service: string, wanted: Counts): Promise<readonly Series[]> {
    return waitFor(`${service} to be counted as ${JSON.stringify(wanted)}`, async () => {
      const page = await scrape(agent.url);
      const got = {
        ...(wanted.oomKills === undefined ? {} : { oomKills: serviceValue(page, OOM_KILLS, service) }),
        ...(wanted.restarts === undefined ? {} : { restarts: serviceValue(page, RESTARTS, service) }),
        ...(wanted.healthFailures === undefined
          ? {}
          : { healthFailures: serviceValue(page, HEALTH_FAILURES, service) }),
        ...(wanted.exits === undefined ? {} : { exits: exitsOf(page, service) }),
      };
      assert.deepEqual(got, wanted);
      return page;
    });
  }
});

/** A service's counter; one that was never counted up has no series yet. */
function serviceValue(page: readonly Series[], metric: string, service: string): number {
  return valueOf(page, metric, { service }) ?? 0;
}

/** How often a service's tasks ended with each exit code. */
function exitsOf(page: readonly Series[], service: string): Readonly<Record<string, number>> {
  const found = page.filter(({ name, labels }) => name === EXITS && labels["service"] === service);
  return Object.fromEntries(
    found.filter(({ value }) => value > 0).map(({ labels, value }) => [labels["code"] ?? "", value]),
  );
}

function containerOf({ Status }: ApiTask): string {
  return Status.ContainerStatus?.ContainerID ?? "";
}
