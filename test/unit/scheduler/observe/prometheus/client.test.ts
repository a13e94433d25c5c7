import assert from "node:assert/strict";
import { describe, it } from "node:test";
import axios from "axios";
import { ask, queryInstant, QueryError } from "../../../../../scheduler/observe/prometheus/client.ts";
import { startFakeServer, type FakeAnswer } from "../../../../support/fake-server.ts";
import { NOW } from "../../../../support/swarm-builder.ts";

const fakePrometheus = await startFakeServer(() => "never");
const http = axios.create({ baseURL: `http://127.0.0.1:${fakePrometheus.port}/base`, timeout: 1500 });

function askFor(answer: FakeAnswer) {
  fakePrometheus.answer = () => answer;
  return queryInstant(http, 'up{job="a b"}', NOW + 250);
}

function vector(...samples: readonly (readonly [instance: string, value: string])[]): FakeAnswer {
  const result = samples.map(([instance, value]) => ({ metric: { instance }, value: [NOW / 1000, value] }));
  return { body: { status: "success", data: { resultType: "vector", result } } };
}

async function refusal(answer: FakeAnswer): Promise<string> {
  const error = await askFor(answer).then(
    () => assert.fail("it was counted on"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof QueryError, String(error));
  return error.message;
}

describe("queryInstant", () => {
  it("posts the query and the moment as a form", async () => {
    await askFor(vector());
    const { method, path, headers, body, query } = fakePrometheus.seen.at(-1) ?? assert.fail();
    assert.deepEqual([method, path, query], ["POST", "/base/api/v1/query", {}]);
    assert.match(headers["content-type"] ?? "", /^application\/x-www-form-urlencoded/);
    assert.deepEqual(Object.fromEntries(new URLSearchParams(body)), {
      query: 'up{job="a b"}',
      time: `${NOW / 1000}.250`,
    });
  });

  it("reads every sample with its labels", async () => {
    assert.deepEqual(await askFor(vector(["a", "0.25"], ["b", "1e+10"], ["c", "-3"])), [
      { labels: { instance: "a" }, value: 0.25 },
      { labels: { instance: "b" }, value: 1e10 },
      { labels: { instance: "c" }, value: -3 },
    ]);
    assert.deepEqual(await askFor(vector()), []);
  });

  it("leaves out what is no finite number", async () => {
    const samples = await askFor(vector(["a", "NaN"], ["b", "+Inf"], ["c", "-Inf"], ["d", "0"]));
    assert.deepEqual(samples, [{ labels: { instance: "d" }, value: 0 }]);
  });

  it("takes remarks that are no warnings", async () => {
    const { body } = vector(["a", "1"]) as { readonly body: object };
    const infos = ["PromQL info: metric might not be a counter"];
    assert.equal((await askFor({ body: { ...body, infos, warnings: [] } })).length, 1);
  });

  it("refuses an answer with warnings, in their words", async () => {
    const { body } = vector(["a", "1"]) as { readonly body: object };
    const warnings = ["store 10.0.0.9 unavailable", "and another"];
    assert.equal(
      await refusal({ body: { ...body, warnings } }),
      "it warns that its answer may be partial: store 10.0.0.9 unavailable; and another",
    );
  });

  it("refuses a status that is no success, in the server's words where it has some", async () => {
    const bad = { status: "error", errorType: "bad_data", error: "parse error at char 3" };
    assert.equal(await refusal({ status: 422, body: bad }), "it answered 422 parse error at char 3");
    assert.equal(
      await refusal({ status: 502, body: "<html>Bad Gateway</html>" }),
      "it answered 502 Bad Gateway",
    );
    assert.equal(await refusal({ status: 401, body: "" }), "it answered 401 Unauthorized");
    assert.equal(await refusal({ status: 500, body: "null" }), "it answered 500 Internal Server Error");
  });

  it("refuses what is no instant vector", async () => {
    const no = "its answer is no instant vector as Prometheus gives it";
    const success = (data: unknown): FakeAnswer => ({ body: { status: "success", data } });
    for (const answer of [
      success({ resultType: "scalar", result: [1, "1"] }),
      success({ resultType: "matrix", result: [{ metric: {}, values: [[1, "1"]] }] }),
      success({ resultType: "vector", result: [{ metric: {}, histogram: [1, {}] }] }),
      success({ resultType: "vector", result: [{ metric: {}, value: [1, 1] }] }),
      success(null),
      { body: { status: "error", error: "answered with 200" } },
      { body: "<html>a login page</html>" },
      { body: "null" },
    ] satisfies readonly FakeAnswer[]) {
      assert.equal(await refusal(answer), no);
    }
  });

  it("refuses an answer that is longer than it may be", async () => {
    fakePrometheus.answer = () => ({ body: "x".repeat(2000) });
    assert.equal(await ask(http, "/api/v1/query", {}, 2000), "x".repeat(2000));
    await assert.rejects(ask(http, "/api/v1/query", {}, 1999), (error) => {
      assert.ok(error instanceof QueryError);
      assert.match(error.message, /size of 1999 exceeded/);
      return true;
    });
  });

  it("refuses to wait for ever, and says when nobody listens", async () => {
    assert.equal(await refusal("never"), "it did not answer in time");
    const nobody = axios.create({ baseURL: "http://127.0.0.1:1", timeout: 1500 });
    await assert.rejects(queryInstant(nobody, "up", NOW), (error) => {
      assert.ok(error instanceof QueryError);
      assert.match(error.message, /ECONNREFUSED/);
      return true;
    });
  });
});
