import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { fault, waitFor } from "../../lab/lab.ts";
import { parseExposition, scrape, valueOf, type Series } from "../support/exposition.ts";
import { makeCgroup } from "../support/real-cgroup.ts";
import {
  assertBetween,
  bracketed,
  labelsOf,
  namesAll,
  pageWith,
  startNodeAgent,
  steadyScrape,
} from "./support/agent.ts";
import { docker, removeContainers, runContainer } from "./support/container.ts";
import { kernelFigures, processesOf } from "./support/kernel.ts";
import { openTestLab, runningTasks, type TestLab } from "./support/lab.ts";
import { allRun, create, removeAll } from "./support/workload.ts";

const CPU = "container_cpu_usage_seconds_total";
const UP = "ballast_agent_docker_up";
const GAPS = "ballast_agent_docker_event_gaps_total";
// No container of Docker's, so that nobody but a daemon that answers could tell.
const STRANGER = "5e".repeat(32);

// One node after the other: a daemon that thaws while another returns from the dead can gossip that one's former self
// back to life, and the returned node then takes itself off every overlay network for good (docs/swarm.md).
describe("an agent whose Docker fails it", () => {
  let test: TestLab;
  before(async () => {
    test = await openTestLab();
    await removeAll(test.docker);
    for (const name of ["node2", "node3"]) await removeContainers(test.nodeNamed(name));
  });
  after(async () => {
    for (const name of ["node2", "node3"]) await fault(test.lab, "heal", name);
    await removeAll(test.docker);
    for (const name of ["node2", "node3"]) await removeContainers(test.nodeNamed(name));
  });

  it("goes on while the daemon is dead, and learns afterwards who died meanwhile", async (context) => {
    const node = test.nodeNamed("node2");
    const agent = await startNodeAgent(test, "node2");
    context.after(() => agent.stop());
    const witness = await runContainer(node, "witness", ["--restart=always", "--env=LOAD_CPU=0.05"]);
    await create(test.docker, {
      name: "doomed",
      replicas: 1,
      memoryMb: 0,
      constraints: ["node.hostname==node2"],
    });
    await allRun(test.docker, "doomed", 1);
    const [task] = await runningTasks(test.docker, "doomed");
    const container = task?.Status.ContainerStatus?.ContainerID;
    assert.ok(task !== undefined && container !== undefined);
    const name = `doomed.1.${task.ID}`;
    await namesAll(agent, ["witness", name]);
    const healthy = await scrape(agent.url);
    assert.equal(valueOf(healthy, UP), 1);

    await fault(test.lab, "kill", "node2");
    await pageWith(agent, "docker_up 0", (page) => valueOf(page, UP) === 0);
    const { before: earlier, page, after: later } = await bracketed(agent, witness.cgroup);
    assert.deepEqual(labelsOf(page, "witness"), labelsOf(healthy, "witness"));
    assertBetween(valueOf(page, CPU, { name: "witness" }) ?? NaN, earlier.cpuSeconds, later.cpuSeconds, CPU);
    assert.ok(time(page) > time(healthy), "the node's own figures go on");
    assert.ok(idle(page) > idle(healthy), "the node's own counters go on");
    const cgroup = `${node.cgroup}/${container}`;
    assert.equal(labelsOf(page, name)?.["id"], cgroup);
    for (const pid of processesOf(cgroup)) process.kill(pid, "SIGKILL");
    await waitFor("the task to die", () => processesOf(cgroup).length === 0);

    await fault(test.lab, "heal", "node2");
    // An engine that could not be there calls it 255.
    const code = (await docker(node, "inspect", "--format={{.State.ExitCode}}", container)).trim();
    assert.match(code, /^(137|255)$/);
    const back = await pageWith(
      agent,
      `the death to be counted as ${code}`,
      (seen) =>
        valueOf(seen, UP) === 1 &&
        valueOf(seen, "ballast_service_exits_total", { service: "doomed", code }) === 1,
    );
    assert.equal(valueOf(back, GAPS), (valueOf(healthy, GAPS) ?? 0) + 1);
    await namesAll(agent, ["witness"]);
  });

  it("answers in time while the daemon hangs, with everybody's name", async (context) => {
    const node = test.nodeNamed("node3");
    const agent = await startNodeAgent(test, "node3");
    context.after(() => agent.stop());
    const steady = await runContainer(node, "steady");
    await namesAll(agent, ["steady"]);

    const noticed = fault(test.lab, "hang", "node3");
    const stranger = makeCgroup(`${node.cgroup}/${STRANGER}`);
    context.after(() => {
      stranger.remove();
    });
    const before = kernelFigures(steady.cgroup).cpuSeconds;
    let page: readonly Series[];
    do {
      page = parseExposition(await steadyScrape(agent.url));
      assert.ok(labelsOf(page, "steady") !== null, "it keeps its name in every scrape");
    } while (valueOf(page, UP) !== 0);
    assert.ok((valueOf(page, CPU, { name: "steady" }) ?? 0) >= before);
    assert.equal(
      typeof valueOf(page, CPU, { id: stranger.path }),
      "number",
      "the unknown one is shown by its id",
    );
    await noticed;

    await fault(test.lab, "heal", "node3");
    await pageWith(agent, "docker_up 1", (seen) => valueOf(seen, UP) === 1);
  });
});

function time(page: readonly Series[]): number {
  return valueOf(page, "node_time_seconds") ?? Number.NaN;
}

function idle(page: readonly Series[]): number {
  return valueOf(page, "node_cpu_seconds_total", { mode: "idle" }) ?? Number.NaN;
}
