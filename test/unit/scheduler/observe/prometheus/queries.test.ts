import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expectedSteps, queriesFor } from "../../../../../scheduler/observe/prometheus/queries.ts";

const TASK = "container_label_com_docker_swarm_task_id";

describe("queriesFor", () => {
  it("reads as a person would type it", () => {
    assert.deepEqual(queriesFor(300, 60), {
      sampledAt: "timestamp(node_meta)",
      freshSteps: "count_over_time(((time() - timestamp(node_meta)) < 60)[300s:15s])",
      cpuCapacity: "machine_cpu_cores",
      memoryCapacity: "machine_memory_bytes",
      cpuUsed: 'sum by (instance) (rate(node_cpu_seconds_total{mode!~"idle|iowait"}[300s]))',
      memoryAvailable: "min_over_time(node_memory_MemAvailable_bytes[300s])",
      cpuRemainder:
        'clamp_min(sum by (instance) (rate(node_cpu_seconds_total{mode!~"idle|iowait"}[300s])) - ' +
        `(sum by (instance) (rate(container_cpu_usage_seconds_total{${TASK}!=""}[300s])) or ` +
        "max by (instance) (machine_cpu_cores) * 0), 0)",
      memoryRemainder:
        "clamp_min(max by (instance) (avg_over_time(machine_memory_bytes[300s])) - " +
        "max by (instance) (avg_over_time(node_memory_MemAvailable_bytes[300s])) - " +
        `(sum by (instance) (sum_over_time(container_memory_working_set_bytes{${TASK}!=""}[300s])) / ` +
        "max by (instance) (count_over_time(node_memory_MemAvailable_bytes[300s])) or " +
        "max by (instance) (machine_memory_bytes) * 0), 0)",
      taskCpu: `sum by (instance, ${TASK}) (rate(container_cpu_usage_seconds_total{${TASK}!=""}[300s]))`,
      taskMemory: `max by (instance, ${TASK}) (max_over_time(container_memory_working_set_bytes{${TASK}!=""}[300s]))`,
    });
  });

  it("rounds to whole seconds, the window up and the step down, and never to none", () => {
    assert.match(queriesFor(90.5, 0.5).freshSteps, /< 0\.5\)\[91s:4s\]\)$/);
    assert.match(queriesFor(5, 60).freshSteps, /\[5s:1s\]/);
    assert.match(queriesFor(0.2, 60).cpuUsed, /\[1s\]/);
  });
});

describe("expectedSteps", () => {
  it("is how many steps fit into the window", () => {
    assert.deepEqual([300, 600, 90.5, 5].map(expectedSteps), [20, 20, 22, 5]);
  });
});
