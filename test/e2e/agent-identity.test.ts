import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { waitFor, type LabNode } from "../../lab/lab.ts";
import type { AgentProcess } from "../support/agent-process.ts";
import { valueOf } from "../support/exposition.ts";
import { labelsOf, namesAll, pageWith, recent, secondsOf, startNodeAgent } from "./support/agent.ts";
import { docker, removeContainers, runContainer, setLoad } from "./support/container.ts";
import { kernelFigures } from "./support/kernel.ts";
import { openTestLab, runningTasks, serviceNamed, type TestLab } from "./support/lab.ts";
import { startSocketProxy } from "./support/proxy.ts";
import { allRun, create, removeAll } from "./support/workload.ts";

const STACK = "com.docker.stack.namespace";

describe("whom an agent says that containers are", { concurrency: true }, () => {
  let test: TestLab;
  let node: LabNode;
  let agent: AgentProcess;
  before(async () => {
    test = await openTestLab();
    node = test.nodeNamed("node2");
    await Promise.all([removeAll(test.docker), removeContainers(node)]);
    agent = await startNodeAgent(test, "node2", ["--collector.container.labels=team"]);
  });
  after(async () => {
    await agent.stop();
    await Promise.all([removeAll(test.docker), removeContainers(node)]);
  });

  it("a task's series name its service, task, node, stack, image and the labels that were asked for", async () => {
    await create(test.docker, {
      name: "shop_front",
      replicas: 1,
      memoryMb: 0,
      constraints: ["node.hostname==node2"],
      container: { Labels: { [STACK]: "shop", team: "sales", other: "unseen" } },
    });
    await allRun(test.docker, "shop_front", 1);
    const [task] = await runningTasks(test.docker, "shop_front");
    const service = await serviceNamed(test.docker, "shop_front");
    assert.ok(task !== undefined);
    const name = `shop_front.1.${task.ID}`;
    const page = await pageWith(agent, "the task", (seen) => labelsOf(seen, name) !== null);
    assert.deepEqual(labelsOf(page, name), {
      cpu: "total",
      id: `${node.cgroup}/${task.Status.ContainerStatus?.ContainerID ?? ""}`,
      name,
      image: "ballast-lab/workload:latest",
      container_label_com_docker_swarm_node_id: task.NodeID,
      container_label_com_docker_swarm_service_id: service.ID,
      container_label_com_docker_swarm_service_name: "shop_front",
      container_label_com_docker_swarm_task_id: task.ID,
      container_label_com_docker_swarm_task_name: name,
      container_label_com_docker_stack_namespace: "shop",
      container_label_team: "sales",
    });
    const meta = { node_id: await test.nodeId("node2"), node_name: "node2" };
    assert.equal(valueOf(page, "node_meta", meta), 1);
    const recently = await waitFor("recent use", async () => {
      const { containers } = await recent(agent.url, "service=shop_front");
      return containers.length > 0 && containers;
    });
    assert.deepEqual(
      recently.map(({ service: of, task: id }) => [of, id]),
      [["shop_front", task.ID]],
    );
  });

  it("a container that turns unhealthy is told as such", async () => {
    const check = ["--health-cmd=test ! -e /tmp/sick", "--health-interval=1s", "--health-retries=1"];
    const patient = await runContainer(node, "patient", check);
    const state = (value: number) =>
      pageWith(
        agent,
        `container_health_state ${value}`,
        (page) => valueOf(page, "container_health_state", { name: "patient" }) === value,
      );
    await state(1);
    await patient.exec("touch", "/tmp/sick");
    await state(0);
  });

  it("/v1/recent shows a container live, as JSON and as a stream of seconds", async () => {
    const runner = await runContainer(node, "runner");
    await waitFor("readings", async () => {
      const [found] = (await recent(agent.url, "container=runner")).containers;
      return found !== undefined && found.rows.length >= 2;
    });
    const idle = kernelFigures(runner.cgroup).cpuSeconds;
    await setLoad(runner, "cpu=0.4");
    let counted = 0;
    const enough = () => counted > 0.5;
    for await (const { containers } of secondsOf(agent.url, "container=runner")) {
      const [row] = containers[0]?.rows ?? [];
      assert.equal(containers.length, 1);
      assert.equal(containers[0]?.name, "runner");
      // A second's cores are that second's CPU seconds.
      counted += row?.[1] ?? 0;
      if (enough()) break;
    }
    const burnt = kernelFigures(runner.cgroup).cpuSeconds - idle;
    assert.ok(burnt > 0.4, `the stream told ${counted} CPU seconds, the kernel ${burnt}`);
    const { fields, containers } = await recent(agent.url, "container=runner");
    const [of] = containers;
    assert.deepEqual(fields.slice(0, 3), ["at", "cpuCores", "memoryBytes"]);
    const memory = of?.rows.at(-1)?.[2] ?? 0;
    const { workingSetBytes } = kernelFigures(runner.cgroup);
    assert.ok(Math.abs(memory - workingSetBytes) < 4 * 2 ** 20, `${memory}, the kernel ${workingSetBytes}`);
  });

  it("a proxy that lets six kinds of reads pass is enough, and is asked nothing else", async (context) => {
    await runContainer(node, "early");
    const proxy = await startSocketProxy(node.socket);
    context.after(() => {
      proxy.close();
    });
    const careful = await startNodeAgent(test, "node2", [], proxy.host);
    context.after(() => careful.stop());
    await namesAll(careful, ["early"]);
    await runContainer(node, "late");
    await namesAll(careful, ["late"]);
    await docker(node, "rm", "--force", "late");
    const page = await pageWith(
      careful,
      "the container to be gone",
      (seen) => labelsOf(seen, "late") === null,
    );
    assert.equal(valueOf(page, "ballast_agent_docker_up"), 1);
    assert.deepEqual([...proxy.refused], []);
    assert.ok(proxy.passed.has("GET /events"));
  });
});
