import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decide } from "../../../../scheduler/decide/decide.ts";
import type { JournalEntry } from "../../../../scheduler/journal/journal.ts";
import { aPolicy, NOW } from "../../../support/swarm-builder.ts";
import { problemOf, startApi, SWARM } from "./server.ts";

const api = await startApi();
const DECISION = decide(SWARM, aPolicy(), NOW);

function get(path: string): Promise<Response> {
  return fetch(api.url + path);
}

async function json(path: string): Promise<unknown> {
  const response = await get(path);
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type") ?? "", /^application\/json/);
  return response.json();
}

/** As it looks after a journey as text. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe("reads", () => {
  it("show the snapshot and the plan as they would be now", async () => {
    assert.deepEqual(await json("/v1/snapshot"), asJson(SWARM));
    assert.equal(DECISION.outcome, "plan");
    assert.deepEqual(await json("/v1/plan"), asJson(DECISION));
  });

  it("show the last decisions, newest first, as many as asked for", async () => {
    assert.deepEqual(await json("/v1/decisions"), { decisions: [] });
    for (let index = 1; index <= 60; index += 1) {
      const decision = { ...DECISION, id: `d${index}` };
      api.journal.write({
        trigger: "schedule",
        decision,
        leads: true,
        withheld: "mode is advise",
        results: [],
      });
    }
    const ids = async (query: string) => {
      const { decisions } = (await json(`/v1/decisions${query}`)) as {
        readonly decisions: readonly JournalEntry[];
      };
      return decisions.map(({ decision }) => decision.id);
    };
    assert.deepEqual(await ids("?limit=2"), ["d60", "d59"]);
    assert.equal((await ids("")).length, 50);
    assert.equal((await ids("?limit=200")).length, 60);
  });

  for (const limit of ["0", "201", "-1", "1.5", "many", "", "1&limit=2"]) {
    it(`refuse the limit ${JSON.stringify(limit)}`, async () => {
      const response = await get(`/v1/decisions?limit=${limit}`);
      assert.equal(response.status, 400);
      assert.match((await problemOf(response)).detail, /^query\.limit: /);
    });
  }

  it("answer a method that a path does not have with those it has", async () => {
    for (const [method, path, allowed] of [
      ["POST", "/v1/plan", "GET"],
      ["GET", "/v1/hooks/alertmanager", "POST"],
      ["DELETE", "/v1/nodes/n1/drain", "GET, POST"],
    ] as const) {
      const response = await fetch(api.url + path, { method });
      assert.equal(response.status, 405);
      assert.equal(response.headers.get("allow"), allowed);
      assert.match((await problemOf(response)).detail, new RegExp(`not ${method}$`));
    }
  });

  it("answer an unknown path with what there is not", async () => {
    for (const [method, path] of [
      ["GET", "/"],
      ["GET", "/v1/nothing"],
    ] as const) {
      const response = await fetch(api.url + path, { method });
      assert.equal(response.status, 404);
      assert.equal(
        (await problemOf(response)).detail,
        `there is no ${method} ${path}; see the README for what is`,
      );
    }
  });

  it("answer a read that fails on our side with a 500 that keeps the cause to the log", async () => {
    const failing = await startApi({ decideOn: () => Promise.reject(new Error("a secret place")) });
    const response = await fetch(`${failing.url}/v1/plan`);
    assert.equal(response.status, 500);
    assert.deepEqual(await problemOf(response), { title: "Internal error", detail: "the log has the cause" });
  });

  it("answer health, readiness and metrics, and do not say what they are made of", async () => {
    const health = await get("/healthz");
    assert.deepEqual([health.status, await health.text()], [200, "ok\n"]);
    assert.equal(health.headers.get("x-powered-by"), null);
    const ready = await get("/readyz");
    assert.deepEqual([ready.status, await ready.text()], [200, "ok\n"]);
    assert.match(await (await get("/metrics")).text(), /^ballast_mode\{mode="advise"\} 1$/m);
  });
});
