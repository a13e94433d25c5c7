import assert from "node:assert/strict";
import { after, before, describe, it, type TestContext } from "node:test";
import { waitFor } from "../../lab/lab.ts";
import { createOrderBook } from "../../scheduler/act/order-book.ts";
import { eventsSince } from "./support/container-events.ts";
import { specsOf, withoutVersions } from "./support/evidence.ts";
import { openTestLab, serviceNamed, type TestLab } from "./support/lab.ts";
import { startScheduler } from "./support/scheduler.ts";
import {
  labelStackScheduler,
  parkStackScheduler,
  returnStackScheduler,
  STACK_SCHEDULER,
  startUninstall,
  uninstall,
} from "./support/uninstall.ts";
import { allRun, create, crowd, removeAll } from "./support/workload.ts";

const STEER_LABEL = "ballast.steer";
// A task counts as running once it is healthy: a start of some seconds keeps a move under way for as long.
const SLOW_START = {
  Healthcheck: { Test: ["CMD", "true"], Interval: 4e9, Timeout: 5e9, Retries: 3 },
};
const GIVEN = { reason: "sale", at: new Date().toISOString() };

describe("ballast uninstall", () => {
  let test: TestLab;
  before(async () => {
    test = await openTestLab();
    await removeAll(test.docker);
    await labelStackScheduler(test);
  });
  after(async () => {
    await removeAll(test.docker);
    for (const { ID } of await ordersOf(test)) await test.docker.getConfig(ID).remove();
    await returnStackScheduler(test);
  });

  it("changes nothing while the scheduler runs, and says what to do first", async () => {
    const orders = createOrderBook(test.docker);
    await orders.give({ kind: "pause", service: null, until: null, ...GIVEN });
    const refused = await uninstall(test, "--yes");
    assert.equal(refused.code, 1);
    assert.equal(
      refused.err,
      `ballast: the scheduler still runs as service ${STACK_SCHEDULER}: first \`docker stack rm ballast\`; nothing was changed\n`,
    );
    assert.equal(refused.out, "");
    assert.equal((await ordersOf(test)).length, 1);
    await parkStackScheduler(test);
  });

  it("refuses while a removed scheduler is still stopping", async () => {
    await create(test.docker, {
      name: "slow-to-stop",
      replicas: 1,
      memoryMb: 20,
      // Deaf to SIGTERM for as long as its grace period.
      container: { Command: ["sh", "-c", "trap '' TERM; while :; do sleep 1; done"], StopGracePeriod: 20e9 },
      spec: { Labels: { "ballast.test": "1", "ballast.part": "scheduler" } },
    });
    await allRun(test.docker, "slow-to-stop", 1);
    await test.docker.getService("slow-to-stop").remove();
    const refused = await uninstall(test, "--yes");
    assert.equal(refused.code, 1, refused.out);
    assert.match(refused.err, /a scheduler that was removed is still stopping: run this again/);
    assert.equal((await ordersOf(test)).length, 1);
    await waitFor("it to have stopped", async () => (await uninstall(test, "--yes")).code === 0, {
      timeoutMs: 60_000,
      everyMs: 1000,
    });
    assert.deepEqual(await ordersOf(test), []);
  });

  it("ends what a killed scheduler left, takes out all orders, and leaves the owner's specs", async (context) => {
    const { name, owners, startedMs } = await abandonedMove(context, "left");
    const orders = createOrderBook(test.docker);
    await orders.give({ kind: "pause", service: null, until: null, ...GIVEN });
    await orders.give({ kind: "drain", node: await test.nodeId("node3"), force: false, ...GIVEN });
    await test.docker.createConfig({
      Name: "ballast.unknown",
      Labels: { "ballast.order": "unknown" },
      Data: Buffer.from("written by a later version").toString("base64"),
    });

    const unasked = await uninstall(test);
    assert.equal(unasked.code, 1);
    assert.match(unasked.err, /nothing was changed: nobody to ask; answer beforehand with --yes/);
    assert.equal((await ordersOf(test)).length, 3);

    const left = await uninstall(test, "--yes");
    assert.equal(left.code, 0, left.err);
    assert.match(left.out, new RegExp(`^${name}: the move that was left (landed|was undone): `, "m"));
    assert.match(left.out, /^ballast\.pause: pause of everything since .*: sale: taken out$/m);
    assert.match(left.out, /^ballast\.drain\.\w+: drain of node3 since .*: sale: taken out$/m);
    assert.match(left.out, /^ballast\.unknown: unknown of everything: taken out$/m);
    assert.match(left.out, /^node3: its availability is left as it is, active$/m);
    assert.match(left.out, /\nnothing of Ballast's is left in this swarm\n$/);
    assert.deepEqual(await ordersOf(test), []);
    assert.deepEqual(withoutVersions(await specsOf(test.docker)), owners);
    await assertOnlyMoved(name, startedMs);

    const again = await uninstall(test, "--json");
    assert.equal(again.code, 0, again.err);
    const said = JSON.parse(again.out) as Readonly<Record<string, unknown>>;
    assert.deepEqual([said["clean"], said["takenOut"]], [true, { moves: [], orders: [] }]);
    assert.deepEqual(said["rollbacks"], [name]);
    await removeAll(test.docker);
  });

  it("can be interrupted, and a second run takes out the rest", async (context) => {
    const { name, owners } = await abandonedMove(context, "again");
    const first = startUninstall(test, "--yes");
    await first.said(/a move from node2 to node\d was left/);
    first.interrupt();
    const interrupted = await first.ran;
    assert.equal(interrupted.code, 130, interrupted.out);
    assert.match(
      interrupted.err,
      /interrupted; what was not taken out yet is by another `ballast uninstall`/,
    );
    assert.notEqual((await serviceNamed(test.docker, name)).Spec.Labels?.[STEER_LABEL], undefined);

    const second = await uninstall(test, "--yes", "--json");
    assert.equal(second.code, 0, second.err);
    assert.equal((JSON.parse(second.out) as { readonly clean: boolean }).clean, true);
    assert.deepEqual(withoutVersions(await specsOf(test.docker)), owners);
    await removeAll(test.docker);
  });

  it("tells what to do by hand about a record that it cannot read, and touches nothing of it", async () => {
    const there = `node.id==${await test.nodeId("node1")}`;
    await create(test.docker, {
      name: "torn",
      replicas: 1,
      memoryMb: 20,
      constraints: [there],
      spec: { Labels: { "ballast.test": "1", [STEER_LABEL]: "{" } },
    });
    await allRun(test.docker, "torn", 1);
    const torn = await specsOf(test.docker);
    const refused = await uninstall(test, "--yes");
    assert.equal(refused.code, 1);
    assert.match(refused.err, /something is left to be taken out by hand, see above/);
    assert.ok(
      refused.out.includes(
        `docker service update --constraint-rm '${there}' --label-rm ballast.steer torn\n`,
      ),
      refused.out,
    );
    assert.deepEqual(await specsOf(test.docker), torn);
    await removeAll(test.docker);
  });

  /** A service whose move was begun by a scheduler that was then killed. */
  async function abandonedMove(context: TestContext, prefix: string) {
    const names = [`${prefix}-a`, `${prefix}-b`];
    await crowd(
      test.docker,
      "node2",
      names.map((name) => ({ name, replicas: 1, memoryMb: 330, container: SLOW_START })),
    );
    const owners = withoutVersions(await specsOf(test.docker));
    const startedMs = Date.now();
    const scheduler = await startScheduler(context, test, "act", { BALLAST_MOVES_PER_ROUND: "1" });
    const name = await waitFor("a steered service", () => steered(names), { timeoutMs: 120_000 });
    await scheduler.end("SIGKILL");
    return { name, owners, startedMs };
  }

  async function steered(names: readonly string[]): Promise<string | undefined> {
    for (const name of names) {
      if ((await serviceNamed(test.docker, name)).Spec.Labels?.[STEER_LABEL] !== undefined) return name;
    }
    return undefined;
  }

  /** By the daemons' own events no container began or ended but of that service, and of it one began at the most. */
  async function assertOnlyMoved(name: string, sinceMs: number): Promise<void> {
    const events = (await eventsSince(test.lab, sinceMs)).filter(({ action }) =>
      ["start", "die"].includes(action),
    );
    assert.deepEqual(
      events.filter(({ service }) => service !== name),
      [],
    );
    const starts = events.filter(({ action }) => action === "start").length;
    const deaths = events.filter(({ action }) => action === "die").length;
    assert.ok(starts <= 1 && deaths === starts, JSON.stringify(events));
  }
});

async function ordersOf({ docker }: TestLab): Promise<readonly { readonly ID: string }[]> {
  return docker.listConfigs({ filters: { label: ["ballast.order"] } });
}
