import assert from "node:assert/strict";
import { describe, it } from "node:test";
import Docker from "dockerode";
import { createSwarmGateway } from "../../../../scheduler/act/gateway.ts";
import { startFakeServer, type FakeAnswer } from "../../../support/fake-server.ts";
import { aRawService, aRawSpec } from "../../../support/raw-builder.ts";

const fakeDocker = await startFakeServer(() => ({ body: {} }));
const gateway = createSwarmGateway(
  new Docker({ host: "127.0.0.1", port: fakeDocker.port, protocol: "http", timeout: 200 }),
);

function answers(answer: FakeAnswer): void {
  fakeDocker.answer = () => answer;
}

function lastSeen() {
  const request = fakeDocker.seen.at(-1);
  assert.ok(request !== undefined);
  return request;
}

const UNKNOWN = { NobodyKnows: [{ Deep: null }], Big: 86_400_000_000_000 };

describe("a read of a service", () => {
  it("keeps the spec as it came, with what nobody knows", async () => {
    const spec = aRawSpec({ ...UNKNOWN, Labels: null });
    answers({
      body: {
        ID: "abc",
        Version: { Index: 42 },
        CreatedAt: "2026-01-01T00:00:00Z",
        UpdatedAt: "2026-01-15T12:00:00.5Z",
        Spec: spec,
        UpdateStatus: { State: "completed", StartedAt: "2026-01-15T12:00:00Z" },
      },
    });
    assert.deepEqual(await gateway.service("abc"), {
      id: "abc",
      name: "web",
      version: 42,
      updatedAtMs: Date.UTC(2026, 0, 15, 12) + 500,
      updateState: "completed",
      updateMessage: "",
      labels: {},
      replicas: 1,
      spec,
    });
    const { method, path } = lastSeen();
    assert.deepEqual([method, path], ["GET", "/services/abc"]);
  });

  it("is an error when the manager tells of another service, or of a placement that is none", async () => {
    const body = { ID: "abc", Version: { Index: 1 }, UpdatedAt: "2026-01-15T12:00:00Z", Spec: aRawSpec() };
    answers({ body: { ...body, ID: "xyz" } });
    await assert.rejects(gateway.service("abc"), /told of service xyz instead of abc/);
    answers({ body: { ...body, Spec: aRawSpec({ TaskTemplate: { Placement: { Constraints: "all" } } }) } });
    await assert.rejects(gateway.service("abc"), /Constraints/);
  });

  it("knows no number of replicas for a mode that has none, and one where the number was left out", async () => {
    const body = { ID: "abc", Version: { Index: 1 }, UpdatedAt: "2026-01-15T12:00:00Z" };
    answers({ body: { ...body, Spec: aRawSpec({ Mode: { Global: {} } }) } });
    assert.equal((await gateway.service("abc"))?.replicas, null);
    answers({ body: { ...body, Spec: aRawSpec({ Mode: { Replicated: {} } }) } });
    assert.equal((await gateway.service("abc"))?.replicas, 1);
  });

  it("is null when the service is gone, and an error for anything else that is no service", async () => {
    answers({ status: 404, body: { message: "service abc not found" } });
    assert.equal(await gateway.service("abc"), null);
    answers({ status: 503, body: { message: "This node is not a swarm manager." } });
    await assert.rejects(gateway.service("abc"), /not a swarm manager/);
    answers({ body: { ID: "abc" } });
    await assert.rejects(gateway.service("abc"), /Version/);
    answers("never");
    await assert.rejects(gateway.service("abc"));
  });
});

describe("a read of tasks", () => {
  it("asks for those of one service and reads what a landing is verified by", async () => {
    answers({
      body: [
        {
          ID: "t1",
          CreatedAt: "2026-01-15T12:00:00Z",
          DesiredState: "running",
          Status: { Timestamp: "2026-01-15T12:00:05Z", State: "pending", Err: "no suitable node" },
        },
      ],
    });
    const at = Date.UTC(2026, 0, 15, 12);
    assert.deepEqual(await gateway.tasks("abc"), [
      {
        id: "t1",
        nodeId: "",
        state: "pending",
        desired: "running",
        createdAtMs: at,
        stateSinceMs: at + 5000,
        error: "no suitable node",
      },
    ]);
    const { path, query } = lastSeen();
    assert.equal(path, "/tasks");
    assert.deepEqual(JSON.parse(query["filters"] ?? ""), { service: ["abc"] });
  });
});

describe("a write", () => {
  const service = aRawService(aRawSpec(), { id: "abc", version: 42 });
  const spec = aRawSpec({ ...UNKNOWN, TaskTemplate: { Placement: {} } });

  it("is the spec and nothing else, at the version that was read, without a registry's secret", async () => {
    answers({ body: { Warnings: null } });
    assert.equal(await gateway.write(service, spec), "written");
    const { method, path, query, headers, body } = lastSeen();
    assert.deepEqual([method, path, query], ["POST", "/services/abc/update", { version: "42" }]);
    assert.deepEqual(JSON.parse(body), spec);
    assert.equal(headers["x-registry-auth"], undefined);
    assert.equal(headers["content-type"], "application/json");
  });

  it("is a conflict when someone wrote first", async () => {
    answers({
      status: 500,
      body: { message: "rpc error: code = Unknown desc = update out of sequence" },
    });
    assert.equal(await gateway.write(service, spec), "conflict");
    answers({ status: 500, body: { message: "cannot update: the sequence is out of ids" } });
    await assert.rejects(gateway.write(service, spec), /out of ids/);
  });

  it("is an error when it was refused for anything else, when the service is gone, and when no answer comes", async () => {
    answers({ status: 500, body: { message: "rpc error: code = Unavailable desc = no leader" } });
    await assert.rejects(gateway.write(service, spec), /no leader/);
    answers({ status: 400, body: { message: "invalid reference format" } });
    await assert.rejects(gateway.write(service, spec), /invalid reference format/);
    answers({ status: 404, body: { message: "service abc not found" } });
    await assert.rejects(gateway.write(service, spec), /not found/);
    answers("never");
    await assert.rejects(gateway.write(service, spec));
  });
});
