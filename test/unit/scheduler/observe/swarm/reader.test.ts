import assert from "node:assert/strict";
import { describe, it } from "node:test";
import Docker from "dockerode";
import { createSwarmReader } from "../../../../../scheduler/observe/swarm/reader.ts";
import { startFakeServer, type FakeAnswer } from "../../../../support/fake-server.ts";
import { answerOf } from "./answers.ts";

const fakeDocker = await startFakeServer(() => "never");
const reader = createSwarmReader(
  new Docker({ host: "127.0.0.1", port: fakeDocker.port, protocol: "http", timeout: 1500 }),
);

const WHOLE: Readonly<Record<string, unknown>> = {
  "/info": { ID: "x", Name: "alpha", Swarm: { NodeID: "24ifsmvkjbyhk", ControlAvailable: true } },
  "/nodes": answerOf("nodes"),
  "/services": answerOf("services"),
  "/tasks": answerOf("tasks"),
  "/configs": [],
};

/** An order as `createConfig` keeps it. */
function aConfig(order: object): object {
  const Data = Buffer.from(JSON.stringify(order)).toString("base64");
  return { ID: "c1", Spec: { Name: "ballast.pause", Labels: { "ballast.order": "pause" }, Data } };
}

function answers(over: Readonly<Record<string, unknown>>): void {
  fakeDocker.answer = ({ path }) => {
    const body = { ...WHOLE, ...over }[path];
    return body === "never" ? "never" : { body };
  };
}

/** Changes one value deep in one object of a list. */
function withFault(path: string, index: number, ...at: readonly [...string[], unknown]): void {
  const list = structuredClone(WHOLE[path]) as Record<string, unknown>[];
  const keys = at.slice(0, -1) as string[];
  const last = keys.pop() ?? "";
  const place = keys.reduce<Record<string, unknown>>(
    (inner, key) => inner[key] as Record<string, unknown>,
    list[index] ?? {},
  );
  place[last] = at.at(-1);
  answers({ [path]: list });
}

async function doubt(): Promise<string> {
  const { nodes, services, tasks, ownNodeId, report } = await reader.read();
  assert.deepEqual([nodes, services, tasks, ownNodeId, report.ageSeconds], [[], [], [], "", null]);
  assert.equal(report.doubts.length, 1);
  return report.doubts[0] ?? "";
}

describe("a reading of the swarm", () => {
  it("has all that the manager lists, and no doubt", async () => {
    answers({});
    const { nodes, services, tasks, ownNodeId, report } = await reader.read();
    assert.deepEqual([nodes.length, services.length, tasks.length], [3, 7, 3]);
    assert.equal(ownNodeId, "24ifsmvkjbyhk");
    assert.deepEqual([report.source, report.doubts], ["swarm", []]);
    assert.ok(report.ageSeconds !== null && report.ageSeconds < 10);
    assert.deepEqual(
      fakeDocker.seen.map(({ method, path }) => [method, path]).sort(),
      ["/configs", "/info", "/nodes", "/services", "/tasks"].map((path) => ["GET", path]),
    );
  });

  it("has the orders that config objects of ours keep, and asks for no others", async () => {
    const order = {
      kind: "pause",
      service: null,
      until: null,
      reason: "sale",
      at: "2026-01-15T12:00:00.000Z",
    };
    answers({ "/configs": [aConfig(order)] });
    const { orders } = await reader.read();
    assert.deepEqual(orders, [{ id: "c1", ...order }]);
    const asked = fakeDocker.seen.findLast(({ path }) => path === "/configs");
    assert.deepEqual(JSON.parse(String(asked?.query["filters"])), { label: ["ballast.order"] });
  });

  it("is in doubt when an order of ours cannot be understood: it might be a pause", async () => {
    for (const order of [{ kind: "later" }, { kind: "drain", node: 1 }]) {
      answers({ "/configs": [aConfig(order)] });
      assert.match(await doubt(), /at configs\[0\]\.Spec\.Data/);
    }
  });

  it("is a doubt that names the place when an answer is malformed", async () => {
    withFault("/nodes", 1, "Spec", "Availability", "asleep");
    assert.match(await doubt(), /^the swarm cannot be read: .* at nodes\[1\]\.Spec\.Availability$/);
    withFault("/nodes", 0, "ID", undefined);
    assert.match(await doubt(), /at nodes\[0\]\.ID$/);
    withFault("/services", 3, "Spec", "Name", 5);
    assert.match(await doubt(), /at services\[3\]\.Spec\.Name$/);
    withFault("/services", 0, "Spec", "TaskTemplate", "Placement", "MaxReplicas", "two");
    assert.match(await doubt(), /at services\[0\]\.Spec\.TaskTemplate\.Placement\.MaxReplicas$/);
    withFault("/tasks", 2, "Status", "Timestamp", null);
    assert.match(await doubt(), /at tasks\[2\]\.Status\.Timestamp$/);
    answers({ "/tasks": { message: "page not found" } });
    assert.match(await doubt(), /at tasks$/);
    answers({ "/info": "<html>a proxy's page</html>" });
    assert.match(await doubt(), /^the swarm cannot be read: /);
  });

  it("is a doubt when the daemon answers with an error", async () => {
    fakeDocker.answer = ({ path }): FakeAnswer =>
      path === "/nodes"
        ? { status: 503, body: { message: "This node is not a swarm manager." } }
        : { body: WHOLE[path] };
    assert.match(await doubt(), /not a swarm manager/);
  });

  it("is a doubt when the daemon hangs, and when there is none", async () => {
    answers({ "/services": "never" });
    assert.match(await doubt(), /^the swarm cannot be read: Error/);
    const nobody = createSwarmReader(new Docker({ socketPath: "/nonexistent/docker.sock" }));
    assert.match((await nobody.read()).report.doubts[0] ?? "", /ENOENT/);
  });
});
