import assert from "node:assert/strict";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { describe, it } from "node:test";
import fc from "fast-check";
import * as z from "zod";
import { createAttempts } from "../../../../common/http/web/attempts.ts";
import { ROLES, type Role } from "../../../../scheduler/api/access/access.ts";
import { auditOf } from "../../../../scheduler/api/access/audit.ts";
import { doorOf } from "../../../../scheduler/api/access/door.ts";
import { createCallLimits, DEFAULT_CALL_RATES } from "../../../../scheduler/api/access/limits.ts";
import { answers, document } from "../../../../scheduler/api/http/answers.ts";
import { endpoint, json, type Endpoint } from "../../../../scheduler/api/http/endpoint.ts";
import { routerOf, type RouterParts, type Served } from "../../../../scheduler/api/http/router.ts";
import { basic, keepingLog, securityOf, startHttp } from "../../common/http/fixture.ts";
import { runs } from "../../../support/runs.ts";
import { problemOf } from "./server.ts";

const RATES = { reads: 2, acts: 1, hooks: 10 };
/** What each may ask for at once at these rates. */
const BURSTS = { viewer: 4, operator: 4, admin: 4, hook: 20 };

const TOKENS = ROLES.map((role) => ({ name: role, role, secret: `the secret of the ${role}` }));
const ENDPOINTS = ROLES.map((role): Endpoint =>
  endpoint({
    method: role === "viewer" ? "get" : "post",
    path: `/v1/${role}`,
    id: role,
    summary: role,
    role,
    answers: answers({ 200: document("who asked", z.strictObject({ name: z.string() })) }),
    handle: ({ caller: { name } }) => json({ name }),
  }),
);

interface TestApi {
  readonly url: string;
  readonly calls: readonly Served[];
  /** What the log was told. */
  readonly told: readonly string[];
  readonly pass: (seconds: number) => void;
  /** Asks for what needs the role. */
  readonly ask: (role: Role, authorization?: string) => Promise<Response>;
}

/** Serves an endpoint for each role; time passes as the test says. */
async function startLimited(over: Partial<RouterParts["access"]> = {}, hasUsers = false): Promise<TestApi> {
  let now = 1000;
  const calls: Served[] = [];
  const { log, told } = keepingLog();
  const access = { openReads: true, tokens: TOKENS, ...over };
  const { guard, limits } = doorOf({ access, rates: RATES, log, now: () => now });
  const router = routerOf({
    endpoints: ENDPOINTS,
    access,
    limits,
    onServed: (served) => {
      calls.push(served);
    },
  });
  const { url } = await startHttp({
    routes: [router],
    guard,
    security: securityOf({
      admits: hasUsers ? (sent) => Promise.resolve(sent === basic("grafana", "right")) : null,
    }),
  });
  return {
    url,
    calls,
    told,
    pass: (seconds) => {
      now += seconds;
    },
    ask: (role, authorization) =>
      fetch(`${url}/v1/${role}`, {
        method: role === "viewer" ? "GET" : "POST",
        headers: authorization === undefined ? {} : { Authorization: authorization },
      }),
  };
}

function bearer(role: Role): string {
  return `Bearer the secret of the ${role}`;
}

/** The statuses of so many calls, one after the other. */
async function statusesOf(count: number, ask: () => Promise<Response>): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let call = 0; call < count; call += 1) {
    const response = await ask();
    statuses.push(response.status);
    await response.body?.cancel();
  }
  return statuses;
}

function times(count: number, status: number): readonly number[] {
  return Array.from({ length: count }, () => status);
}

describe("calls too many", () => {
  for (const role of ROLES) {
    it(`of ${role} are answered 429, with the seconds after which one is let in again`, async () => {
      const api = await startLimited();
      const ask = () => api.ask(role, bearer(role));
      assert.deepEqual(await statusesOf(BURSTS[role], ask), times(BURSTS[role], 200));
      const refused = await ask();
      assert.equal(refused.status, 429);
      assert.equal(refused.headers.get("retry-after"), "1");
      assert.match((await problemOf(refused)).detail, new RegExp(`^${role} asks too often`));
      assert.equal(api.calls.at(-1)?.status, 429);
      api.pass(1);
      assert.equal((await ask()).status, 200);
    });
  }

  it("are counted by caller, and what one reads apart from what it orders", async () => {
    const { ask } = await startLimited();
    const asAdmin = (role: Role) => () => ask(role, bearer("admin"));
    assert.deepEqual(await statusesOf(5, asAdmin("operator")), [...times(4, 200), 429]);
    assert.equal((await asAdmin("admin")()).status, 429, "orders of both kinds are orders");
    assert.equal((await asAdmin("viewer")()).status, 200);
    assert.equal((await asAdmin("hook")()).status, 200);
    assert.equal((await ask("operator", bearer("operator"))).status, 200);
  });

  it("are counted by address without a token, on the loopback too, and whether or not they come to something", async () => {
    const api = await startLimited();
    assert.deepEqual(await statusesOf(5, () => api.ask("viewer")), [...times(4, 200), 429]);
    assert.equal((await api.ask("viewer", bearer("viewer"))).status, 200, "a token has a count of its own");
    assert.deepEqual(await statusesOf(5, () => api.ask("admin")), [...times(4, 401), 429]);
    assert.deepEqual(api.told, [], "who sends nothing guesses nothing");
  });

  it("of one address are no other's, and neither are its guesses", async () => {
    const api = await startLimited();
    const asOther = async (headers: Readonly<Record<string, string>> = {}): Promise<number> => {
      const request = get(`${api.url}/v1/viewer`, { headers, localAddress: "127.0.0.2", agent: false });
      const [response] = (await once(request, "response")) as [IncomingMessage];
      response.resume();
      return response.statusCode ?? 0;
    };
    assert.deepEqual(await statusesOf(5, () => api.ask("viewer")), [...times(4, 200), 429]);
    assert.equal(await asOther(), 200);
    for (let guess = 0; guess < 10; guess += 1) {
      await statusesOf(1, () => api.ask("viewer", "Bearer guess"));
      api.pass(0.5);
    }
    assert.equal((await api.ask("viewer", bearer("viewer"))).status, 429);
    assert.equal(await asOther({ Authorization: bearer("viewer") }), 200);
  });

  it("by default are more than dashboards, scripts and schedulers have", () => {
    const limits = createCallLimits({
      rates: DEFAULT_CALL_RATES,
      attempts: createAttempts({ now: () => 0, onLockedOut: () => undefined }),
      now: () => 0,
    });
    const atOnce = (role: Role): number => {
      let count = 0;
      while (limits.call(role, `an ${role}`) === 0) count += 1;
      return count;
    };
    assert.deepEqual(
      ROLES.map((role) => atOnce(role)),
      [100, 400, 20, 20],
    );
  });
});

describe("who guesses at tokens", () => {
  it("is not listened to after ten wrong ones, with the right one neither, until half a minute has passed", async () => {
    const api = await startLimited();
    for (let guess = 0; guess < 10; guess += 1) {
      const wrong = guess % 2 === 0 ? `Bearer guess ${guess}` : basic("admin", `guess ${guess}`);
      const response = await api.ask("viewer", wrong);
      assert.equal(response.status, 401, wrong);
      await response.body?.cancel();
      api.pass(0.5);
    }
    for (const sent of ["Bearer another guess", bearer("admin"), basic("admin", "the secret of the admin")]) {
      const refused = await api.ask("admin", sent);
      assert.equal(refused.status, 429, sent);
      assert.equal(refused.headers.get("retry-after"), "25");
      await problemOf(refused);
    }
    assert.equal((await api.ask("viewer")).status, 200, "what is open to all stays open");
    assert.equal(api.told.length, 1);
    assert.match(api.told[0] ?? "", /^too many wrong credentials; .*"address":"127\.0\.0\.1"/);
    api.pass(25);
    assert.equal((await api.ask("admin", bearer("admin"))).status, 200);
    assert.deepEqual(await statusesOf(2, () => api.ask("admin", "Bearer guess")), [401, 429]);
  });

  it("is not who has the right one, however often it comes, nor who may do less than it asks for", async () => {
    const api = await startLimited();
    for (let call = 0; call < 30; call += 1) {
      assert.equal((await api.ask("viewer", bearer("viewer"))).status, 200);
      assert.equal((await api.ask("admin", bearer("viewer"))).status, 403);
      api.pass(1);
    }
    assert.deepEqual(api.told, []);
  });
});

describe("a token sent as a password", () => {
  it("is good with its own name, and a name that is no other token's", async () => {
    const { ask, pass } = await startLimited();
    const answer = await ask("admin", basic("admin", "the secret of the admin"));
    assert.deepEqual([answer.status, await answer.json()], [200, { name: "admin" }]);
    for (const wrong of [
      basic("operator", "the secret of the admin"),
      basic("", "the secret of the admin"),
      basic("admin", ""),
      basic("admin", "the secret of the admin "),
      basic("ADMIN", "the secret of the admin"),
    ]) {
      pass(1);
      assert.equal((await ask("admin", wrong)).status, 401, wrong);
    }
  });

  it("that cannot be read is a wrong one, whatever it is", async () => {
    const { ask, pass } = await startLimited();
    const some = fc.oneof(
      fc.constantFrom("Basic", "Basic ", "basic !!!", "Basic YWRtaW4=", "Basic =", "Basic YW Rt", "Bearer"),
      fc
        .string({ unit: "grapheme", maxLength: 40 })
        .map((text) => `Basic ${Buffer.from(text).toString("base64")}`),
      fc.uint8Array({ maxLength: 60 }).map((bytes) => `Basic ${Buffer.from(bytes).toString("base64")}`),
      fc.stringMatching(/^[\x21-\x7e]{0,40}$/).map((text) => `Basic ${text}`),
    );
    await fc.assert(
      fc.asyncProperty(some, async (sent) => {
        // Enough for the counts to be full again.
        pass(1000);
        const response = await ask("admin", sent);
        assert.equal(response.status, 401, sent);
        assert.equal(
          response.headers.get("www-authenticate"),
          'Bearer realm="ballast", Basic realm="ballast", charset="UTF-8"',
        );
        await problemOf(response);
      }),
      runs(300),
    );
  });
});

describe("a user of the web configuration", () => {
  it("may read, which nobody else may without a token, and no more than that", async () => {
    const { ask } = await startLimited({}, true);
    assert.equal((await ask("viewer")).status, 401);
    const read = await ask("viewer", basic("grafana", "right"));
    assert.deepEqual([read.status, await read.json()], [200, { name: "grafana" }]);
    for (const role of ["hook", "operator", "admin"] as const) {
      const refused = await ask(role, basic("grafana", "right"));
      assert.equal(refused.status, 403);
      assert.match((await problemOf(refused)).detail, /^grafana is a viewer; this needs an? /);
    }
  });

  it("may read although reads need a token, and tokens are as good beside users", async () => {
    const { ask } = await startLimited({ openReads: false }, true);
    assert.equal((await ask("viewer", basic("grafana", "right"))).status, 200);
    for (const role of ROLES) {
      assert.equal((await ask(role, bearer(role))).status, 200);
      assert.equal((await ask(role, basic(role, `the secret of the ${role}`))).status, 200);
    }
  });

  it("has as many tries as who has a token", async () => {
    const { ask } = await startLimited({}, true);
    const guess = () => ask("viewer", basic("grafana", "wrong"));
    assert.deepEqual(await statusesOf(12, guess), [...times(10, 401), 429, 429]);
  });
});

describe("the audit", () => {
  it("has a line for each order and each wrong token, and none for calls too many, which are only counted", async () => {
    const { ask, calls } = await startLimited();
    await statusesOf(5, () => ask("operator", bearer("operator")));
    await statusesOf(1, () => ask("viewer", "Bearer wrong"));
    await statusesOf(1, () => ask("viewer", bearer("viewer")));
    const { log, told } = keepingLog();
    const counted: string[] = [];
    const audit = auditOf({ served: (id, status) => counted.push(`${id} ${status}`) }, log);
    for (const call of calls) audit(call);
    assert.deepEqual(counted, [
      ...Array.from({ length: 4 }, () => "operator 200"),
      "operator 429",
      "viewer 401",
      "viewer 200",
    ]);
    assert.equal(told.length, 5);
    assert.match(told[0] ?? "", /"caller":"operator","role":"operator"/);
    assert.match(told[4] ?? "", /"caller":null.*"status":401/);
  });
});
