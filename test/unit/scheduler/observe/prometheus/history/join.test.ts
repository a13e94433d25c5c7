import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SWARM_LABEL } from "../../../../../../common/metrics/names.ts";
import { pieceOf, type Traces } from "../../../../../../scheduler/observe/prometheus/history/join.ts";
import type { Trace } from "../../../../../../scheduler/observe/prometheus/range.ts";

const SPAN = { first: 10, last: 12, stepSeconds: 300 };
const { NaN: UNKNOWN } = Number;

function trace(labels: Trace["labels"], ...values: readonly number[]): Trace {
  return { labels, values: Float32Array.from(values) };
}

const NONE: Traces = {
  agents: [],
  taskCpu: [],
  taskMemory: [],
  serviceCpu: [],
  serviceMemory: [],
  cpuRemainder: [],
  memoryRemainder: [],
};

function plain(byId: ReadonlyMap<string, Float32Array>): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries([...byId].map(([id, values]) => [id, [...values]]));
}

function agent(instance: string, nodeId: string, ...values: readonly number[]): Trace {
  return trace({ instance, node_id: nodeId }, ...values);
}

function cpuOfNodes(agents: readonly Trace[], ...cpuRemainder: readonly Trace[]) {
  return plain(pieceOf({ ...NONE, agents, cpuRemainder }, SPAN).nodes.cpu);
}

describe("a piece of the past", () => {
  it("has tasks and services by their ids, and leaves out what has none", () => {
    const { tasks, services } = pieceOf(
      {
        ...NONE,
        taskCpu: [
          trace({ instance: "a:1", [SWARM_LABEL.taskId]: "t1" }, 1, 2, 3),
          trace({ instance: "a:1" }, 9, 9, 9),
        ],
        taskMemory: [trace({ instance: "a:1", [SWARM_LABEL.taskId]: "t1" }, 10, 20, 30)],
        serviceCpu: [trace({ [SWARM_LABEL.serviceId]: "s1" }, 4, 5, 6), trace({}, 9, 9, 9)],
        serviceMemory: [trace({ [SWARM_LABEL.serviceId]: "s1" }, 40, 50, 60)],
      },
      SPAN,
    );
    assert.deepEqual(plain(tasks.cpu), { t1: [1, 2, 3] });
    assert.deepEqual(plain(tasks.memory), { t1: [10, 20, 30] });
    assert.deepEqual(plain(services.cpu), { s1: [4, 5, 6] });
    assert.deepEqual(plain(services.memory), { s1: [40, 50, 60] });
  });

  it("counts the higher where two agents tell of one task", () => {
    const of = (instance: string, ...values: readonly number[]) =>
      trace({ instance, [SWARM_LABEL.taskId]: "t1" }, ...values);
    const { tasks } = pieceOf({ ...NONE, taskCpu: [of("a:1", 1, 5, UNKNOWN), of("b:1", 2, 3, 4)] }, SPAN);
    assert.deepEqual(plain(tasks.cpu), { t1: [2, 5, 4] });
  });

  it("has what nodes used beside their tasks, by the agent that was there", () => {
    assert.deepEqual(cpuOfNodes([agent("a:1", "n1", 1, 1, 1)], trace({ instance: "a:1" }, 1, 2, 3)), {
      n1: [1, 2, 3],
    });
  });

  it("follows an address from node to node, and a node from address to address", () => {
    const agents = [
      agent("a:1", "n1", 1, UNKNOWN, UNKNOWN),
      agent("a:1", "n2", UNKNOWN, UNKNOWN, 1),
      agent("b:1", "n1", UNKNOWN, 1, 1),
    ];
    assert.deepEqual(
      cpuOfNodes(agents, trace({ instance: "a:1" }, 1, 2, 3), trace({ instance: "b:1" }, 4, 5, 6)),
      {
        n1: [1, 5, 6],
        n2: [UNKNOWN, UNKNOWN, 3],
      },
    );
  });

  it("knows nothing while two nodes claim one address, or none does", () => {
    const agents = [agent("a:1", "n1", 1, 1, UNKNOWN), agent("a:1", "n2", UNKNOWN, 1, UNKNOWN)];
    assert.deepEqual(
      cpuOfNodes(agents, trace({ instance: "a:1" }, 1, 2, 3), trace({ instance: "c:1" }, 1, 1, 1)),
      {
        n1: [1, UNKNOWN, UNKNOWN],
      },
    );
    assert.deepEqual(cpuOfNodes([agent("a:1", "", 1, 1, 1)], trace({ instance: "a:1" }, 1, 2, 3)), {});
  });
});
