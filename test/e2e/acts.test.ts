import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { waitFor } from "../../lab/lab.ts";
import { STEER_LABEL } from "../../scheduler/domain/steer.ts";
import { act, API_TOKEN, begun, done, operation, operations } from "./support/api.ts";
import { specsOf } from "./support/evidence.ts";
import { nodesOf, openTestLab, runningTasks, serviceNamed, tasksOf, type TestLab } from "./support/lab.ts";
import { rawSpecOf } from "./support/raw-spec.ts";
import { watchReplicas } from "./support/replica-watch.ts";
import { startScheduler, type Ending, type TestScheduler } from "./support/scheduler.ts";
import { parkStackScheduler, returnStackScheduler } from "./support/uninstall.ts";
import { allRun, create, crowd, removeAll, specFor } from "./support/workload.ts";

/** A container that serves once it listens, or so much later. */
function healthyAfter(seconds: number): Readonly<Record<string, unknown>> {
  return {
    Healthcheck: {
      Test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/"],
      Interval: seconds * 1e9,
      Timeout: 5e9,
      Retries: 5,
    },
  };
}
const SOON = healthyAfter(1);
// A move is under way until its new task is healthy.
const LATE = healthyAfter(6);

interface Config {
  readonly ID: string;
  readonly Spec: { readonly Name: string; readonly Labels: Readonly<Record<string, string>> };
}

describe("what is ordered over the API", () => {
  let test: TestLab;
  let scheduler: TestScheduler;
  const endings: (() => Promise<void>)[] = [];
  before(async () => {
    test = await openTestLab();
    await removeAll(test.docker);
    // It would carry the orders out, too: in these tests it must be known who does.
    await parkStackScheduler(test);
    scheduler = await start();
  });
  afterEach(async () => {
    await removeAll(test.docker);
    for (const { ID, Spec } of await configs())
      if (Spec.Labels["ballast.order"] !== undefined) await test.docker.getConfig(ID).remove();
  });
  after(async () => {
    for (const end of endings) await end();
    await returnStackScheduler(test);
  });

  it("carries out a plan that was advised, once", async () => {
    const workload = { replicas: 1, memoryMb: 330, container: LATE };
    await crowd(test.docker, "node2", [
      { name: "plan-a", ...workload },
      { name: "plan-b", ...workload },
    ]);
    const { decision, withheld } = await scheduler.decided(
      "a plan",
      (entry) => entry.decision.outcome === "plan",
    );
    assert.equal(withheld, "mode is advise");
    const path = `decisions/${decision.id}/apply`;
    const ordered = begun(await act(scheduler, path));
    const meanwhile = await act(scheduler, path);
    assert.equal(meanwhile.status, 409, JSON.stringify(meanwhile.body));
    assert.match(String(meanwhile.body["detail"]), /being carried out already/);

    const { moves } = await done(scheduler, ordered);
    assert.deepEqual(
      moves.map(({ service, to, outcome }) => [service, to, outcome]),
      decision.moves.map(({ service, toName }) => [service, toName, "landed"]),
    );
    for (const { service, to } of moves) assert.deepEqual(await homesOf(service), [to]);
    const again = await act(scheduler, path);
    assert.equal(again.status, 409, JSON.stringify(again.body));
    assert.equal((await operations(scheduler)).length, 1);
  });

  it("moves a task where it is told to, and leaves nothing but the finished order", async (context) => {
    await crowd(test.docker, "node2", [{ name: "moved", replicas: 2, memoryMb: 20, container: SOON }]);
    const [specs, raw, configsBefore] = [
      await specsOf(test.docker),
      await rawSpecOf(test, "moved"),
      await configs(),
    ];
    const dry = await act(scheduler, "services/moved/move", { to: "node3" }, { dryRun: true });
    assert.equal(dry.status, 200, JSON.stringify(dry.body));
    assert.match(JSON.stringify(dry.body), /"id":null,.*"state":"proposed"/);
    await scheduler.rounds(2);
    assert.deepEqual(await specsOf(test.docker), specs);
    assert.deepEqual(await configs(), configsBefore);

    const watch = await watchReplicas(context, test, "moved");
    const old = new Set((await runningTasks(test.docker, "moved")).map(({ ID }) => ID));
    const { moves, by } = await done(
      scheduler,
      begun(await act(scheduler, "services/moved/move", { to: "node3", reason: "near its data" })),
    );
    assert.equal(by, "api.token");
    assert.deepEqual(
      moves.map(({ service, from, to, outcome }) => [service, from, to, outcome]),
      [["moved", "node2", "node3", "landed"]],
    );
    await allRun(test.docker, "moved", 2);
    assert.deepEqual(await homesOf("moved"), ["node2", "node3"]);
    const same = (await runningTasks(test.docker, "moved")).filter(({ ID }) => old.has(ID));
    assert.equal(same.length, 1, "the other task is the very same");
    assert.equal(await watch.fewest(), 2);
    assert.equal(await rawSpecOf(test, "moved"), raw);

    const left = (await configs()).filter(({ ID }) => !configsBefore.some((known) => known.ID === ID));
    assert.deepEqual(
      left.map(({ Spec }) => Spec.Labels["ballast.order"]),
      ["moves"],
    );
    assert.match(left[0]?.Spec.Labels["ballast.progress"] ?? "", /"how":"done"/);
  });

  it("does what one Idempotency-Key asks for once", async () => {
    await crowd(test.docker, "node2", [{ name: "once", replicas: 1, memoryMb: 20, container: SOON }]);
    const key = { key: "the-first" };
    const first = await act(scheduler, "services/once/move", { to: "node3" }, key);
    await done(scheduler, begun(first));
    // It stands elsewhere again: a second move would be seen.
    await done(scheduler, begun(await act(scheduler, "services/once/move", { to: "node2" })));
    const [task] = await runningTasks(test.docker, "once");

    const again = await act(scheduler, "services/once/move", { to: "node3" }, key);
    assert.deepEqual([again.status, again.body], [202, first.body]);
    assert.equal(again.headers.get("Idempotent-Replayed"), "true");
    const other = await act(scheduler, "services/once/move", { to: "node4" }, key);
    assert.equal(other.status, 422, JSON.stringify(other.body));
    await scheduler.rounds(3);
    assert.deepEqual(
      (await operations(scheduler)).map(({ state }) => state),
      ["done", "done"],
    );
    const [still] = await runningTasks(test.docker, "once");
    assert.equal(still?.ID, task?.ID);
    assert.deepEqual(await homesOf("once"), ["node2"]);
  });

  it("forgets an order that was cancelled before it began", async () => {
    await crowd(test.docker, "node2", [
      { name: "before", replicas: 1, memoryMb: 20, container: LATE },
      { name: "behind", replicas: 1, memoryMb: 20, container: SOON },
    ]);
    // One order at a time: the second waits until the first has come to its end.
    const first = begun(await act(scheduler, "services/before/move", { to: "node3" }));
    await steered("before");
    const { services } = await specsOf(test.docker);
    const second = begun(await act(scheduler, "services/behind/move", { to: "node3" }));
    const [task] = await runningTasks(test.docker, "behind");
    const cancelled = await act(scheduler, `operations/${second}/cancel`);
    assert.equal(cancelled.status, 200, JSON.stringify(cancelled.body));
    assert.equal((await operation(scheduler, first)).state, "running", "it was cancelled in time");
    assert.equal((await operation(scheduler, second)).state, "cancelled");
    assert.equal((await act(scheduler, `operations/${second}/cancel`)).status, 409);

    await done(scheduler, first);
    await scheduler.rounds(3);
    assert.equal((await operation(scheduler, second)).state, "cancelled");
    assert.deepEqual((await specsOf(test.docker)).services["behind"], services["behind"]);
    assert.deepEqual(
      (await tasksOf(test.docker, "behind")).map(({ ID }) => ID),
      [task?.ID],
    );
  });

  const NEW_SERVICES = {
    "of few words": {},
    "of many words": {
      constraints: ["node.role==worker"],
      spec: {
        UpdateConfig: { Parallelism: 2, Order: "start-first", FailureAction: "pause", MaxFailureRatio: 0 },
        EndpointSpec: {
          Mode: "dnsrr",
          Ports: [{ Protocol: "tcp", TargetPort: 8080, PublishedPort: 8131, PublishMode: "host" }],
        },
      },
    },
  };
  for (const [what, more] of Object.entries(NEW_SERVICES)) {
    it(`creates a service ${what} where it says, and then leaves it as it was sent`, async () => {
      const workload = { replicas: 2, memoryMb: 20, container: SOON, ...more };
      // What Docker itself makes of it, and gone again: two cannot publish one port of a node.
      await create(test.docker, { ...workload, name: "plainly" });
      const plain = await rawSpecOf(test, "plainly");
      await removeAll(test.docker);

      const spec = specFor({ ...workload, name: "created" });
      const expected = { cpuCores: 0.1, memoryBytes: 64 * 2 ** 20 };
      const created = await act(scheduler, "services", { spec, expected });
      assert.equal(created.status, 202, JSON.stringify(created.body));
      const told = created.body["replicas"] as readonly { readonly node: string }[];
      assert.equal(told.length, 2);
      await allRun(test.docker, "created", 2);
      await waitFor("it to be let go", async () => (await steerOf("created")) === undefined);
      assert.deepEqual(await homesOf("created"), told.map(({ node }) => node).sort());
      assert.equal(await rawSpecOf(test, "created"), plain.replaceAll("plainly", "created"));
      // Swarm takes nothing away or anew when it is let go.
      await scheduler.rounds(3);
      assert.equal((await tasksOf(test.docker, "created")).length, 2);
    });
  }

  it("scales a service, and tells when that is done", async () => {
    await create(test.docker, { name: "scaled", replicas: 1, memoryMb: 20, container: SOON });
    await allRun(test.docker, "scaled", 1);
    const raw = await rawSpecOf(test, "scaled");
    await done(scheduler, begun(await act(scheduler, "services/scaled/scale", { replicas: 3 })));
    assert.equal((await runningTasks(test.docker, "scaled")).length, 3);
    await done(scheduler, begun(await act(scheduler, "services/scaled/scale", { replicas: 1 })));
    assert.equal((await runningTasks(test.docker, "scaled")).length, 1);
    assert.equal(await rawSpecOf(test, "scaled"), raw);
  });

  it("carries an ordered move on after its scheduler was killed", async (context) => {
    await crowd(test.docker, "node2", [{ name: "killed", replicas: 1, memoryMb: 20, container: LATE }]);
    const raw = await rawSpecOf(test, "killed");
    const watch = await watchReplicas(context, test, "killed");
    const ordered = begun(await act(scheduler, "services/killed/move", { to: "node4" }));
    await steered("killed");
    await scheduler.end("SIGKILL");
    assert.notEqual(await steerOf("killed"), undefined, "it was killed in the middle");

    scheduler = await start();
    const { moves } = await done(scheduler, ordered, 60_000);
    assert.deepEqual(
      moves.map(({ outcome }) => outcome),
      ["landed"],
    );
    await allRun(test.docker, "killed", 1);
    assert.deepEqual(await homesOf("killed"), ["node4"]);
    assert.equal(await rawSpecOf(test, "killed"), raw);
    assert.equal(await watch.fewest(), 1);
    assert.match(scheduler.output(), /found a move of an earlier run/);
  });

  function start(): Promise<TestScheduler> {
    const context: Ending = { after: (end) => endings.push(end) };
    return startScheduler(context, test, "advise", {
      BALLAST_API_TOKEN: API_TOKEN,
      BALLAST_API_ALLOW: "scale",
    });
  }

  async function configs(): Promise<readonly Config[]> {
    const all: unknown = await test.docker.listConfigs();
    return all as readonly Config[];
  }

  async function steerOf(service: string): Promise<string | undefined> {
    return (await serviceNamed(test.docker, service)).Spec.Labels?.[STEER_LABEL];
  }

  function steered(service: string): Promise<unknown> {
    return waitFor(`a move of ${service} to be under way`, () => steerOf(service));
  }

  /** Where its tasks run, in the order of the hostnames. */
  async function homesOf(service: string): Promise<readonly string[]> {
    const [nodes, tasks] = [await nodesOf(test.docker), await runningTasks(test.docker, service)];
    return tasks
      .map(({ NodeID }) => nodes.find(({ ID }) => ID === NodeID)?.Description.Hostname ?? "")
      .sort();
  }
});
