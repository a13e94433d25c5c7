import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Sample } from "../../../../../scheduler/observe/prometheus/client.ts";
import { usageFrom, type Answers } from "../../../../../scheduler/observe/prometheus/usage.ts";
import { deepFreeze } from "../../../../support/deep-freeze.ts";
import { NOW } from "../../../../support/swarm-builder.ts";

const WINDOW_SECONDS = 300;
const AT = NOW / 1000;

function sample(instance: string, value: number, labels: Readonly<Record<string, string>> = {}): Sample {
  return { labels: { instance, ...labels }, value };
}

function ofTask(instance: string, taskId: string, value: number): Sample {
  return sample(instance, value, { container_label_com_docker_swarm_task_id: taskId });
}

/** Two nodes whose agents answer for all of the window; n1 runs t1 and t2. */
const WHOLE: Answers = {
  sampledAt: [sample("a:1", AT - 5, { node_id: "n1" }), sample("b:1", AT - 12, { node_id: "n2" })],
  freshSteps: [sample("a:1", 20), sample("b:1", 20)],
  cpuCapacity: [sample("a:1", 4), sample("b:1", 8)],
  memoryCapacity: [sample("a:1", 1000), sample("b:1", 2000)],
  cpuUsed: [sample("a:1", 1.5), sample("b:1", 0)],
  memoryAvailable: [sample("a:1", 400), sample("b:1", 2100)],
  cpuRemainder: [sample("a:1", 0.9), sample("b:1", 0)],
  memoryRemainder: [sample("a:1", 430), sample("b:1", 0)],
  taskCpu: [ofTask("a:1", "t1", 0.5), ofTask("a:1", "t2", 0)],
  taskMemory: [ofTask("a:1", "t1", 100), ofTask("a:1", "t2", 50)],
};

function usage(over: Partial<Answers> = {}) {
  return usageFrom(deepFreeze({ ...WHOLE, ...over }), WINDOW_SECONDS, NOW);
}

const N1 = {
  capacity: { cpuCores: 4, memoryBytes: 1000 },
  used: { cpuCores: 1.5, memoryBytes: 600 },
  remainder: { cpuCores: 0.9, memoryBytes: 430 },
};

describe("usageFrom", () => {
  it("puts nodes and tasks together", () => {
    assert.deepEqual(usage(), {
      nodeUsage: {
        n1: N1,
        // More available than there is: nothing used, and never less.
        n2: {
          capacity: { cpuCores: 8, memoryBytes: 2000 },
          used: { cpuCores: 0, memoryBytes: 0 },
          remainder: { cpuCores: 0, memoryBytes: 0 },
        },
      },
      taskUsage: { t1: { cpuCores: 0.5, memoryBytes: 100 }, t2: { cpuCores: 0, memoryBytes: 50 } },
      ages: { n1: 5, n2: 12 },
      report: { source: "prometheus", ageSeconds: 12, doubts: [] },
    });
  });

  it("has nothing and no age when no agent is scraped", () => {
    const { nodeUsage, taskUsage, ages, report } = usage({ sampledAt: [] });
    assert.deepEqual([nodeUsage, taskUsage, ages, report.ageSeconds], [{}, {}, {}, null]);
  });

  it("leaves a node and its tasks out whose window is covered for less than nine tenths", () => {
    const covered = (steps: readonly Sample[]) => usage({ freshSteps: [...steps, sample("b:1", 20)] });
    const gap = covered([sample("a:1", 17)]);
    assert.deepEqual([Object.keys(gap.nodeUsage), gap.taskUsage], [["n2"], {}]);
    assert.deepEqual(gap.ages, { n1: 5, n2: 12 });
    assert.deepEqual(Object.keys(covered([]).nodeUsage), ["n2"]);
    assert.deepEqual(covered([sample("a:1", 18)]).nodeUsage["n1"], N1);
  });

  it("counts the newest of two agents of one node, in whatever order they come", () => {
    const old = sample("old:1", AT - 40, { node_id: "n1" });
    const over = {
      freshSteps: [...WHOLE.freshSteps, sample("old:1", 20)],
      cpuCapacity: [...WHOLE.cpuCapacity, sample("old:1", 99)],
      taskCpu: [...WHOLE.taskCpu, ofTask("old:1", "t1", 77), ofTask("old:1", "t9", 1)],
      taskMemory: [...WHOLE.taskMemory, ofTask("old:1", "t1", 777), ofTask("old:1", "t9", 1)],
    };
    for (const sampledAt of [
      [old, ...WHOLE.sampledAt],
      [...WHOLE.sampledAt, old],
    ]) {
      const { nodeUsage, taskUsage, ages } = usage({ ...over, sampledAt });
      assert.deepEqual(nodeUsage["n1"], N1);
      assert.deepEqual(Object.keys(taskUsage), ["t1", "t2"]);
      assert.equal(ages["n1"], 5);
    }
  });

  for (const lacking of [
    "cpuCapacity",
    "memoryCapacity",
    "cpuUsed",
    "memoryAvailable",
    "cpuRemainder",
    "memoryRemainder",
  ] as const) {
    it(`leaves a node out without ${lacking}, never taking it for zero`, () => {
      const { nodeUsage, taskUsage, ages } = usage({ [lacking]: [sample("b:1", 1)] });
      assert.deepEqual(Object.keys(nodeUsage), ["n2"]);
      // What its tasks use is known all the same.
      assert.deepEqual(Object.keys(taskUsage), ["t1", "t2"]);
      assert.equal(ages["n1"], 5);
    });
  }

  it("leaves a task out of which only one resource is known", () => {
    assert.deepEqual(Object.keys(usage({ taskMemory: [ofTask("a:1", "t1", 1)] }).taskUsage), ["t1"]);
    assert.deepEqual(Object.keys(usage({ taskCpu: [ofTask("a:1", "t2", 1)] }).taskUsage), ["t2"]);
  });

  it("does not join a task's CPU on one agent with its memory on another", () => {
    const { taskUsage } = usage({ taskMemory: [ofTask("b:1", "t1", 1), ofTask("a:1", "t2", 2)] });
    assert.deepEqual(taskUsage, { t2: { cpuCores: 0, memoryBytes: 2 } });
  });

  it("leaves an agent out that is on no node of a swarm", () => {
    const sampledAt = [...WHOLE.sampledAt, sample("c:1", AT), sample("d:1", AT, { node_id: "" })];
    assert.deepEqual(Object.keys(usage({ sampledAt }).ages), ["n1", "n2"]);
  });
});
