import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CHANGED_NODE, JOIN_TOKEN } from "../../../../../scheduler/api/schemas/daily.ts";
import { post, startDailyApi, SWARM, type DailyApi } from "./fixture.ts";

type Json = Readonly<Record<string, unknown>>;

/** What each act writes over a node that has labels and what nobody knows of. */
const ACTS: readonly (readonly [act: string, node: string, body: object, written: Json])[] = [
  ["labels", "n2", { set: { zone: "a" }, remove: ["gone"] }, { Labels: { disk: "ssd", zone: "a" } }],
  ["availability", "n2", { availability: "pause" }, { Availability: "pause" }],
  ["role", "n2", { role: "manager" }, { Role: "manager" }],
  ["role", "n3", { role: "worker" }, { Role: "worker" }],
];

function specOf({ fake }: DailyApi, node: string): Json {
  return fake.nodes[node]?.spec ?? {};
}

describe("an act on a node, over a fake Docker", () => {
  for (const [act, node, body, written] of ACTS) {
    const path = `/v1/nodes/${node}/${act}`;

    it(`${act} of ${node}: is written once, whole but for what was asked`, async () => {
      const api = await startDailyApi();
      const before = specOf(api, node);
      const dry = await post(api, path, body, { dryRun: true });
      assert.equal(dry.status, 200, dry.detail);
      assert.deepEqual([api.fake.writes(), specOf(api, node)], [[], before]);
      const meant = await post(api, path, { ...body, reason: "why" });
      assert.equal(meant.status, 200, meant.detail);
      assert.doesNotThrow(() => CHANGED_NODE.parse(meant.body));
      assert.deepEqual({ ...dry.body, dryRun: false, done: true, reason: "why" }, meant.body);
      assert.deepEqual(specOf(api, node), { ...before, ...written });
      assert.equal(api.fake.writes().length, 1);
      assert.deepEqual(
        api.deeds.map(({ caller, reason, subject }) => [caller, reason, subject]),
        [["ann", "why", node]],
      );
      const again = await post(api, path, body);
      assert.deepEqual([again.status, again.body["done"]], [200, false]);
      assert.equal(api.fake.writes().length, 1, "it was so already");
    });

    it(`${act} of ${node}: meets a write in between once, and gives way to somebody else's`, async () => {
      const api = await startDailyApi();
      const kept = api.fake.nodes[node];
      assert.ok(kept !== undefined);
      api.fake.onWrite = () => {
        kept.version += 1;
        api.fake.onWrite = () => undefined;
      };
      assert.equal((await post(api, path, body)).status, 200);
      const other = await startDailyApi();
      const theirs = other.fake.nodes[node];
      assert.ok(theirs !== undefined);
      other.fake.onWrite = () => {
        theirs.version += 1;
        theirs.spec = { ...theirs.spec, Labels: { theirs: "1" } };
      };
      assert.equal((await post(other, path, body)).status, 409);
      assert.deepEqual(theirs.spec["Labels"], { theirs: "1" });
    });
  }

  it("is refused of a node that is not there, and where the setting does not have it", async () => {
    const api = await startDailyApi({ allow: [] });
    for (const [act, node, body] of ACTS) {
      assert.equal((await post(api, `/v1/nodes/none/${act}`, body)).status, 404);
      assert.equal((await post(api, `/v1/nodes/${node}/${act}`, body)).status, 403);
    }
    assert.deepEqual(api.fake.writes(), []);
  });

  it("on labels and roles is an admin's, on availability an operator's", async () => {
    const api = await startDailyApi();
    const secret = "of-olaf";
    assert.equal((await post(api, "/v1/nodes/n2/labels", { set: { a: "1" } }, { secret })).status, 403);
    assert.equal((await post(api, "/v1/nodes/n3/role", { role: "worker" }, { secret })).status, 403);
    assert.equal(
      (await post(api, "/v1/nodes/n2/availability", { availability: "pause" }, { secret })).status,
      200,
    );
  });

  it("labels: those that running tasks rely on by force only, those of Ballast never", async () => {
    const api = await startDailyApi();
    const refused = await post(api, "/v1/nodes/n2/labels", { remove: ["disk"] });
    assert.equal(refused.status, 409);
    assert.match(refused.detail, /db \(1 task, node\.labels\.disk==ssd\); ask with `"force": true`/);
    const own = await post(api, "/v1/nodes/n2/labels", { set: { "ballast.x": "1" }, force: true });
    assert.equal(own.status, 403);
    assert.deepEqual(api.fake.writes(), []);
    const forced = await post(api, "/v1/nodes/n2/labels", { remove: ["disk"], force: true });
    assert.equal(forced.status, 200);
    assert.match(String(forced.body["notes"]), /^by force: Swarm would shut down at once/);
    assert.deepEqual(specOf(api, "n2")["Labels"], {});
  });

  it("labels: what relies on them is judged by the labels that the manager tells now", async () => {
    const api = await startDailyApi();
    const n2 = api.fake.nodes["n2"];
    assert.ok(n2 !== undefined);
    n2.spec = { ...n2.spec, Labels: { disk: "hdd" } };
    assert.equal((await post(api, "/v1/nodes/n2/labels", { set: { disk: "tape" } })).status, 200);
  });

  it("availability: a drain that cuts by force only, and points to the one that does not", async () => {
    const api = await startDailyApi();
    const refused = await post(api, "/v1/nodes/n2/availability", { availability: "drain" });
    assert.equal(refused.status, 409);
    assert.match(refused.detail, /web \(1 task\), db \(1 task\); POST \/v1\/nodes\/n2\/drain/);
    assert.equal(
      (await post(api, "/v1/nodes/n1/availability", { availability: "drain" })).status,
      200,
      "it is empty",
    );
    const forced = await post(api, "/v1/nodes/n2/availability", { availability: "drain", force: true });
    assert.equal(forced.status, 200);
  });

  it("role: whoever leads stays, and so does the quorum, by force too", async () => {
    const api = await startDailyApi();
    const leader = await post(api, "/v1/nodes/n1/role", { role: "worker", force: true });
    assert.deepEqual([leader.status, leader.detail.includes("leads the managers")], [409, true]);
    const n4 = api.fake.nodes["n4"];
    assert.ok(n4 !== undefined);
    n4.manager = { Leader: false, Reachability: "unreachable" };
    const quorum = await post(api, "/v1/nodes/n3/role", { role: "worker", force: true });
    assert.deepEqual([quorum.status, quorum.detail.includes("2 are needed")], [409, true]);
    assert.equal(
      (await post(api, "/v1/nodes/n4/role", { role: "worker" })).status,
      200,
      "the lost one may go",
    );
  });
});

describe("join tokens, over a fake Docker", () => {
  it("are told to an admin alone, with the command, and kept by nobody on the way", async () => {
    const api = await startDailyApi();
    const path = "/v1/join-tokens";
    assert.equal((await post(api, path, { role: "worker" }, { secret: "of-olaf" })).status, 403);
    const { status, body, headers } = await post(api, path, { role: "worker", reason: "a new rack" });
    assert.equal(status, 200);
    assert.doesNotThrow(() => JOIN_TOKEN.parse(body));
    assert.deepEqual(
      [body["token"], body["command"], body["rotated"]],
      ["SWMTKN-w1", "docker swarm join --token SWMTKN-w1 10.0.0.1:2377", false],
    );
    assert.equal(headers.get("cache-control"), "no-store");
    assert.deepEqual(api.fake.writes(), []);
    assert.deepEqual(
      api.deeds.map(({ act, caller, reason }) => [act, caller, reason]),
      [[{ act: "tokens", role: "worker", rotate: false }, "ann", "a new rack"]],
    );
    assert.doesNotMatch(JSON.stringify(api.deeds), /SWMTKN/);
    assert.equal(api.calls.at(-1)?.endpoint.id, "tellJoinToken");
  });

  it("are not told in a dry run, nor by a GET, nor rotated", async () => {
    const api = await startDailyApi();
    const { body } = await post(api, "/v1/join-tokens", { role: "manager", rotate: true }, { dryRun: true });
    assert.doesNotThrow(() => JOIN_TOKEN.parse(body));
    assert.deepEqual(
      [body["token"], body["command"], body["rotated"], body["done"]],
      [null, null, false, false],
    );
    assert.doesNotMatch(JSON.stringify(body), /SWMTKN/);
    const read = await fetch(`${api.url}/v1/join-tokens`, { headers: { Authorization: "Bearer of-ann" } });
    assert.equal(read.status, 405);
    assert.doesNotMatch(await read.text(), /SWMTKN/);
    assert.deepEqual([api.fake.writes(), api.deeds], [[], []]);
  });

  it("are rotated one by one, with all else of the swarm as it was", async () => {
    const api = await startDailyApi();
    const { spec } = api.fake.swarm;
    const { body } = await post(api, "/v1/join-tokens", { role: "manager", rotate: true });
    assert.deepEqual([body["token"], body["rotated"]], ["SWMTKN-m2", true]);
    assert.deepEqual(api.fake.swarm.tokens, { Worker: "SWMTKN-w1", Manager: "SWMTKN-m2" });
    assert.deepEqual(api.fake.swarm.spec, spec);
    api.fake.onWrite = () => (api.fake.swarm.version += 1);
    assert.equal((await post(api, "/v1/join-tokens", { role: "worker", rotate: true })).status, 409);
    assert.equal(api.fake.swarm.tokens.Worker, "SWMTKN-w1");
  });

  it("are closed where the setting does not name them", async () => {
    const api = await startDailyApi({ allow: ["scale", "labels"] });
    const { status, detail } = await post(api, "/v1/join-tokens", { role: "worker" });
    assert.equal(status, 403);
    assert.match(detail, /`tokens` is not among `api\.allow` \(scale, labels\)/);
    const inputs = SWARM.inputs.map((input) => ({ ...input, doubts: ["away"] }));
    const blind = await startDailyApi({ snapshot: { ...SWARM, inputs } });
    assert.equal((await post(blind, "/v1/join-tokens", { role: "worker" })).status, 503);
  });
});
