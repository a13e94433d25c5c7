import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { historyQueries } from "../../../../../../scheduler/observe/prometheus/history/queries.ts";
import { queriesFor } from "../../../../../../scheduler/observe/prometheus/queries.ts";

const TASK = "container_label_com_docker_swarm_task_id";
const SERVICE = "container_label_com_docker_swarm_service_id";

describe("historyQueries", () => {
  it("look back over one step, as a person would type them", () => {
    const { agents, serviceCpu, serviceMemory } = historyQueries(300);
    assert.equal(agents, "max by (instance, node_id) (last_over_time(node_meta[300s]))");
    assert.equal(
      serviceCpu,
      `avg by (${SERVICE}) (sum by (instance, ${TASK}, ${SERVICE}) (rate(container_cpu_usage_seconds_total{${TASK}!=""}[300s])))`,
    );
    assert.equal(
      serviceMemory,
      `avg by (${SERVICE}) (max by (instance, ${TASK}, ${SERVICE}) (max_over_time(container_memory_working_set_bytes{${TASK}!=""}[300s])))`,
    );
  });

  it("measure tasks and remainders as the look at the present does over such a window", () => {
    const { taskCpu, taskMemory, cpuRemainder, memoryRemainder } = historyQueries(300);
    const now = queriesFor(300, 60);
    assert.deepEqual(
      [taskCpu, taskMemory, cpuRemainder, memoryRemainder],
      [now.taskCpu, now.taskMemory, now.cpuRemainder, now.memoryRemainder],
    );
  });
});
