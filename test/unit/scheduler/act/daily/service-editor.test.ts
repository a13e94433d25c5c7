import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import Docker from "dockerode";
import fc from "fast-check";
import { createServiceEditor } from "../../../../../scheduler/act/daily/service-editor.ts";
import { createSwarmGateway } from "../../../../../scheduler/act/gateway.ts";
import { digestOf } from "../../../../../scheduler/act/steer-spec.ts";
import type { ServiceDraft, Written } from "../../../../../scheduler/domain/daily.ts";
import { STEER_LABEL } from "../../../../../scheduler/domain/steer.ts";
import { startFakeServer, type FakeAnswer, type SeenRequest } from "../../../../support/fake-server.ts";
import { randomSpec } from "../../../../support/random-spec.ts";
import { aRawSpec, aRecord } from "../../../../support/raw-builder.ts";
import { runs } from "../../../../support/runs.ts";

const OUT_OF_SEQUENCE = {
  status: 500,
  body: { message: "rpc error: code = Unknown desc = update out of sequence" },
};
const UNKNOWN = { NobodyKnows: [{ Deep: null }], Big: 86_400_000_000_000 };

/** What the manager answers, by method and path; what is not here is not found. */
const answers = new Map<string, FakeAnswer>();
const fakeDocker = await startFakeServer(
  ({ method, path }) => answers.get(`${method} ${path}`) ?? { status: 404, body: { message: `no ${path}` } },
);
const docker = new Docker({ host: "127.0.0.1", port: fakeDocker.port, protocol: "http", timeout: 500 });
const services = createServiceEditor(docker, createSwarmGateway(docker));

beforeEach(() => {
  answers.clear();
  answers.set("GET /services/abc", { body: told() });
  answers.set("POST /services/abc/update", { body: { Warnings: null } });
});

function told(spec: unknown = aRawSpec(UNKNOWN), more: object = {}, version = 42): object {
  return {
    ID: "abc",
    Version: { Index: version },
    CreatedAt: "2026-01-01T00:00:00Z",
    UpdatedAt: "2026-01-15T12:00:00Z",
    Spec: spec,
    ...more,
  };
}

function lastWrite(): SeenRequest {
  const request = fakeDocker.seen.findLast(({ method }) => method === "POST");
  assert.ok(request !== undefined);
  return request;
}

async function drafted(...[change = { act: "restart" }]: [ServiceDraft["change"]?]): Promise<ServiceDraft> {
  const draft = await services.draft("abc", change);
  assert.ok(draft !== null);
  return draft;
}

describe("a draft for a service, of a fake Docker", () => {
  it("is what the check asks for, at the version that was read", async () => {
    const draft = await drafted({ act: "scale", replicas: 3 });
    assert.deepEqual(
      { ...draft, spec: null, labels: null, digest: "", nextDigest: "" },
      {
        change: { act: "scale", replicas: 3 },
        id: "abc",
        name: "web",
        version: 42,
        mode: "replicated",
        replicas: 1,
        image: "shop/web:1",
        labels: null,
        updateState: null,
        steered: false,
        previous: "none",
        exact: true,
        pace: {
          order: "stop-first",
          parallelism: 2,
          delaySeconds: 0,
          failureAction: "pause",
          maxFailureRatio: 0,
        },
        changes: [{ place: "Mode.Replicated.Replicas", before: 1, after: 3 }],
        digest: "",
        nextDigest: "",
        spec: null,
      },
    );
  });

  it("tells the mode, and what has no container", async () => {
    for (const [Mode, mode] of [
      [{ Global: {} }, "global"],
      [{ ReplicatedJob: {} }, "replicated-job"],
      [{ GlobalJob: {} }, "global-job"],
    ] as const) {
      answers.set("GET /services/abc", { body: told(aRawSpec({ Mode, TaskTemplate: { PluginSpec: {} } })) });
      const draft = await drafted();
      assert.deepEqual([draft.mode, draft.image], [mode, null]);
    }
  });

  it("tells a move under way, and a spec before that is a step of one", async () => {
    const steered = aRawSpec({ Labels: { [STEER_LABEL]: JSON.stringify(aRecord()) } });
    answers.set("GET /services/abc", { body: told(steered, { PreviousSpec: aRawSpec() }) });
    let draft = await drafted({ act: "rollback" });
    assert.deepEqual([draft.steered, draft.previous], [true, "owners"]);
    answers.set("GET /services/abc", { body: told(aRawSpec(), { PreviousSpec: steered }) });
    draft = await drafted({ act: "rollback" });
    assert.deepEqual([draft.steered, draft.previous], [false, "steered"]);
  });

  it("of a rollback shows what would change, at the pace of rollbacks", async () => {
    const TaskTemplate = { ...(aRawSpec()["TaskTemplate"] as object), ForceUpdate: 7 };
    const RollbackConfig = { Order: "start-first", FailureAction: "continue", Delay: 2e9 };
    const before = aRawSpec({ TaskTemplate });
    const body = told(aRawSpec({ RollbackConfig }), { PreviousSpec: { ...before, RollbackConfig } });
    answers.set("GET /services/abc", { body });
    const draft = await drafted({ act: "rollback" });
    assert.deepEqual(draft.changes, [{ place: "TaskTemplate.ForceUpdate", before: 0, after: 7 }]);
    assert.deepEqual(draft.pace, {
      order: "start-first",
      parallelism: 0,
      delaySeconds: 2,
      failureAction: "continue",
      maxFailureRatio: 0,
    });
  });

  it("says so where a number could not be written back", async () => {
    const big = JSON.stringify(told(aRawSpec({ Big: "BIG" }))).replace('"BIG"', "9223372036854775807");
    answers.set("GET /services/abc", { body: big });
    assert.equal((await drafted()).exact, false);
    const TaskTemplate = { ForceUpdate: Number.MAX_SAFE_INTEGER };
    answers.set("GET /services/abc", { body: told(aRawSpec({ TaskTemplate })) });
    assert.equal((await drafted()).exact, false, "the next one is too many");
    assert.equal((await drafted({ act: "scale", replicas: 2 })).exact, true);
    const before = big
      .replace('"Spec"', '"PreviousSpec"')
      .replace('"ID"', `"Spec":${JSON.stringify(aRawSpec())},"ID"`);
    answers.set("GET /services/abc", { body: before });
    assert.equal((await drafted({ act: "rollback" })).exact, true, "that Swarm keeps itself");
  });

  it("is null where it is gone, and an error where another is told of or none", async () => {
    assert.equal(await services.draft("gone", { act: "restart" }), null);
    answers.set("GET /services/abc", { body: { ...told(), ID: "xyz" } });
    await assert.rejects(services.draft("abc", { act: "restart" }), /told of service xyz instead of abc/);
    answers.set("GET /services/abc", { status: 503, body: { message: "not a swarm manager" } });
    await assert.rejects(services.draft("abc", { act: "restart" }), /not a swarm manager/);
    answers.set("GET /services/abc", "never");
    await assert.rejects(services.draft("abc", { act: "restart" }));
  });
});

describe("a write to a service, to a fake Docker", () => {
  it("is the whole spec, at the version that was read, without a registry's secret", async () => {
    const draft = await drafted({ act: "scale", replicas: 3 });
    answers.set("GET /services/abc", { body: told(draft.spec, {}, 43) });
    assert.deepEqual(await services.write(draft), {
      outcome: "written",
      version: 43,
      digest: draft.nextDigest,
    });
    const { path, query, headers, body } = lastWrite();
    assert.deepEqual([path, query], ["/services/abc/update", { version: "42" }]);
    assert.deepEqual(JSON.parse(body), { ...aRawSpec(UNKNOWN), Mode: { Replicated: { Replicas: 3 } } });
    assert.equal(headers["x-registry-auth"], undefined);
  });

  it("survives the way there with all that nobody knows of", async () => {
    await fc.assert(
      fc.asyncProperty(randomSpec, async (random) => {
        const spec: Readonly<Record<string, unknown>> = {
          ...random,
          Name: "web",
          Mode: { Global: { New: [1] } },
        };
        answers.set("GET /services/abc", { body: told(spec) });
        const draft = await drafted({ act: "restart" });
        await services.write(draft);
        const { TaskTemplate: sent, ...others } = JSON.parse(lastWrite().body) as Record<string, object>;
        const { TaskTemplate: had, ...theirs } = JSON.parse(JSON.stringify(spec)) as Record<string, object>;
        const forced = (had as { readonly ForceUpdate?: number } | undefined)?.ForceUpdate ?? 0;
        assert.deepEqual(others, theirs);
        assert.deepEqual(sent, { ...had, ForceUpdate: forced + 1 });
      }),
      runs(200),
    );
  });

  it("back names the spec of before by Swarm's own word, and sends the one in force", async () => {
    const before = aRawSpec({ Mode: { Replicated: { Replicas: 9 } } });
    answers.set("GET /services/abc", { body: told(aRawSpec(), { PreviousSpec: before }) });
    const written = await services.write(await drafted({ act: "rollback" }));
    assert.deepEqual(lastWrite().query, { version: "42", rollback: "previous" });
    assert.deepEqual(JSON.parse(lastWrite().body), aRawSpec());
    // The read after it is older than the write: what was asked for tells what was written.
    assert.deepEqual(written, { outcome: "written", version: 42, digest: digestOf(before) });
  });

  const failures: readonly (readonly [string, FakeAnswer, Written])[] = [
    ["somebody wrote first", OUT_OF_SEQUENCE, { outcome: "conflict" }],
    ["it is gone", { status: 404, body: { message: "service abc not found" } }, { outcome: "gone" }],
  ];
  for (const [what, answer, written] of failures)
    it(`says that ${what}`, async () => {
      for (const act of ["restart", "rollback"] as const) {
        const draft = await drafted({ act });
        answers.set("POST /services/abc/update", answer);
        assert.deepEqual(await services.write(draft), written);
      }
    });

  it("says what the manager has against it, and fails where there is no answer", async () => {
    const draft = await drafted({ act: "image", image: "A/B" });
    answers.set("POST /services/abc/update", { status: 400, body: { message: "invalid reference format" } });
    const written = await services.write(draft);
    assert.ok(written.outcome === "refused");
    assert.equal(written.status, 400);
    assert.match(written.detail, /invalid reference format/);
    answers.set("POST /services/abc/update", { status: 500, body: { message: "no leader" } });
    await assert.rejects(services.write(draft), /no leader/);
  });
});

describe("a look at a service, of a fake Docker", () => {
  function raw(id: string, template: unknown): object {
    const Status = { Timestamp: "2026-01-15T12:00:00Z", State: "running" };
    return { ID: id, CreatedAt: "2026-01-15T12:00:00Z", DesiredState: "running", Status, Spec: template };
  }

  it("tells which tasks were made from its spec, whatever a move left in their placement", async () => {
    const template = aRawSpec()["TaskTemplate"] as Readonly<Record<string, unknown>>;
    answers.set("GET /tasks", {
      body: [
        raw("same", { ...template, ForceUpdate: undefined, Placement: { Constraints: ["node.id==n2"] } }),
        raw("forced", { ...template, ForceUpdate: 1 }),
        raw("old", { ...template, ContainerSpec: { Image: "shop/web:0" } }),
      ],
    });
    const look = await services.look("abc");
    assert.deepEqual(
      look?.tasks.map(({ id, isCurrent }) => [id, isCurrent]),
      [
        ["same", true],
        ["forced", false],
        ["old", false],
      ],
    );
    assert.deepEqual(look.service.digest, digestOf(aRawSpec(UNKNOWN)));
  });

  it("sees through a move to the owner's spec", async () => {
    const own = aRawSpec();
    const record = aRecord(own);
    const steered = aRawSpec({ Labels: { [STEER_LABEL]: JSON.stringify(record) } });
    answers.set("GET /services/abc", { body: told(steered) });
    answers.set("GET /tasks", { body: [] });
    assert.equal((await services.look("abc"))?.service.digest, digestOf(own));
    assert.equal(await services.look("gone"), null);
  });
});
