import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { hostileText, hostileValue, KEYS_OF_OBJECTS } from "../../support/hostile-values.ts";
import { problemOf, startApi, SWARM, TOKEN } from "../scheduler/api/server.ts";
import { runs } from "../../support/runs.ts";

const api = await startApi();

/** Nodes that are there, nodes that are not, and escapes that are none. */
const someNode = fc.oneof(
  fc.constantFrom("n1", "n2", "%", "%ff", "..", "%2e%2e", "%00"),
  // Longer ones Node refuses before any route is asked.
  hostileText.map((text) => encodeURIComponent(text.toWellFormed().slice(0, 200))),
);
const somePath = fc.oneof(
  fc.constantFrom("/v1/pause", "/v1/resume", "/v1/breaker/reset", "/v1/hooks/alertmanager"),
  fc.tuple(someNode, fc.constantFrom("drain", "restore")).map(([node, verb]) => `/v1/nodes/${node}/${verb}`),
);

const someField = fc.constantFrom(
  "service",
  "for",
  "reason",
  "force",
  "version",
  "alerts",
  ...KEYS_OF_OBJECTS,
);
const someBody = fc.oneof(
  fc
    .array(fc.tuple(someField, fc.oneof(hostileValue, fc.constantFrom("a", "9".repeat(40) + "d", "1h"))), {
      maxLength: 3,
    })
    .map(
      (fields) =>
        `{${fields.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join()}}`,
    ),
  hostileValue.map((value) => JSON.stringify(value)),
  fc.constantFrom(
    "",
    "{",
    '{"service":"a"',
    "NaN",
    "\ufeff{}",
    "<html></html>",
    "service=a",
    "x".repeat(70_000),
  ),
  fc.nat(20_000).map((depth) => "[".repeat(depth)),
);
const someType = fc.constantFrom(
  "application/json",
  "application/json",
  "application/json; charset=utf-16",
  "application/x-www-form-urlencoded",
  "text/plain",
  "x",
);

function call(path: string, body: string, type: string): Promise<Response> {
  const headers = { Authorization: `Bearer ${TOKEN}`, "Content-Type": type };
  const query = path.startsWith("/v1/hooks/") ? "" : "?dryRun=false";
  return fetch(`${api.url}${path}${query}`, { method: "POST", headers, body });
}

/** Orders as they should be. */
const SOUND: [string, string, string][] = [
  ["/v1/resume", "{}", "application/json"],
  ["/v1/pause", "{}", "application/json"],
];

/** Orders that are given, and other writes. */
function written(): number {
  return api.orderBook.given.length + api.orderBook.done.length;
}

describe("whatever is ordered", () => {
  it("is carried out, or refused with one problem that says why and without a trace", async () => {
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(somePath, someBody, someType, async (path, body, type) => {
        const before = written();
        const response = await call(path, body, type);
        seen.add(response.status);
        if (response.ok) {
          assert.ok(
            body === "" || type.startsWith("application/json"),
            `${type} ${body} was taken as nothing`,
          );
          await response.body?.cancel();
          return;
        }
        const { detail } = await problemOf(response);
        assert.ok(response.status < 500, `${response.status} ${path} ${body.slice(0, 200)}`);
        assert.ok(detail.length > 0);
        assert.equal(written(), before, "what is refused leaves no trace");
      }),
      // Among so much nonsense a sound order is rare: these come in any run.
      { ...runs(200), examples: SOUND },
    );
    for (const status of [200, 202, 400, 404, 415]) assert.ok(seen.has(status), `never answered ${status}`);
  });
});

describe("an order about one thing", () => {
  it("never becomes one about all, whatever its body is called", async () => {
    for (const type of ["application/x-www-form-urlencoded", "text/plain", "application/jsonx"]) {
      for (const path of ["/v1/pause", "/v1/resume", "/v1/breaker/reset", "/v1/nodes/n1/drain"]) {
        const before = written();
        const response = await call(path, '{"service":"a"}', type);
        assert.equal(response.status, 415, `${path} ${type}`);
        assert.match((await problemOf(response)).detail, /application\/json/);
        assert.equal(written(), before);
      }
    }
  });

  it("is refused when it names a key that every object has", async () => {
    for (const key of KEYS_OF_OBJECTS) {
      const before = written();
      const response = await call(
        "/v1/pause",
        `{${JSON.stringify(key)}:{"service":"a"}}`,
        "application/json",
      );
      assert.equal(response.status, 400, key);
      assert.match((await problemOf(response)).detail, new RegExp(key));
      assert.equal(written(), before);
    }
  });

  it("is refused when it would hold for longer than any calendar goes", async () => {
    for (const days of ["3651d", "99999999999d", `${"9".repeat(400)}d`]) {
      const response = await call("/v1/pause", JSON.stringify({ for: days }), "application/json");
      assert.equal(response.status, 400, days);
      assert.match((await problemOf(response)).detail, /^body\.for: /);
    }
  });
});

describe("while the swarm cannot be read", () => {
  it("nobody is told that there are no orders, or that some were taken back", async () => {
    const doubts = ["the swarm cannot be read: it is away"];
    const inputs = [{ source: "swarm", ageSeconds: null, doubts }] as const;
    const blind = await startApi({
      observe: () => Promise.resolve({ snapshot: { ...SWARM, inputs }, leads: false }),
    });
    const headers = { Authorization: `Bearer ${TOKEN}` };
    for (const [method, path] of [
      ["GET", "/v1/orders"],
      ["POST", "/v1/resume"],
      ["POST", "/v1/breaker/reset"],
      ["POST", "/v1/nodes/n1/restore"],
    ] as const) {
      const response = await fetch(blind.url + path, { method, headers });
      assert.equal(response.status, 503, path);
      assert.equal((await problemOf(response)).detail, doubts[0]);
    }
    assert.deepEqual([blind.orderBook.given, blind.orderBook.done], [[], []]);
  });
});
