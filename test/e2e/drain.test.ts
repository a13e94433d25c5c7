import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { waitFor } from "../../lab/lab.ts";
import { ballast, type Ran } from "./support/ballast.ts";
import { eventsSince, type ContainerEvent } from "./support/container-events.ts";
import { specsOf, withoutVersions } from "./support/evidence.ts";
import { nodesOf, openTestLab, type TestLab } from "./support/lab.ts";
import { startScheduler, type Ending, type TestScheduler } from "./support/scheduler.ts";
import { allRun, create, crowd, removeAll } from "./support/workload.ts";

const TOKEN = "of-the-tests";
const HEALTH_CHECK = {
  Healthcheck: {
    Test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/"],
    Interval: 1e9,
    Timeout: 5e9,
    Retries: 5,
  },
};
const ALL_TASKS = /^node2: (solo|pair|trio)\.\d moves to node[134]$/gm;

describe("orders", () => {
  let test: TestLab;
  before(async () => {
    test = await openTestLab();
    await removeAll(test.docker);
  });
  after(async () => {
    await removeAll(test.docker);
    const configs = await test.docker.listConfigs({ filters: { label: ["ballast.order"] } });
    await Promise.all(configs.map(({ ID }) => test.docker.getConfig(ID).remove()));
  });

  it("drain a node without a gap, restore it, and leave no trace", async (context) => {
    const workloads = { solo: 1, pair: 2, trio: 3 };
    await crowd(
      test.docker,
      "node2",
      Object.entries(workloads).map(([name, replicas]) => ({
        name,
        replicas,
        memoryMb: 20,
        container: HEALTH_CHECK,
      })),
    );
    const specs = await specsOf(test.docker);
    const startedMs = Date.now();
    // By an order even a scheduler that only watches moves tasks.
    const scheduler = await start(context, "observe");
    const drained = await order(scheduler, "drain", "node2", "--yes", "--reason", "new kernel");
    assert.equal(drained.code, 0, drained.err);
    assert.equal(drained.out, "node2 is drained\n");
    assert.equal(drained.err.match(ALL_TASKS)?.length, 6, drained.err);
    assert.equal(await availabilityOf("node2"), "drain");
    const events = await eventsSince(test.lab, startedMs);
    for (const [name, replicas] of Object.entries(workloads)) {
      await allRun(test.docker, name, replicas);
      assertNeverShort(events, name, replicas);
    }
    assert.equal((await order(scheduler, "orders")).out, "no orders\n");

    assert.equal((await order(scheduler, "restore", "node2")).code, 0);
    assert.equal(await availabilityOf("node2"), "active");
    assert.deepEqual(withoutVersions(await specsOf(test.docker)), withoutVersions(specs));
    await removeAll(test.docker);
  });

  it("drain only by force what would be cut, after saying what that is", async (context) => {
    const constraints = ["node.hostname==node3"];
    await create(test.docker, { name: "pinned", replicas: 1, memoryMb: 20, constraints });
    await allRun(test.docker, "pinned", 1);
    const scheduler = await start(context, "observe");
    const refused = await order(scheduler, "drain", "node3", "--yes");
    assert.equal(refused.code, 1);
    assert.match(refused.err, /^node3: would be cut and stay pending: pinned \(constraints: /m);
    assert.match(refused.err, /nothing was ordered/);
    const unasked = await order(scheduler, "drain", "node3", "--force");
    assert.match(unasked.err, /nobody to ask/);
    assert.equal(await availabilityOf("node3"), "active");
    assert.equal((await order(scheduler, "orders")).out, "no orders\n");

    const forced = await order(scheduler, "drain", "node3", "--force", "--yes");
    assert.equal(forced.code, 0, forced.err);
    assert.equal(await availabilityOf("node3"), "drain");
    await order(scheduler, "restore", "node3");
    await allRun(test.docker, "pinned", 1);
    await removeAll(test.docker);
  });

  it("are carried on by the next scheduler when the first was killed", async (context) => {
    await crowd(test.docker, "node2", [
      { name: "left", replicas: 1, memoryMb: 20, container: HEALTH_CHECK },
      { name: "right", replicas: 1, memoryMb: 20, container: HEALTH_CHECK },
    ]);
    const first = await start(context, "observe", { BALLAST_MOVES_PER_ROUND: "1" });
    assert.equal((await order(first, "drain", "node2", "--yes", "--no-wait")).code, 0);
    await waitFor("the first move to be begun", () => first.output().includes('"step":"steer"'), {
      timeoutMs: 60_000,
    });
    await first.end("SIGKILL");
    // A move begun by a scheduler that only watches is left to its deadline by one of its kind, and ended at once by one that acts.
    await start(context, "act");
    await waitFor("node2 to be drained", async () => (await availabilityOf("node2")) === "drain", {
      timeoutMs: 120_000,
    });
    const next = await start(context, "observe");
    await order(next, "restore", "node2");
    await removeAll(test.docker);
  });

  it("pause everything, whichever scheduler comes, until it is resumed", async (context) => {
    await crowd(test.docker, "node2", [
      { name: "paused-a", replicas: 1, memoryMb: 330 },
      { name: "paused-b", replicas: 1, memoryMb: 330 },
    ]);
    const first = await start(context, "act", { BALLAST_SCHEDULE: "1h" });
    assert.equal((await order(first, "pause", "--reason", "sale")).out, "everything is paused\n");
    await first.end("SIGTERM");
    const second = await start(context, "act");
    const entry = await second.decided("a plan that is withheld", ({ withheld }) => withheld !== null);
    assert.match(entry.withheld ?? "", /^paused since .*: sale$/);
    const atRest = await specsOf(test.docker);
    await second.rounds(3);
    assert.deepEqual(await specsOf(test.docker), atRest);
    assert.equal((await order(second, "resume")).out, "everything may move again\n");
    await second.decided("a landed move", ({ results }) =>
      results.some(({ outcome }) => outcome === "landed"),
    );
    await removeAll(test.docker);
  });

  function start(context: Ending, mode: string, env: NodeJS.ProcessEnv = {}): Promise<TestScheduler> {
    return startScheduler(context, test, mode, { BALLAST_API_TOKEN: TOKEN, ...env });
  }

  async function availabilityOf(hostname: string): Promise<string | undefined> {
    const nodes = await nodesOf(test.docker);
    return nodes.find(({ Description }) => Description.Hostname === hostname)?.Spec.Availability;
  }
});

function order({ url }: TestScheduler, ...words: readonly string[]): Promise<Ran> {
  return ballast(url, TOKEN, ...words);
}

/** By the daemons' own events the service never had fewer containers than replicas. */
function assertNeverShort(events: readonly ContainerEvent[], service: string, replicas: number): void {
  let running = replicas;
  for (const { action, ...event } of events.filter((each) => each.service === service)) {
    if (action === "start") running += 1;
    if (action === "die") running -= 1;
    assert.ok(
      running >= replicas,
      `${service}: ${running} of ${replicas} ran at ${new Date(event.atMs).toISOString()}`,
    );
  }
  assert.equal(running, replicas, service);
}
