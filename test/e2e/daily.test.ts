import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { IMAGES, waitFor } from "../../lab/lab.ts";
import { createServiceEditor } from "../../scheduler/act/daily/service-editor.ts";
import { createSwarmGateway } from "../../scheduler/act/gateway.ts";
import { updateProgress } from "../../scheduler/decide/update-progress.ts";
import { readUpdateId } from "../../scheduler/domain/daily.ts";
import { specsOf, withoutVersions } from "./support/evidence.ts";
import { openTestLab, runningTasks, serviceNamed, tasksOf, type TestLab } from "./support/lab.ts";
import { startScheduler, type Ending, type TestScheduler } from "./support/scheduler.ts";
import { allRun, create, removeAll } from "./support/workload.ts";

const TOKEN = "of-the-tests";
const OPEN = "scale,restart,image,rollback,labels,availability,role,tokens";

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

describe("the daily work", () => {
  let test: TestLab;
  before(async () => {
    test = await openTestLab();
    await removeAll(test.docker);
  });
  after(async () => {
    await removeAll(test.docker);
  });

  it("scales, restarts and rolls back a service, and changes nothing else of anything", async (context) => {
    await create(test.docker, { name: "daily", replicas: 1, memoryMb: 20, labels: { owner: "ann" } });
    await allRun(test.docker, "daily", 1);
    const start = await specsOf(test.docker);
    const scheduler = await startOne(context);
    const dry = await ask(scheduler, "services/daily/scale", { replicas: 3 }, true);
    assert.deepEqual(dry.body["changes"], [{ place: "Mode.Replicated.Replicas", before: 1, after: 3 }]);
    assert.deepEqual(await specsOf(test.docker), start);

    await finish(await ask(scheduler, "services/daily/scale", { replicas: 3 }), "done");
    await allRun(test.docker, "daily", 3);
    const first = new Set((await runningTasks(test.docker, "daily")).map(({ ID }) => ID));
    await finish(await ask(scheduler, "services/daily/restart"), "done");
    const second = await runningTasks(test.docker, "daily");
    assert.equal(second.length, 3);
    assert.deepEqual(
      second.filter(({ ID }) => first.has(ID)),
      [],
    );

    await finish(await ask(scheduler, "services/daily/rollback"), "done");
    await finish(await ask(scheduler, "services/daily/scale", { replicas: 1 }), "done");
    assert.deepEqual(withoutVersions(await specsOf(test.docker)), withoutVersions(start));
    await removeAll(test.docker);
  });

  it("tells that an image fails, holds others off meanwhile, and goes back", async (context) => {
    await create(test.docker, { name: "daily", replicas: 2, memoryMb: 20 });
    await allRun(test.docker, "daily", 2);
    const scheduler = await startOne(context);
    const bad = await ask(scheduler, "services/daily/image", { image: "ballast/nowhere:1" });
    assert.equal((bad.body["update"] as { readonly failureAction: string }).failureAction, "pause");
    await finish(bad, "failed");
    const held = await ask(scheduler, "services/daily/restart");
    assert.equal(held.status, 409);
    assert.match(String(held.body["detail"]), /its update is paused/);
    await finish(await ask(scheduler, "services/daily/rollback"), "done");
    await allRun(test.docker, "daily", 2);
    const { ContainerSpec } = (await serviceNamed(test.docker, "daily")).Spec.TaskTemplate;
    assert.equal((ContainerSpec as { readonly Image?: string }).Image, IMAGES.workload);
    await removeAll(test.docker);
  });

  it("keeps the labels that tasks rely on, unless it is meant; then Swarm does as was said", async (context) => {
    const scheduler = await startOne(context);
    const asked = await ask(scheduler, "nodes/node3/labels", { set: { "daily.disk": "ssd" } });
    assert.equal(asked.status, 200, JSON.stringify(asked.body));
    const constraints = ["node.labels.daily.disk==ssd"];
    await create(test.docker, { name: "pinned", replicas: 1, memoryMb: 20, constraints });
    await allRun(test.docker, "pinned", 1);
    const refused = await ask(scheduler, "nodes/node3/labels", { remove: ["daily.disk"] });
    assert.equal(refused.status, 409);
    assert.match(String(refused.body["detail"]), /pinned \(1 task, node\.labels\.daily\.disk==ssd\)/);
    await ask(scheduler, "nodes/node3/labels", { set: { "daily.other": "1" } });
    assert.equal((await runningTasks(test.docker, "pinned")).length, 1);
    const remove = ["daily.disk", "daily.other"];
    assert.equal((await ask(scheduler, "nodes/node3/labels", { remove, force: true })).status, 200);
    await waitFor("Swarm to shut the task down", async () =>
      (await tasksOf(test.docker, "pinned")).some(({ Status }) => Status.State === "rejected"),
    );
    await removeAll(test.docker);
  });

  it("sets availability and role within what the swarm bears, and tells how to join", async (context) => {
    await create(test.docker, {
      name: "there",
      replicas: 1,
      memoryMb: 20,
      constraints: ["node.hostname==node4"],
    });
    await allRun(test.docker, "there", 1);
    const start = await specsOf(test.docker);
    const scheduler = await startOne(context);
    const drain = await ask(scheduler, "nodes/node4/availability", { availability: "drain" });
    assert.equal(drain.status, 409);
    assert.match(String(drain.body["detail"]), /POST \/v1\/nodes\/node4\/drain/);
    for (const availability of ["pause", "active"])
      assert.equal((await ask(scheduler, "nodes/node4/availability", { availability })).status, 200);

    const last = await ask(scheduler, "nodes/node1/role", { role: "worker", force: true });
    assert.equal(last.status, 409);
    assert.match(String(last.body["detail"]), /it is the last manager/);
    assert.equal((await ask(scheduler, "nodes/node2/role", { role: "manager" })).status, 200);
    await waitFor("node2 to be heard of as a manager", () => isHeard("node2"), { timeoutMs: 60_000 });
    const leads = await ask(scheduler, "nodes/node1/role", { role: "worker", force: true });
    assert.match(String(leads.body["detail"]), /it leads the managers/);
    assert.equal((await ask(scheduler, "nodes/node2/role", { role: "worker" })).status, 200);
    await waitFor("node2 to be a worker", async () => !(await isManager("node2")), { timeoutMs: 60_000 });

    const told = await ask(scheduler, "join-tokens", { role: "worker" });
    assert.equal(told.body["token"], await workerToken());
    const rotated = await ask(scheduler, "join-tokens", { role: "worker", rotate: true });
    assert.notEqual(rotated.body["token"], told.body["token"]);
    assert.equal(rotated.body["token"], await workerToken());
    assert.match(String(rotated.body["command"]), /^docker swarm join --token SWMTKN-\S+ [\d.]+:2377$/);
    assert.doesNotMatch(scheduler.output(), /SWMTKN/);
    assert.deepEqual(withoutVersions(await specsOf(test.docker)), withoutVersions(start));
    await removeAll(test.docker);
  });

  function startOne(context: Ending): Promise<TestScheduler> {
    return startScheduler(context, test, "observe", { BALLAST_API_TOKEN: TOKEN, BALLAST_API_ALLOW: OPEN });
  }

  /** Follows what was asked to its end. */
  async function finish({ status, body }: Answer, state: "done" | "failed"): Promise<void> {
    assert.equal(status, 202, JSON.stringify(body));
    const mark = readUpdateId((body["operation"] as { readonly id: string }).id);
    assert.ok(mark !== null);
    const editor = createServiceEditor(test.docker, createSwarmGateway(test.docker));
    await waitFor(
      `it to be ${state}`,
      async () => {
        const look = await editor.look(mark.serviceId);
        const progress = updateProgress(look?.service ?? null, look?.tasks ?? [], mark);
        if (progress.state === "running") throw new Error(progress.detail);
        assert.equal(progress.state, state, progress.detail);
        return true;
      },
      { timeoutMs: 90_000 },
    );
  }

  async function managerStatusOf(hostname: string): Promise<{ readonly Reachability?: string } | undefined> {
    const node: unknown = await test.docker.getNode(await test.nodeId(hostname)).inspect();
    return (node as { readonly ManagerStatus?: { readonly Reachability?: string } }).ManagerStatus;
  }

  async function isHeard(hostname: string): Promise<boolean> {
    return (await managerStatusOf(hostname))?.Reachability === "reachable";
  }

  async function isManager(hostname: string): Promise<boolean> {
    return (await managerStatusOf(hostname)) !== undefined;
  }

  async function workerToken(): Promise<string> {
    const swarm: unknown = await test.docker.swarmInspect();
    return (swarm as { readonly JoinTokens: { readonly Worker: string } }).JoinTokens.Worker;
  }
});

/** Asks an act; meant, unless told otherwise. */
async function ask({ url }: TestScheduler, path: string, body: object = {}, dryRun = false): Promise<Answer> {
  const response = await fetch(`${url}/v1/${path}?dryRun=${dryRun}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Answer["body"] };
}
