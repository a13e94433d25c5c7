import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Order } from "../../../../scheduler/domain/order.ts";
import type { Snapshot } from "../../../../scheduler/domain/snapshot.ts";
import { aNode, aSwarm, NOW, stands } from "../../../support/swarm-builder.ts";
import { problemOf, startApi, SWARM, TOKEN, type TestApi } from "./server.ts";

const AT = new Date(NOW).toISOString();
const PAUSED: Order = { kind: "pause", id: "p1", service: "a", until: null, reason: "deploy", at: AT };
const DRAINED: Order = { kind: "drain", id: "d1", node: "n1", force: false, reason: "", at: AT };

function apiOf(snapshot: Snapshot): Promise<TestApi> {
  return startApi({ observe: () => Promise.resolve({ snapshot, leads: false }) });
}

function post(
  { url }: TestApi,
  path: string,
  body: object = {},
  token = TOKEN,
  dryRun = false,
): Promise<Response> {
  return fetch(`${url}${path}?dryRun=${dryRun}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

describe("orders over the API", () => {
  it("are taken from nobody without the token, and nothing is done", async () => {
    const api = await startApi();
    for (const path of ["/v1/pause", "/v1/resume", "/v1/nodes/n1/drain", "/v1/nodes/n1/restore"]) {
      assert.equal((await post(api, path, {}, "wrong")).status, 401, path);
    }
    assert.deepEqual([api.orderBook.given, api.orderBook.done], [[], []]);
  });

  it("pause everything or one service, for a time, with a reason, by any scheduler", async () => {
    const api = await apiOf(SWARM);
    assert.equal((await post(api, "/v1/pause", { reason: "holiday" })).status, 202);
    assert.equal((await post(api, "/v1/pause", { service: "a", for: "2h" })).status, 202);
    const [all, one] = api.orderBook.given;
    assert.deepEqual([all?.kind, all?.reason], ["pause", "holiday"]);
    assert.ok(one?.kind === "pause" && one.until !== null);
    assert.equal(one.service, "a");
    assert.equal((Date.parse(one.until) - Date.parse(one.at)) / 1000, 7200);
    assert.deepEqual(api.looks, [["order"], ["order"]]);
  });

  it("are only told of, unless it is said that they are meant", async () => {
    const api = await apiOf({ ...SWARM, orders: [PAUSED, DRAINED] });
    const asked = [
      ["/v1/pause", { given: false, order: "pause" }],
      ["/v1/resume", { takenBack: 0 }],
      ["/v1/breaker/reset", { given: false, order: "reset" }],
      ["/v1/nodes/n2/drain", { given: false, order: "drain", moves: 0 }],
      ["/v1/nodes/n1/restore", { takenBack: 1, node: "n1", availability: "active" }],
    ] as const;
    for (const [path, told] of asked) {
      const response = await post(api, path, {}, TOKEN, true);
      assert.equal(response.status, 200, path);
      const { order, ...answer } = (await response.json()) as { readonly order?: Order };
      assert.deepEqual({ ...answer, ...(order && { order: order.kind }) }, { dryRun: true, ...told });
    }
    assert.deepEqual([api.orderBook.given, api.orderBook.done, api.looks], [[], [], []]);
  });

  it("resume takes back the pause that was meant, and no other", async () => {
    const api = await apiOf({ ...SWARM, orders: [PAUSED, { ...PAUSED, id: "p2", service: null }] });
    const response = await post(api, "/v1/resume", { service: "a" });
    assert.deepEqual(await response.json(), { dryRun: false, takenBack: 1 });
    assert.deepEqual(api.orderBook.done, ["take back p1"]);
  });

  it("name what they do not know, with what there is", async () => {
    const api = await apiOf(SWARM);
    const response = await post(api, "/v1/pause", { service: "nope" });
    assert.equal(response.status, 404);
    assert.equal((await problemOf(response)).detail, 'there is no service "nope"; there are: a, b');
    const twins = await apiOf(aSwarm([aNode("n1", { hostname: "twin" }), aNode("n2", { hostname: "twin" })]));
    const ambiguous = await post(twins, "/v1/nodes/twin/drain");
    assert.equal(ambiguous.status, 409);
    assert.match((await problemOf(ambiguous)).detail, /by its id: n1, n2/);
  });

  it("refuse a field they do not know, and name it", async () => {
    const api = await apiOf(SWARM);
    const response = await post(api, "/v1/nodes/n1/drain", { forse: true });
    assert.equal(response.status, 400);
    assert.match((await problemOf(response)).detail, /forse/);
    assert.deepEqual(api.orderBook.given, []);
  });

  it("drain: what it would come to is shown, and the order is kept", async () => {
    const api = await apiOf(SWARM);
    const forecast = (await (await fetch(`${api.url}/v1/nodes/n1/drain`)).json()) as Record<
      string,
      unknown[]
    >;
    assert.deepEqual([forecast["moves"]?.length, forecast["cut"], forecast["pending"]], [2, [], []]);
    const response = await post(api, "/v1/nodes/n1/drain", { reason: "kernel" });
    assert.equal(response.status, 202);
    assert.deepEqual(api.orderBook.given[0]?.kind, "drain");
  });

  it("drain: tasks are cut only by force", async () => {
    const mounts = [{ type: "bind", target: "/data", readOnly: false, shared: false }];
    const api = await apiOf(aSwarm([aNode("n1"), aNode("n2")], stands("db", [{ on: "n1" }], { mounts })));
    const response = await post(api, "/v1/nodes/n1/drain");
    assert.equal(response.status, 409);
    assert.match((await problemOf(response)).detail, /db \(local-data: .*; order it with force/);
    assert.equal((await post(api, "/v1/nodes/n1/drain", { force: true })).status, 202);
  });

  it("drain: what is held for the time being is waited for", async () => {
    const b = stands("b", [{ on: "n1" }], { updateState: "updating" });
    const api = await apiOf(aSwarm([aNode("n1"), aNode("n2")], b));
    assert.equal((await post(api, "/v1/nodes/n1/drain")).status, 202);
    const given = { kind: "drain", id: "d1", node: "n1", force: false, reason: "", at: DRAINED.at } as const;
    const waiting = await apiOf({ ...aSwarm([aNode("n1"), aNode("n2")], b), orders: [given] });
    const { orders } = (await (await fetch(`${waiting.url}/v1/orders`)).json()) as {
      orders: { readonly obstacle: string }[];
    };
    assert.match(orders[0]?.obstacle ?? "", /b \(updating: /);
  });

  it("restore takes back a drain and sets the node active", async () => {
    const api = await apiOf({ ...SWARM, orders: [DRAINED] });
    assert.equal((await post(api, "/v1/nodes/n1/restore")).status, 200);
    assert.deepEqual(api.orderBook.done, ["take back d1", "set n1 to active"]);
  });

  it("are listed with names for people and with what a drain waits for", async () => {
    const api = await apiOf({ ...SWARM, orders: [PAUSED, DRAINED] });
    const { orders } = (await (await fetch(`${api.url}/v1/orders`)).json()) as {
      orders: Record<string, unknown>[];
    };
    assert.deepEqual(
      orders.map(({ kind, name, obstacle }) => [kind, name, obstacle]),
      [
        ["pause", "a", undefined],
        ["drain", "n1", "still to be moved: b"],
      ],
    );
  });
});
