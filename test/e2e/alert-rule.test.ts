import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import axios from "axios";
import { waitFor } from "../../lab/lab.ts";
import { parseExposition, valueOf } from "../support/exposition.ts";
import { removeAlerting, startAlerting } from "./support/alerting.ts";
import { API_TOKEN, operations } from "./support/api.ts";
import { docker as dockerOn, setLoad } from "./support/container.ts";
import { openTestLab, runningTasks, type TestLab } from "./support/lab.ts";
import { writeProvenJournal } from "./support/proven-journal.ts";
import { startScheduler, type Ending, type TestScheduler } from "./support/scheduler.ts";
import { parkStackScheduler, returnStackScheduler } from "./support/uninstall.ts";
import { allRun, create, crowd, removeAll } from "./support/workload.ts";

const HOOK_TOKEN = "of-alertmanager";
const HALF_AN_HOUR_MS = 1_800_000;
/**
 * Real CPU time of a node, in cores, as its agent has it. The manager carries the lab's own servers. What fires goes on
 * firing for as long as the test lasts: another firing would be another reason to act.
 */
const RULES = `
groups:
  - name: test
    rules:
      - alert: NodeHot
        expr: |
          sum by (instance) (rate(container_cpu_usage_seconds_total{job="ballast-agent",id="/",cpu="total"}[10s]))
            * on (instance) group_left (node_id, node_name) node_meta{job="ballast-agent",node_name!="node1"} > 0.35
        for: 4s
        keep_firing_for: 5m
        labels: { severity: critical, ballast: rebalance }
`;
/** One move for each firing: with the three it takes to level the node, a second would be seen. */
const ALERTS = [
  { name: "hot-node", match: { alertname: "NodeHot" }, do: "rebalance", node: "node_name", most: 1 },
];
const CROWD = ["crowd-a", "crowd-b", "crowd-c"];

describe("a rule about alerts", () => {
  let test: TestLab;
  before(async () => {
    test = await openTestLab();
    await removeAll(test.docker);
    await removeAlerting(test);
    // It would carry out the orders of the other.
    await parkStackScheduler(test);
  });
  after(async () => {
    await removeAll(test.docker);
    await removeAlerting(test);
    const orders = await test.docker.listConfigs({ filters: { label: ["ballast.order"] } });
    await Promise.all(orders.map(({ ID }) => test.docker.getConfig(ID).remove()));
    await returnStackScheduler(test);
  });

  it("moves a task off a node whose CPU burns, once for each firing", async (context) => {
    // What is to be moved is told by memory, which is exact; what fires is told by what really burns.
    await crowd(
      test.docker,
      "node2",
      CROWD.map((name) => ({ name, replicas: 1, memoryMb: 250 })),
    );
    await create(test.docker, {
      name: "burner",
      replicas: 1,
      memoryMb: 0,
      constraints: ["node.hostname==node2"],
    });
    await allRun(test.docker, "burner", 1);
    const scheduler = await start(context);
    const schedulerPort = Number(new URL(scheduler.url).port);
    const { prometheus } = await startAlerting(test, { rules: RULES, schedulerPort, token: HOOK_TOKEN });
    await scheduler.decided("the look at the start", ({ trigger }) => trigger === "start");
    assert.equal(await hooksOf(scheduler, "accepted"), 0, "no node is hot yet");

    await burn();
    await counted(
      scheduler,
      "the rule to act",
      () => actionsOf(scheduler, "done"),
      1,
      () => alertsOf(prometheus),
    );
    const ordered = await waitFor(
      "the order to be done",
      async () => {
        const [order] = await operations(scheduler);
        if (order?.state !== "done") throw new Error(JSON.stringify(order));
        return order;
      },
      { timeoutMs: 60_000, everyMs: 250 },
    );
    const { by, act, reason, moves } = ordered;
    assert.deepEqual([by, act], ["alert:hot-node", "rebalance"]);
    assert.match(reason, /^alert NodeHot since .*, rule hot-node$/);
    assert.deepEqual(
      moves.map(({ from, outcome }) => [from, outcome]),
      [["node2", "landed"]],
    );
    assert.equal((await onNode2()).length, CROWD.length - 1);

    // The node still has more than it should: only that this firing was answered keeps the rule from moving another.
    await waitFor(
      "another move to be due",
      async () => {
        const { outcome, reason, moves } = await scheduler.plan();
        if (moves[0]?.fromName === "node2") return true;
        throw new Error(`${outcome}: ${reason}`);
      },
      { timeoutMs: 60_000, everyMs: 250 },
    );
    const [repeated, nothing] = [await hooksOf(scheduler, "repeated"), await actionsOf(scheduler, "nothing")];
    const staying = await onNode2();
    await counted(scheduler, "two repetitions", () => hooksOf(scheduler, "repeated"), repeated + 2);
    await counted(scheduler, "the rule to do nothing", () => actionsOf(scheduler, "nothing"), nothing + 2);
    assert.equal(await actionsOf(scheduler, "done"), 1);
    assert.equal((await operations(scheduler)).length, 1);
    assert.deepEqual(await onNode2(), staying);
    assert.ok((await scheduler.journal()).every(({ results }) => results.length === 0));
    assert.match(scheduler.output(), /it was done for this alert before/);
  });

  /**
   * A scheduler that never looks by itself, and that has had its moves of this hour: what is moved is moved by order, which
   * that budget does not bind.
   */
  function start(context: Ending): Promise<TestScheduler> {
    const folder = mkdtempSync(join(tmpdir(), "ballast-e2e-"));
    context.after(() => {
      rmSync(folder, { recursive: true });
      return Promise.resolve();
    });
    const journal = join(folder, "journal.db");
    writeProvenJournal(journal, 2, HALF_AN_HOUR_MS);
    return startScheduler(context, test, "act", {
      BALLAST_LISTEN: "0.0.0.0:0",
      BALLAST_SCHEDULE: "1h",
      BALLAST_API_TOKEN: API_TOKEN,
      BALLAST_HOOKS_TOKEN: HOOK_TOKEN,
      BALLAST_HOOKS_ALERTS: JSON.stringify(ALERTS),
      BALLAST_JOURNAL_PATH: journal,
      BALLAST_MOVES_PER_HOUR: "1",
      BALLAST_MARKS_MEMORY_HIGH: "50%",
      BALLAST_MARKS_MEMORY_TARGET: "40%",
    });
  }

  async function burn(): Promise<void> {
    const [task] = await runningTasks(test.docker, "burner");
    const container = task?.Status.ContainerStatus?.ContainerID ?? "";
    const exec = (...command: readonly string[]) =>
      dockerOn(test.nodeNamed("node2"), "exec", container, ...command);
    await setLoad({ exec }, "cpu=0.9");
  }

  /** The tasks of the crowd that are there. */
  async function onNode2(): Promise<readonly string[]> {
    const id = await test.nodeId("node2");
    const tasks = await Promise.all(CROWD.map((name) => runningTasks(test.docker, name)));
    return tasks.flat().flatMap((task) => (task.NodeID === id ? [task.ID] : []));
  }
});

async function counted(
  scheduler: TestScheduler,
  what: string,
  count: () => Promise<number>,
  wanted: number,
  state: () => Promise<string> = () => Promise.resolve(""),
): Promise<void> {
  await waitFor(
    what,
    async () => {
      const so = await count();
      if (so >= wanted) return true;
      throw new Error(`${so}; ${await state()}; ${scheduler.output().slice(-2000)}`);
    },
    { timeoutMs: 90_000, everyMs: 250 },
  );
}

async function hooksOf(scheduler: TestScheduler, outcome: string): Promise<number> {
  const page = parseExposition(await scheduler.metrics());
  return valueOf(page, "ballast_hooks_total", { hook: "alertmanager", outcome }) ?? 0;
}

async function actionsOf(scheduler: TestScheduler, outcome: string): Promise<number> {
  const page = parseExposition(await scheduler.metrics());
  return valueOf(page, "ballast_alert_actions_total", { rule: "hot-node", outcome }) ?? 0;
}

/** What fires or is about to, in Prometheus' words. */
async function alertsOf(prometheus: string): Promise<string> {
  return JSON.stringify((await axios.get<unknown>(`${prometheus}/api/v1/alerts`)).data);
}
