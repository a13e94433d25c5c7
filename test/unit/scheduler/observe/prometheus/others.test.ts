import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Sample } from "../../../../../scheduler/observe/prometheus/client.ts";
import { withOthers, type OtherAnswers } from "../../../../../scheduler/observe/prometheus/others.ts";
import type { UsageReading } from "../../../../../scheduler/ports.ts";
import { deepFreeze } from "../../../../support/deep-freeze.ts";

const TASK = "container_label_com_docker_swarm_task_id";

function sample(labels: Readonly<Record<string, string>>, value: number): Sample {
  return { labels, value };
}

const of = (cpuCores: number, memoryBytes: number) => ({ cpuCores, memoryBytes });

/** Two nodes; n1 runs t1, and t2 ended there within the window. */
const READING: UsageReading = {
  nodeUsage: {
    n1: { capacity: of(4, 1000), used: of(2, 500), remainder: of(1, 300) },
    n2: { capacity: of(8, 2000), used: of(0, 0), remainder: of(0, 0) },
  },
  taskUsage: { t1: of(1, 200) },
  ages: { n1: 5, n2: 5 },
  report: { source: "prometheus", ageSeconds: 5, doubts: [] },
};
const AGENTS = {
  sampledAt: [sample({ instance: "a:1", node_id: "n1" }, 1), sample({ instance: "b:1", node_id: "n2" }, 1)],
  taskCpu: [sample({ instance: "a:1", [TASK]: "t1" }, 1), sample({ instance: "a:1", [TASK]: "t2" }, 0.5)],
};
const NETWORK: OtherAnswers = {
  name: "network",
  capacity: [sample({ instance: "a:1" }, 100), sample({ instance: "b:1" }, 200)],
  used: [sample({ instance: "a:1" }, 60), sample({ instance: "b:1" }, 5)],
  task: [sample({ [TASK]: "t1" }, 20), sample({ [TASK]: "t2" }, 30)],
};

function read(...others: readonly Partial<OtherAnswers>[]): UsageReading {
  return withOthers(
    deepFreeze(READING),
    AGENTS,
    others.map((each) => ({ ...NETWORK, ...each })),
  );
}

const amounts = (network: number) => ({ others: { network } });

describe("what the policy adds to a reading", () => {
  it("leaves it as it is where that is nothing", () => {
    assert.equal(withOthers(READING, AGENTS, []), READING);
  });

  it("is on nodes, on tasks, and on what is beside the tasks, ended ones too", () => {
    const { nodeUsage, taskUsage, others } = read({});
    assert.deepEqual(others, ["network"]);
    assert.deepEqual(nodeUsage["n1"], {
      capacity: { ...of(4, 1000), ...amounts(100) },
      used: { ...of(2, 500), ...amounts(60) },
      remainder: { ...of(1, 300), ...amounts(10) },
    });
    assert.deepEqual(taskUsage, { t1: { ...of(1, 200), ...amounts(20) } });
  });

  it("is of the node that a sample itself names, whichever agent it came through", () => {
    const { nodeUsage } = read({ used: [sample({ node_id: "n1" }, 70), sample({ node_id: "n2" }, 8)] });
    assert.equal(nodeUsage["n1"]?.used.others?.["network"], 70);
    assert.equal(nodeUsage["n2"]?.used.others?.["network"], 8);
  });

  it("is none of a node without a capacity, or with one that cannot be", () => {
    for (const capacity of [[], [sample({ instance: "b:1" }, -1)]]) {
      const { nodeUsage } = read({ capacity });
      assert.equal(nodeUsage["n2"]?.capacity.others?.["network"], 0);
      assert.equal(nodeUsage["n2"].unknown, undefined);
    }
  });

  it("is not known of a node that has some and whose use was not measured, or contradicts itself", () => {
    const twice = [sample({ instance: "b:1" }, 5), sample({ instance: "b:1", device: "x" }, 6)];
    for (const used of [[], twice]) assert.deepEqual(read({ used }).nodeUsage["n2"]?.unknown, ["network"]);
  });

  it("is nothing of a task that has no sample, and never less", () => {
    const { taskUsage, nodeUsage } = read({ task: [sample({ [TASK]: "t1" }, -5)] });
    assert.deepEqual(taskUsage["t1"]?.others, { network: 0 });
    assert.equal(nodeUsage["n1"]?.remainder.others?.["network"], 60);
  });
});
