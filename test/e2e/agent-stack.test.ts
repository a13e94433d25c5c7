import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { waitFor, type LabNode } from "../../lab/lab.ts";
import { assertNear, isNear } from "./support/agent.ts";
import { removeContainers, runContainer, sendBytes } from "./support/container.ts";
import { kernelFigures } from "./support/kernel.ts";
import { openTestLab, type TestLab } from "./support/lab.ts";

const SENT = 2_000_000;
const MIB = 2 ** 20;

interface QueryAnswer {
  readonly data: { readonly result: readonly { readonly value: readonly [number, string] }[] };
}

describe("the agents of the stack file, which see the host from a container on an overlay network", () => {
  let test: TestLab;
  let node: LabNode;
  before(async () => {
    test = await openTestLab();
    node = test.nodeNamed("node3");
    await removeContainers(node);
  });
  after(() => removeContainers(node));

  /** The values of all series that Prometheus finds now. */
  async function query(expression: string): Promise<readonly number[]> {
    const form = new URLSearchParams({ query: expression });
    const response = await fetch(`${test.addresses.prometheus}/api/v1/query`, { method: "POST", body: form });
    const { data } = (await response.json()) as QueryAnswer;
    return data.result.map(({ value }) => Number(value[1]));
  }

  it("every node's agent reaches its Docker", async () => {
    await waitFor(
      "all agents to reach Docker",
      async () => {
        const ups = await query("ballast_agent_docker_up");
        if (ups.length === test.lab.nodes.length && ups.every((up) => up === 1)) return true;
        throw new Error(`${ups.join(", ")} of ${test.lab.nodes.length} nodes`);
      },
      // Earlier tests had daemons fail; one that was gone for long is asked every 30 s.
      { timeoutMs: 60_000 },
    );
  });

  it("a container's figures come to Prometheus, its network traffic too", async () => {
    const receiver = await runContainer(node, "to-stack", ["--memory=200m"]);
    const sender = await runContainer(node, "from-stack");
    await sendBytes(node, sender, receiver, SENT);
    const { receivedBytes } = kernelFigures(receiver.cgroup);
    const [received = Number.NaN] = await waitFor("the traffic", async () => {
      const found = await query('sum(container_network_receive_bytes_total{name="to-stack"})');
      return (found[0] ?? 0) >= receivedBytes && found;
    });
    assertNear(received, kernelFigures(receiver.cgroup).receivedBytes, 0.02, "bytes received");
    assert.deepEqual(await query('container_spec_memory_limit_bytes{name="to-stack"}'), [200 * MIB]);
    await waitFor("memory and CPU time as the kernel has them", async () => {
      const [memory = Number.NaN] = await query('container_memory_working_set_bytes{name="to-stack"}');
      const [cpu = Number.NaN] = await query('container_cpu_usage_seconds_total{name="to-stack"}');
      const kernel = kernelFigures(receiver.cgroup);
      if (isNear(memory, kernel.workingSetBytes, 0, MIB) && isNear(cpu, kernel.cpuSeconds, 0.1)) return true;
      throw new Error(`memory ${memory}, ${kernel.workingSetBytes}; CPU ${cpu}, ${kernel.cpuSeconds}`);
    });
  });
});
