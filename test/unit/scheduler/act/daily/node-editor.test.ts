import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import Docker from "dockerode";
import { createJoinTokens } from "../../../../../scheduler/act/daily/join-tokens.ts";
import { createNodeEditor } from "../../../../../scheduler/act/daily/node-editor.ts";
import { startFakeServer, type FakeAnswer, type SeenRequest } from "../../../../support/fake-server.ts";

const OUT_OF_SEQUENCE = {
  status: 500,
  body: { message: "rpc error: code = Unknown desc = update out of sequence" },
};
const UNKNOWN = { NobodyKnows: [{ Deep: null }], Big: 86_400_000_000_000 };

/** What the manager answers, by method and path; what is not here is not found. */
const answers = new Map<string, FakeAnswer>();
const fakeDocker = await startFakeServer(
  ({ method, path }) => answers.get(`${method} ${path}`) ?? { status: 404, body: { message: `no ${path}` } },
);
const docker = new Docker({ host: "127.0.0.1", port: fakeDocker.port, protocol: "http", timeout: 500 });
const nodes = createNodeEditor(docker);
const tokens = createJoinTokens(docker);

beforeEach(() => {
  answers.clear();
});

function lastWrite(): SeenRequest {
  const request = fakeDocker.seen.findLast(({ method }) => method === "POST");
  assert.ok(request !== undefined);
  return request;
}

describe("an edit of a node, at a fake Docker", () => {
  const SPEC = { Role: "worker", Availability: "active", Labels: { disk: "ssd" }, ...UNKNOWN };
  const LEADER = {
    ID: "m1",
    Version: { Index: 3 },
    Spec: { Role: "manager", Availability: "active" },
    ManagerStatus: { Leader: true, Reachability: "reachable" },
  };

  beforeEach(() => {
    answers.set("GET /nodes", { body: [LEADER, { ID: "n1", Version: { Index: 9 }, Spec: SPEC }] });
    answers.set("POST /nodes/n1/update", { body: "" });
  });

  it("sends the whole spec back, at the version that was read", async () => {
    const draft = await nodes.draft("n1", { act: "labels", set: { "a.b": "ü" }, remove: [] });
    assert.ok(draft !== null);
    assert.deepEqual(draft.managers, [{ id: "m1", leader: true, reachable: true }]);
    assert.deepEqual(draft.changes, [{ place: "Labels.a.b", before: null, after: "ü" }]);
    assert.equal((await nodes.write(draft)).outcome, "written");
    const { path, query, body } = lastWrite();
    assert.deepEqual([path, query], ["/nodes/n1/update", { version: "9" }]);
    assert.deepEqual(JSON.parse(body), { ...SPEC, Labels: { disk: "ssd", "a.b": "ü" } });
  });

  it("says how it ended where it did not", async () => {
    const draft = await nodes.draft("n1", { act: "role", role: "manager" });
    assert.ok(draft !== null);
    answers.set("POST /nodes/n1/update", OUT_OF_SEQUENCE);
    assert.deepEqual(await nodes.write(draft), { outcome: "conflict" });
    answers.set("POST /nodes/n1/update", { status: 400, body: { message: "last manager" } });
    assert.equal((await nodes.write(draft)).outcome, "refused");
    assert.equal(await nodes.draft("gone", { act: "role", role: "worker" }), null);
  });
});

describe("join tokens, of a fake Docker", () => {
  const SPEC = { Name: "default", CAConfig: { NodeCertExpiry: 7_776_000_000_000_000 }, ...UNKNOWN };
  const INFO = {
    Swarm: {
      NodeID: "m2",
      RemoteManagers: [
        { NodeID: "m1", Addr: "10.0.0.1:2377" },
        { NodeID: "m2", Addr: "10.0.0.2:2377" },
      ],
    },
  };

  beforeEach(() => {
    const JoinTokens = { Worker: "SWMTKN-w", Manager: "SWMTKN-m" };
    answers.set("GET /swarm", { body: { ID: "s", Version: { Index: 5 }, Spec: SPEC, JoinTokens } });
    answers.set("GET /info", { body: INFO });
    answers.set("POST /swarm/update", { body: "" });
  });

  it("are told by role, with the manager that was asked", async () => {
    assert.deepEqual(await tokens.read("worker"), { token: "SWMTKN-w", manager: "10.0.0.2:2377" });
    assert.deepEqual((await tokens.read("manager")).token, "SWMTKN-m");
    answers.set("GET /info", { body: { Swarm: { NodeID: "m2", RemoteManagers: null } } });
    assert.equal((await tokens.read("worker")).manager, null);
  });

  it("are rotated with the swarm's own spec as it came", async () => {
    assert.equal((await tokens.rotate("manager")).outcome, "written");
    const { path, query, body } = lastWrite();
    assert.deepEqual([path, query], ["/swarm/update", { version: "5", rotateManagerToken: "true" }]);
    assert.deepEqual(JSON.parse(body), SPEC);
  });

  it("are tried once more where somebody wrote in between, and no more than that", async () => {
    answers.set("POST /swarm/update", OUT_OF_SEQUENCE);
    const before = fakeDocker.seen.length;
    assert.deepEqual(await tokens.rotate("worker"), { outcome: "conflict" });
    const writes = fakeDocker.seen.slice(before).filter(({ method }) => method === "POST");
    assert.equal(writes.length, 2);
  });
});
