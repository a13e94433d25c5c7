import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { waitFor } from "../../lab/lab.ts";
import { ballast } from "./support/ballast.ts";
import { openTestLab, runningTasks, type TestLab } from "./support/lab.ts";
import { startScheduler } from "./support/scheduler.ts";
import { crowd, removeAll } from "./support/workload.ts";

const NAMES = ["slot-a", "slot-b", "slot-c"];
const OF_TASKS = `container_start_time_seconds{container_label_com_docker_swarm_service_name=~"slot-.*"}`;
/** Each task takes 30 of the 100 that a node has, except for node1, which has none. */
const FILE = `
resources:
  slots:
    capacity: max by (instance) (node_meta{node_name!="node1"}) * 0 + 100
    used: 30 * count by (instance) (${OF_TASKS}) or max by (instance) (node_meta) * 0
    task: 30 * max by (instance, container_label_com_docker_swarm_task_id) (${OF_TASKS}) / max by (instance, container_label_com_docker_swarm_task_id) (${OF_TASKS})
    high: 80%
    target: 70%
`;

describe("a resource that the policy adds by PromQL", () => {
  let test: TestLab;
  before(async () => {
    test = await openTestLab();
    await removeAll(test.docker);
  });
  after(() => removeAll(test.docker));

  it("has a node that is too full of it relieved, and none filled that has none of it", async (context) => {
    const { docker } = test;
    const folder = mkdtempSync(join(tmpdir(), "ballast-e2e-"));
    context.after(() => {
      rmSync(folder, { recursive: true });
    });
    const file = join(folder, "ballast.yml");
    writeFileSync(file, FILE);
    await crowd(
      docker,
      "node2",
      NAMES.map((name) => ({ name, replicas: 1, memoryMb: 1 })),
    );
    const scheduler = await startScheduler(context, test, "act", { BALLAST_CONFIG: file });

    const planned = await scheduler.decided("a plan", ({ decision }) => decision.outcome === "plan");
    const node2 = planned.decision.nodes.find(({ hostname }) => hostname === "node2");
    assert.deepEqual(node2?.load?.["slots"], { used: 90, capacity: 100, ratio: 0.9, peak: 0.9 });
    assert.equal(node2.loadAfter?.["slots"]?.ratio, 0.6);
    assert.match(planned.decision.moves[0]?.reason ?? "", /node2 stands at 90 % slots/);

    const level = await scheduler.decided(
      "level after a move",
      ({ decision }) =>
        decision.outcome === "level" && decision.nodes.every(({ notes }) => notes.length === 0),
    );
    const loads = level.decision.nodes.map(({ hostname, load }) => [hostname, load?.["slots"]?.used]);
    assert.deepEqual(
      loads.filter(([, used]) => used === 60),
      [["node2", 60]],
    );
    const places = (await Promise.all(NAMES.map((name) => runningTasks(docker, name)))).flat();
    const node1 = await test.nodeId("node1");
    assert.equal(places.filter(({ NodeID }) => NodeID === node1).length, 0);
    const { code, out, err } = await ballast(scheduler.url, "", "explain", "node", "node2");
    assert.equal(code, 0, err);
    assert.match(out, /not planned: slot-\w \(\w+\) to node\d\n/);
    // A round in between may not trust its inputs, and then shows no load.
    await waitFor("the load as a metric", async () =>
      (await scheduler.metrics()).includes('ballast_node_load_ratio{node="node2",resource="slots"} 0.6\n'),
    );
  });
});
