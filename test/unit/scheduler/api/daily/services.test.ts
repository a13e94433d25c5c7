import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { digestOf } from "../../../../../scheduler/act/steer-spec.ts";
import { readUpdateId } from "../../../../../scheduler/domain/daily.ts";
import { STEER_LABEL } from "../../../../../scheduler/domain/steer.ts";
import { CHANGED_SERVICE } from "../../../../../scheduler/api/schemas/daily.ts";
import { aRecord } from "../../../../support/raw-builder.ts";
import { TRUSTED } from "../../../../support/swarm-builder.ts";
import { SPEC } from "./fake-docker.ts";
import { post, startDailyApi, SWARM, type Answer, type DailyApi } from "./fixture.ts";

type Json = Readonly<Record<string, unknown>>;

const WEB: Json = { ...SPEC, Name: "web" };
const TEMPLATE = SPEC["TaskTemplate"] as Json;
const PREVIOUS: Json = { ...WEB, Mode: { Replicated: { Replicas: 7 } } };

/** What each act writes. */
const ACTS: readonly (readonly [act: string, body: object, written: Json])[] = [
  ["scale", { replicas: 4 }, { ...WEB, Mode: { Replicated: { Replicas: 4 } } }],
  ["restart", {}, { ...WEB, TaskTemplate: { ...TEMPLATE, ForceUpdate: 1 } }],
  [
    "image",
    { image: "shop/web@sha256:00" },
    { ...WEB, TaskTemplate: { ...TEMPLATE, ContainerSpec: { Image: "shop/web@sha256:00", Env: ["A=1"] } } },
  ],
  ["rollback", {}, PREVIOUS],
];

async function start(): Promise<DailyApi> {
  const api = await startDailyApi();
  const web = api.fake.services["web"];
  assert.ok(web !== undefined);
  web.previous = PREVIOUS;
  return api;
}

function assertShape(answer: Answer): void {
  assert.doesNotThrow(() => CHANGED_SERVICE.parse(answer.body));
}

describe("an act on a service, over a fake Docker", () => {
  for (const [act, body, written] of ACTS) {
    it(`${act}: is written once, whole but for what was asked, and can be followed`, async () => {
      const api = await start();
      const answer = await post(api, `/v1/services/web/${act}`, { ...body, reason: "why" });
      assert.equal(answer.status, 202, answer.detail);
      assertShape(answer);
      assert.deepEqual(api.fake.services["web"]?.spec, written);
      assert.equal(api.fake.writes().length, 1);
      const { operation } = answer.body as {
        readonly operation: { readonly id: string; readonly href: string };
      };
      assert.deepEqual(readUpdateId(operation.id), {
        serviceId: "web",
        version: 11,
        digest: digestOf(written),
      });
      assert.equal(operation.href, `/v1/operations/${operation.id}`);
      const [deed, ...more] = api.deeds;
      assert.deepEqual([deed?.caller, deed?.reason, deed?.act.act, deed?.name], ["ann", "why", act, "web"]);
      assert.deepEqual(deed?.changes, answer.body["changes"]);
      assert.equal(more.length, 0);
    });

    it(`${act}: a dry run tells the same changes in the same shape, and writes nothing`, async () => {
      const api = await start();
      const path = `/v1/services/web/${act}`;
      const dry = await post(api, path, body, { dryRun: true });
      assert.equal(dry.status, 200, dry.detail);
      assertShape(dry);
      assert.deepEqual([api.fake.writes(), api.deeds], [[], []]);
      const meant = await post(api, path, body);
      assert.deepEqual(Object.keys(dry.body), Object.keys(meant.body));
      assert.deepEqual(
        { ...dry.body, dryRun: false, done: true, operation: meant.body["operation"] },
        meant.body,
      );
    });

    it(`${act}: is an operator's, and nobody else's below`, async () => {
      const api = await start();
      const path = `/v1/services/web/${act}`;
      assert.equal((await post(api, path, body, { secret: "wrong" })).status, 401);
      assert.equal((await post(api, path, body, { secret: "of-olaf" })).status, 202);
    });

    it(`${act}: is refused by the setting with 403, while the swarm is unknown with 503, of none with 404`, async () => {
      const path = `/v1/services/web/${act}`;
      const closed = await startDailyApi({ allow: [] });
      assert.equal((await post(closed, path, body)).status, 403);
      const inputs = TRUSTED.map((input) => ({ ...input, doubts: ["no leader"] }));
      const blind = await startDailyApi({ snapshot: { ...SWARM, inputs } });
      assert.equal((await post(blind, path, body)).status, 503);
      assert.equal((await post(await start(), `/v1/services/none/${act}`, body)).status, 404);
      assert.deepEqual([closed.fake.writes(), blind.fake.writes()], [[], []]);
    });

    it(`${act}: is judged by what the manager says now, not by what was seen before`, async () => {
      const api = await start();
      const web = api.fake.services["web"];
      assert.ok(web !== undefined);
      web.spec = { ...WEB, Labels: { [STEER_LABEL]: JSON.stringify(aRecord()) } };
      const moving = await post(api, `/v1/services/web/${act}`, body);
      assert.deepEqual([moving.status, moving.detail.includes("is moving a task")], [409, true]);
      web.spec = { ...WEB, Labels: { "ballast.acts": "none" } };
      assert.equal((await post(api, `/v1/services/web/${act}`, body)).status, 403);
      delete api.fake.services["web"];
      assert.equal((await post(api, `/v1/services/web/${act}`, body)).status, 404);
      assert.deepEqual(api.fake.writes(), []);
    });

    it(`${act}: meets one write of Swarm's own, and gives way to one of somebody else's`, async () => {
      const api = await start();
      const web = api.fake.services["web"];
      assert.ok(web !== undefined);
      // Swarm notes something on the service, once: its version grows and its spec is the same.
      bumpOnce(api, () => undefined);
      assert.equal((await post(api, `/v1/services/web/${act}`, body)).status, 202);
      assert.equal(api.fake.writes().length, 2);

      web.spec = WEB;
      web.previous = PREVIOUS;
      bumpOnce(api, () => {
        web.spec = { ...WEB, Labels: { owner: "was here" } };
      });
      const answer = await post(api, `/v1/services/web/${act}`, body);
      assert.equal(answer.status, 409);
      assert.match(answer.detail, /somebody else wrote/);
      assert.deepEqual(web.spec["Labels"], { owner: "was here" });

      web.spec = WEB;
      api.fake.onWrite = () => (web.version += 1);
      assert.equal((await post(api, `/v1/services/web/${act}`, body)).status, 409, "and again and again");
      assert.equal(api.fake.writes().length, 5);
    });
  }

  it("that changes nothing writes nothing, and says so", async () => {
    const api = await start();
    for (const [act, body] of [
      ["scale", { replicas: 1 }],
      ["image", { image: "shop/web:1" }],
    ] as const) {
      const { status, body: told } = await post(api, `/v1/services/web/${act}`, body);
      assert.deepEqual([status, told["done"], told["changes"], told["operation"]], [200, false, [], null]);
    }
    assert.deepEqual([api.fake.writes(), api.deeds], [[], []]);
  });

  it("scale: to nothing only by force", async () => {
    const api = await start();
    const { status, detail } = await post(api, "/v1/services/web/scale", { replicas: 0 });
    assert.equal(status, 409);
    assert.match(detail, /ask with `"force": true`/);
    assert.equal((await post(api, "/v1/services/web/scale", { replicas: 0, force: true })).status, 202);
  });

  it("restart and image: tell what the owner wants done when it fails", async () => {
    const api = await start();
    const web = api.fake.services["web"];
    assert.ok(web !== undefined);
    web.spec = { ...WEB, UpdateConfig: { FailureAction: "rollback", Order: "start-first", Parallelism: 2 } };
    const { body } = await post(api, "/v1/services/web/image", { image: "shop/web:2" }, { dryRun: true });
    const update = body["update"] as Json;
    assert.deepEqual(
      [update["failureAction"], update["order"], update["parallelism"]],
      ["rollback", "start-first", 2],
    );
    assert.match(String(body["notes"]), /without a digest/);
  });

  it("says what Docker has against it", async () => {
    const api = await start();
    api.fake.refusal = { status: 400, body: { message: "invalid reference format" } };
    const bad = await post(api, "/v1/services/web/image", { image: "Shop/WEB" });
    assert.equal(bad.status, 400);
    assert.match(bad.detail, /invalid reference format/);
    api.fake.refusal = { status: 403, body: { message: "read only" } };
    assert.equal((await post(api, "/v1/services/web/restart")).status, 502);
    assert.deepEqual(api.deeds, []);
  });
});

/** At the next write somebody else's comes first. */
function bumpOnce({ fake }: DailyApi, change: () => void): void {
  fake.onWrite = () => {
    const web = fake.services["web"];
    if (web !== undefined) web.version += 1;
    change();
    fake.onWrite = () => undefined;
  };
}
