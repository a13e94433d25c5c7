import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Order } from "../../../../scheduler/domain/order.ts";
import { aNode, aSwarm, NOW, stands } from "../../../support/swarm-builder.ts";
import { ACCESS, problemOf, startApi, TOKEN } from "./server.ts";

const AT = new Date(NOW).toISOString();
const PAUSED: Order = { kind: "pause", id: "p1", service: "b", until: null, reason: "deploy", at: AT };
const SWARM = {
  ...aSwarm(
    [aNode("n2"), aNode("n1")],
    stands("b", [
      { on: "n1", cpu: 0.5 },
      { on: "n2", cpu: 0.25 },
    ]),
    stands("a", [{ on: "n1", cpu: 1.75 }]),
  ),
  orders: [PAUSED],
};
const api = await startApi({ observe: () => Promise.resolve({ snapshot: SWARM, leads: true }) });

async function get(path: string): Promise<Record<string, unknown>> {
  const response = await fetch(api.url + path);
  assert.equal(response.status, 200, path);
  return (await response.json()) as Record<string, unknown>;
}

function listed(answer: Record<string, unknown>, key: string, field: string): readonly unknown[] {
  return (answer[key] as readonly Record<string, unknown>[]).map((each) => each[field]);
}

describe("the swarm, as the API shows it", () => {
  it("at a glance", async () => {
    const state = await get("/v1/state");
    assert.deepEqual(
      [state["nodes"], state["services"], state["tasks"], state["orders"], state["moving"], state["leads"]],
      [{ all: 2, ready: 2 }, 2, { running: 3, measured: 3 }, 1, [], true],
    );
    assert.equal(state["lastDecision"], null);
  });

  it("node by node, by hostname, with the tasks of one", async () => {
    const nodes = await get("/v1/nodes");
    assert.deepEqual(listed(nodes, "nodes", "hostname"), ["n1", "n2"]);
    assert.deepEqual(listed(nodes, "nodes", "tasks"), [2, 1]);
    const node = await get("/v1/nodes/n1");
    assert.deepEqual(listed(node, "tasks", "service").toSorted(), ["a", "b"]);
  });

  it("service by service, by name, with who is paused, and the tasks of one", async () => {
    const services = await get("/v1/services");
    assert.deepEqual(listed(services, "services", "name"), ["a", "b"]);
    assert.deepEqual(listed(services, "services", "running"), [1, 2]);
    assert.deepEqual(listed(services, "services", "pausedUntil"), [null, "resumed"]);
    assert.deepEqual(listed(await get("/v1/services/b"), "tasks", "node").toSorted(), ["n1", "n2"]);
  });

  it("task by task, of one service or node, a part at a time and none twice", async () => {
    assert.deepEqual(listed(await get("/v1/tasks?node=n2"), "tasks", "service"), ["b"]);
    assert.deepEqual(listed(await get("/v1/tasks?state=pending"), "tasks", "id"), []);
    const seen: unknown[] = [];
    let next: string | null = "";
    while (next !== null) {
      const page: Record<string, unknown> = await get(
        `/v1/tasks?limit=1${next === "" ? "" : `&after=${next}`}`,
      );
      seen.push(...listed(page, "tasks", "id"));
      next = page["next"] as string | null;
    }
    assert.deepEqual(seen, SWARM.tasks.map(({ id }) => id).toSorted());
  });

  for (const path of ["/v1/nodes/n9", "/v1/services/nope", "/v1/tasks?service=nope", "/v1/decisions/d9"])
    it(`says that there is no ${path}`, async () => {
      const response = await fetch(api.url + path);
      assert.equal(response.status, 404);
      assert.match((await problemOf(response)).detail, /n9|nope|d9/);
    });
});

describe("the configuration, as the API shows it", () => {
  it("has every section, and no secret", async () => {
    const response = await fetch(`${api.url}/v1/config`);
    const text = await response.text();
    assert.ok(!text.includes(TOKEN), "the token is told");
    const config = JSON.parse(text) as { readonly mode: string; readonly api: Record<string, unknown> };
    assert.equal(config.mode, "advise");
    const { token, tokens, reads } = config.api;
    assert.deepEqual([token, tokens, reads], ["(set)", null, "open"]);
    assert.equal(ACCESS.tokens.length, 1);
  });
});
