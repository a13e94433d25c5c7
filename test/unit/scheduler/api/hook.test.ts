import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { problemOf, startApi, TOKEN, type TestApi } from "./server.ts";

const PATH = "/v1/hooks/alertmanager";

interface Alert {
  readonly status?: string;
  readonly startsAt?: string;
  readonly fingerprint?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** What Alertmanager sends of these alerts. */
function webhook(...alerts: readonly Alert[]): string {
  return JSON.stringify({
    version: "4",
    groupKey: '{}:{alertname="NodeHot"}',
    truncatedAlerts: 0,
    status: "firing",
    receiver: "ballast",
    externalURL: "http://alertmanager:9093",
    alerts: alerts.map((over) => ({
      status: "firing",
      labels: { alertname: "NodeHot" },
      annotations: {},
      startsAt: "2026-01-15T12:00:00Z",
      endsAt: "0001-01-01T00:00:00Z",
      generatorURL: "",
      fingerprint: "f1",
      ...over,
    })),
  });
}

function call(api: TestApi, body: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`${api.url}${PATH}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json", ...headers },
    body,
  });
}

describe("who may call the hook", () => {
  it("is nobody where no token is set, and the answer says how to set one", async () => {
    const api = await startApi({ access: { tokens: [], openReads: true } });
    const response = await call(api, webhook({}));
    assert.equal(response.status, 403);
    assert.equal(
      (await problemOf(response)).detail,
      "set BALLAST_HOOKS_TOKEN or BALLAST_HOOKS_TOKEN_FILE to open this",
    );
    assert.deepEqual([api.looks, api.counted], [[], ["alertmanager refused"]]);
  });

  it("is whoever has the token, letter for letter", async () => {
    const api = await startApi();
    for (const wrong of [
      "",
      "Bearer ",
      "Bearer S3CRET",
      "Bearer s3cret2",
      "s3cret",
      "Basic s3cret",
      "Bearer  s3cret",
    ]) {
      const response = await call(api, webhook({}), { Authorization: wrong });
      assert.equal(response.status, 401, wrong);
      assert.match((await problemOf(response)).detail, /^send `Authorization: Bearer`/);
    }
    assert.deepEqual(api.looks, []);
    assert.equal((await call(api, webhook({}))).status, 202);
  });

  it("is sent on by a scheduler that stands by, with the connection closed", async () => {
    const api = await startApi({ leads: () => false });
    const response = await call(api, webhook({}));
    assert.equal(response.status, 503);
    assert.equal(response.headers.get("connection"), "close");
    assert.equal((await problemOf(response)).title, "Standing by");
    assert.deepEqual([api.looks, api.counted], [[], ["alertmanager standby"]]);
  });

  it("learns nothing of standing by without the token", async () => {
    const api = await startApi({ leads: () => false });
    assert.equal((await call(api, webhook({}), { Authorization: "Bearer x" })).status, 401);
  });
});

describe("an alert", () => {
  it("makes the loop look, by its name", async () => {
    const api = await startApi();
    const response = await call(
      api,
      webhook(
        {},
        { fingerprint: "f2", labels: { severity: "page" } },
        { fingerprint: "f3", status: "resolved" },
      ),
    );
    assert.equal(response.status, 202);
    assert.deepEqual(await response.json(), { received: 3, fresh: 3 });
    assert.deepEqual(api.looks, [["NodeHot", "unnamed"]]);
    assert.deepEqual(api.counted, ["alertmanager accepted"]);
  });

  it("that was seen does not, and one that fires anew does", async () => {
    const api = await startApi();
    await call(api, webhook({}));
    const again = await call(api, webhook({}));
    assert.deepEqual([again.status, await again.json()], [202, { received: 1, fresh: 0 }]);
    assert.deepEqual(api.looks, [["NodeHot"]]);
    await call(api, webhook({ startsAt: "2026-01-15T13:00:00Z" }));
    await call(api, webhook({}, { fingerprint: "f2" }));
    assert.deepEqual(api.looks, [["NodeHot"], ["NodeHot"], ["NodeHot"]]);
    assert.deepEqual(
      api.counted,
      ["accepted", "repeated", "accepted", "accepted"].map((outcome) => `alertmanager ${outcome}`),
    );
  });

  it("that is resolved does not", async () => {
    const api = await startApi();
    await call(api, webhook({ status: "resolved" }));
    await call(api, webhook());
    assert.deepEqual(api.looks, []);
    assert.deepEqual(api.counted, ["alertmanager accepted", "alertmanager repeated"]);
  });
});

describe("a body that is none", () => {
  const cases: readonly (readonly [what: string, body: string, status: number, says: RegExp])[] = [
    ["of another version", '{"version":"3","alerts":[]}', 400, /^body\.version: .*"4"/],
    ["without alerts", '{"version":"4"}', 400, /^body\.alerts: .*array/],
    [
      "with a status that is none",
      webhook({}, { status: "loud" }),
      400,
      /^body\.alerts\.1\.status: .*"firing"\|"resolved"/,
    ],
    ["with an alert that is none", '{"version":"4","alerts":[null]}', 400, /^body\.alerts\.0: /],
    ["that is a list", "[]", 400, /expected object/],
    ["that is empty", "", 400, /body\.alerts: /],
    ["of broken JSON", '{"version":', 400, /JSON/],
    ["of a bare word", "true", 400, /JSON/],
    [
      "of more than 1 MB",
      JSON.stringify({ version: "4", alerts: [], filler: "x".repeat(2 ** 20) }),
      413,
      /too large/,
    ],
  ];
  for (const [what, body, status, says] of cases) {
    it(`${what} is refused with ${status} and what is wrong`, async () => {
      const api = await startApi();
      const response = await call(api, body);
      assert.equal(response.status, status);
      assert.match((await problemOf(response)).detail, says);
      assert.deepEqual([api.looks, api.counted], [[], ["alertmanager refused"]]);
    });
  }

  it("of another type, encoding or compression is refused", async () => {
    const api = await startApi();
    for (const [headers, status] of [
      [{ "Content-Type": "text/plain" }, 415],
      [{ "Content-Type": "application/json; charset=klingon" }, 415],
      [{ "Content-Encoding": "br2" }, 415],
      [{ "Content-Encoding": "gzip" }, 400],
    ] as const) {
      const response = await call(api, webhook({}), headers);
      assert.equal(response.status, status);
      await problemOf(response);
    }
    assert.deepEqual(api.looks, []);
  });
});
