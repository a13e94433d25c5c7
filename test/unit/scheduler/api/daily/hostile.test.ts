import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { hostileText, hostileValue, KEYS_OF_OBJECTS } from "../../../../support/hostile-values.ts";
import { runs } from "../../../../support/runs.ts";
import { post, startDailyApi } from "./fixture.ts";

const api = await startDailyApi();

const PATHS = [
  "/v1/services/web/scale",
  "/v1/services/web/restart",
  "/v1/services/web/image",
  "/v1/services/web/rollback",
  "/v1/nodes/n2/labels",
  "/v1/nodes/n2/availability",
  "/v1/nodes/n2/role",
  "/v1/join-tokens",
];

const someField = fc.constantFrom(
  "replicas",
  "image",
  "set",
  "remove",
  "availability",
  "role",
  "rotate",
  "force",
  "reason",
  "dryRun",
  ...KEYS_OF_OBJECTS,
);
const someBody = fc
  .array(fc.tuple(someField, hostileValue), { maxLength: 3 })
  .map(
    (fields) => `{${fields.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join()}}`,
  );

/** Bodies that are wrong in one thing, and the place that is named. */
const WRONG: readonly (readonly [path: string, body: string, place: RegExp])[] = [
  ["/v1/services/web/scale", "{}", /body\.replicas/],
  ["/v1/services/web/scale", '{"replicas":-1}', /body\.replicas/],
  ["/v1/services/web/scale", '{"replicas":1.5}', /body\.replicas/],
  ["/v1/services/web/scale", '{"replicas":"3"}', /body\.replicas/],
  ["/v1/services/web/scale", '{"replicas":10001}', /body\.replicas/],
  ["/v1/services/web/scale", '{"replicas":9223372036854775807}', /body\.replicas/],
  ["/v1/services/web/scale", '{"replicas":3,"dryRun":false}', /dryRun/],
  ["/v1/services/web/restart", '{"force":true}', /force/],
  ["/v1/services/web/image", '{"image":""}', /body\.image/],
  ["/v1/services/web/image", '{"image":"a b"}', /body\.image/],
  ["/v1/services/web/image", '{"image":"--help"}', /body\.image/],
  ["/v1/nodes/n2/labels", "{}", /name a label/],
  ["/v1/nodes/n2/labels", '{"set":{"__proto__":"x"}}', /body\.set: __proto__ is no label/],
  ["/v1/nodes/n2/labels", '{"set":{"a b":"x"}}', /body\.set/],
  ["/v1/nodes/n2/labels", '{"set":{"a":1}}', /body\.set\.a/],
  ["/v1/nodes/n2/labels", '{"set":{"a":"x\\u0000y"}}', /body\.set\.a/],
  ["/v1/nodes/n2/labels", '{"set":{"a":"x"},"remove":["a"]}', /a is to be set too/],
  ["/v1/nodes/n2/labels", '{"set":[]}', /body\.set/],
  ["/v1/nodes/n2/availability", '{"availability":"down"}', /body\.availability/],
  ["/v1/nodes/n2/role", '{"role":"leader"}', /body\.role/],
  ["/v1/join-tokens", "{}", /body\.role/],
];

describe("a body that is wrong", () => {
  for (const [path, body, place] of WRONG)
    it(`is refused with its place: ${path} ${body}`, async () => {
      const before = api.fake.writes().length;
      const { status, detail } = await post(api, path, body);
      assert.equal(status, 400, detail);
      assert.match(detail, place);
      assert.equal(api.fake.writes().length, before);
    });

  it("is carried out or refused with a problem, whatever it holds, and never half of it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...PATHS), someBody, async (path, body) => {
        const { writes } = api.fake;
        const before = writes().length;
        const { status, detail } = await post(api, path, body);
        assert.ok(status < 500, `${status} ${detail}`);
        assert.ok(writes().length - before <= 1);
        if (status >= 400) assert.equal(writes().length, before, detail);
      }),
      runs(400),
    );
  });
});

describe("a path that is wrong", () => {
  it("is refused with a problem, and nothing is asked of Docker", async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, fc.constantFrom("services", "nodes"), async (name, kind) => {
        const before = api.fake.writes().length;
        const act = kind === "services" ? "restart" : "labels";
        const escaped = encodeURIComponent(`x${name.toWellFormed().slice(0, 200)}`);
        const { status } = await post(api, `/v1/${kind}/${escaped}/${act}`, {
          ...(act === "labels" && { set: { a: "1" } }),
        });
        assert.ok(status === 404 || status === 400, String(status));
        assert.equal(api.fake.writes().length, before);
      }),
      runs(100),
    );
  });
});
