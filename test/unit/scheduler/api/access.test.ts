import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { admit, ROLES, type AccessRules, type Role } from "../../../../scheduler/api/access/access.ts";
import { endpointsOf } from "../../../../scheduler/api/routes.ts";
import { apiPartsFor, problemOf, startApi, TOKEN } from "./server.ts";

const TOKENS = ROLES.map((role) => ({ name: `the ${role}`, role, secret: `secret of the ${role}` }));
const CLOSED: AccessRules = { openReads: false, tokens: TOKENS };
const OPEN: AccessRules = { ...CLOSED, openReads: true };

/** What each may do, spelled out apart from the code. */
const MAY: Readonly<Record<Role, readonly Role[]>> = {
  viewer: ["viewer"],
  hook: ["hook"],
  operator: ["viewer", "hook", "operator"],
  admin: ["viewer", "hook", "operator", "admin"],
};

function statusFor(rules: AccessRules, needed: Role, authorization: string): number {
  return admit(rules, needed, authorization).problem?.status ?? 200;
}

describe("who may do what", () => {
  for (const role of ROLES)
    for (const needed of ROLES)
      it(`${role} asks for what needs ${needed}`, () => {
        const expected = MAY[role].includes(needed) ? 200 : 403;
        assert.equal(statusFor(CLOSED, needed, `Bearer secret of the ${role}`), expected);
      });

  it("is anybody for reads, unless they are closed, and nobody for more", () => {
    assert.equal(statusFor(OPEN, "viewer", ""), 200);
    assert.equal(statusFor(CLOSED, "viewer", ""), 401);
    for (const needed of ["hook", "operator", "admin"] as const)
      assert.equal(statusFor(OPEN, needed, ""), 401);
  });

  it("is told apart by the whole secret: a token that is none opens nothing, open reads neither", () => {
    for (const wrong of ["Bearer secret of the admi", "Bearer SECRET of the admin", "secret of the admin"])
      assert.equal(statusFor(OPEN, "viewer", wrong), 401, wrong);
  });

  it("is told by the token's name and secret too, as those who know passwords only send them", () => {
    for (const role of ROLES)
      for (const needed of ROLES) {
        const sent = Buffer.from(`the ${role}:secret of the ${role}`).toString("base64");
        assert.equal(statusFor(CLOSED, needed, `Basic ${sent}`), MAY[role].includes(needed) ? 200 : 403);
      }
  });

  it("is a viewer who came as a user of the web configuration, whatever tokens there are", () => {
    for (const rules of [OPEN, CLOSED, { openReads: false, tokens: [] }])
      for (const needed of ROLES) {
        const { problem } = admit(rules, needed, "Basic something", "grafana");
        assert.equal(problem?.status ?? 200, needed === "viewer" ? 200 : 403);
      }
  });

  it("is anybody for open reads, whatever is sent, where no token is configured", () => {
    for (const sent of ["", "Bearer ", "Bearer x", "Basic x"])
      assert.equal(statusFor({ openReads: true, tokens: [] }, "viewer", sent), 200, sent);
    assert.equal(statusFor(OPEN, "viewer", "Bearer "), 200);
  });

  it("is nobody where no token reaches so far, and the answer says how to set one", () => {
    const onlyHook = { openReads: true, tokens: TOKENS.filter(({ role }) => role === "hook") };
    for (const [needed, says] of [
      ["operator", /set BALLAST_API_TOKEN or BALLAST_API_TOKEN_FILE/],
      ["admin", /set BALLAST_API_TOKEN or/],
    ] as const) {
      const { problem } = admit(onlyHook, needed, "Bearer secret of the hook");
      assert.equal(problem?.status, 403);
      assert.match(problem.detail, says);
    }
  });
});

/** What is asked there does not fit in a query. */
const READS_BY_POST = ["/v1/placement"];

describe("every endpoint", () => {
  const endpoints = endpointsOf(apiPartsFor().parts);
  it("that is a GET needs no more than to view, and one that is a POST needs more", () => {
    for (const { method, role, path } of endpoints)
      assert.equal(role === "viewer", method === "get" || READS_BY_POST.includes(path), path);
  });
  for (const { method, path, role: needed } of endpoints) {
    it(`${method.toUpperCase()} ${path} lets in whom it should, and counts and names whom it does not`, async () => {
      const api = await startApi({ access: CLOSED });
      for (const role of ROLES) {
        const response = await fetch(api.url + path.replace("{node}", "n1"), {
          method: method.toUpperCase(),
          headers: { Authorization: `Bearer secret of the ${role}`, "X-Request-Id": `r-${role}` },
        });
        const isLetIn = ![401, 403].includes(response.status);
        assert.equal(isLetIn, MAY[role].includes(needed), `${role}: ${response.status}`);
        assert.equal(response.headers.get("x-request-id"), `r-${role}`);
        // Some answers have no end.
        if (isLetIn) await response.body?.cancel();
        else assert.match((await problemOf(response)).detail, new RegExp(`the ${role} is an? ${role}`));
        while (!api.calls.some(({ requestId }) => requestId === `r-${role}`)) await turn();
      }
      assert.deepEqual(
        api.calls.map(({ caller, requestId }) => [caller?.role ?? null, requestId]),
        ROLES.map((role) => [MAY[role].includes(needed) ? role : null, `r-${role}`]),
      );
    });
  }
});

describe("an answer", () => {
  it("has a request id of its own where the caller's is none, and says how to authenticate", async () => {
    const api = await startApi({ access: CLOSED });
    const response = await fetch(`${api.url}/v1/plan`, { headers: { "X-Request-Id": "a b\u00e9" } });
    assert.equal(response.status, 401);
    assert.match(response.headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
    const challenge = 'Bearer realm="ballast", Basic realm="ballast", charset="UTF-8"';
    assert.equal(response.headers.get("www-authenticate"), challenge);
  });
  it("may be neither framed, sniffed nor kept, and is for no other origin", async () => {
    const api = await startApi();
    const { headers } = await fetch(`${api.url}/v1/plan`, { headers: { Origin: "http://elsewhere" } });
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("cache-control"), "no-store");
    assert.match(headers.get("content-security-policy") ?? "", /frame-ancestors 'none'/);
    assert.equal(headers.get("access-control-allow-origin"), null);
  });
  it("is a refusal to a browser that asks, for a page of another origin, what it may send", async () => {
    const api = await startApi();
    for (const path of ["/v1/plan", "/v1/pause", "/metrics", "/docs"]) {
      const headers = { Origin: "http://elsewhere", "Access-Control-Request-Method": "POST" };
      const response = await fetch(api.url + path, { method: "OPTIONS", headers });
      assert.equal(response.status, 405, path);
      assert.deepEqual(
        [...response.headers.keys()].filter((name) => name.startsWith("access-control")),
        [],
      );
      await problemOf(response);
    }
  });
  it("is a refusal to a browser that sends an order with a known password for such a page", async () => {
    const api = await startApi();
    const Authorization = `Basic ${Buffer.from(`ann:${TOKEN}`).toString("base64")}`;
    const order = (headers: Readonly<Record<string, string>>) =>
      fetch(`${api.url}/v1/pause?dryRun=false`, { method: "POST", headers: { Authorization, ...headers } });
    assert.equal((await order({ Origin: "http://elsewhere" })).status, 403);
    assert.deepEqual(api.orderBook.given, []);
    assert.equal((await order({})).status, 202);
    assert.equal(api.orderBook.given.length, 1);
  });
});
