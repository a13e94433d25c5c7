import assert from "node:assert/strict";
import { describe, it } from "node:test";
import axios from "axios";
import fc from "fast-check";
import { QueryError } from "../../../../../scheduler/observe/prometheus/client.ts";
import { queryRange, tracesFrom } from "../../../../../scheduler/observe/prometheus/range.ts";
import { startFakeServer, type FakeAnswer } from "../../../../support/fake-server.ts";

/** The moments 3000, 3300 and 3600. */
const SPAN = { first: 10, last: 12, stepSeconds: 300 };
const { NaN: UNKNOWN } = Number;

const fakePrometheus = await startFakeServer(() => "never");
const http = axios.create({ baseURL: `http://127.0.0.1:${fakePrometheus.port}/base`, timeout: 1500 });

function ask(answer: FakeAnswer) {
  fakePrometheus.answer = () => answer;
  return queryRange(http, 'up{job="a b"}', SPAN);
}

async function read(text: string) {
  const traces = await tracesFrom(JSON.parse(text), SPAN);
  return traces.map(({ labels, values }) => [labels, [...values]]);
}

function matrix(...values: readonly string[]): string {
  const result = values.map((each, index) => `{"metric":{"instance":"i${index}"},"values":${each}}`);
  return `{"status":"success","data":{"resultType":"matrix","result":[${result.join(",")}]}}`;
}

async function refusalOf(reading: Promise<unknown>): Promise<string> {
  const error = await reading.then(
    () => assert.fail("it was counted on"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof QueryError, String(error));
  return error.message;
}

describe("a range query", () => {
  it("posts the query, its span and the time it may take as a form", async () => {
    await ask({ body: matrix() });
    const { method, path, body } = fakePrometheus.seen.at(-1) ?? assert.fail();
    assert.deepEqual([method, path], ["POST", "/base/api/v1/query_range"]);
    assert.deepEqual(Object.fromEntries(new URLSearchParams(body)), {
      query: 'up{job="a b"}',
      start: "3000",
      end: "3600",
      step: "300",
      timeout: "1500ms",
    });
  });

  it("refuses to wait for ever, and tells the server's own words", async () => {
    assert.equal(await refusalOf(ask("never")), "it did not answer in time");
    const bad = { status: "error", errorType: "bad_data", error: "parse error at char 3" };
    assert.equal(await refusalOf(ask({ status: 422, body: bad })), "it answered 422 parse error at char 3");
  });

  it("refuses an answer with warnings, in their words", async () => {
    const partial = { ...(JSON.parse(matrix()) as object), warnings: ["store 10.0.0.9 unavailable"] };
    assert.equal(
      await refusalOf(ask({ body: partial })),
      "it warns that its answer may be partial: store 10.0.0.9 unavailable",
    );
  });
});

describe("the answer to a range query", () => {
  it("has a number at each moment, or none", async () => {
    assert.deepEqual(await read(matrix('[[3000,"1.5"],[3300,"-2"],[3600,"1e+03"]]', '[[3300,"0"]]', "[]")), [
      [{ instance: "i0" }, [1.5, -2, 1000]],
      [{ instance: "i1" }, [UNKNOWN, 0, UNKNOWN]],
      [{ instance: "i2" }, [UNKNOWN, UNKNOWN, UNKNOWN]],
    ]);
    assert.deepEqual(await read(matrix()), []);
  });

  it("has none where the number is not finite", async () => {
    assert.deepEqual(await read(matrix('[[3000,"NaN"],[3300,"+Inf"],[3600,"1e999"]]')), [
      [{ instance: "i0" }, [UNKNOWN, UNKNOWN, UNKNOWN]],
    ]);
  });

  it("is none when it holds a moment that was not asked for", async () => {
    for (const seconds of ["2700", "3900", "3001", "3000.5", "-3000", "1e300"]) {
      const message = await refusalOf(read(matrix(`[[${seconds},"1"]]`)));
      assert.match(message, /^its matrix holds the moment .+, which was not asked for$/, seconds);
    }
  });

  it("is none when a pair is no number at a moment", async () => {
    for (const pair of ["[3000,1]", '["3000","1"]', '[3000,""]', '[3000,"0x10"]', '"x"', "null", "{}", "[]"])
      assert.equal(
        await refusalOf(read(matrix(`[${pair}]`))),
        "its matrix holds what is no number at a moment",
        pair,
      );
  });

  it("is none when it is no matrix", async () => {
    for (const text of [
      "null",
      '"<html>a login page</html>"',
      '{"status":"error","error":"answered with 200"}',
      '{"status":"success","data":{"resultType":"vector","result":[]}}',
      '{"status":"success","data":{"resultType":"matrix","result":null}}',
      '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":1},"values":[]}]}}',
      '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":{}}]}}',
      '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{}}]}}',
    ])
      assert.equal(await refusalOf(read(text)), "its answer is no matrix as Prometheus gives it", text);
  });

  it("is read or refused, whatever it holds", async () => {
    const values = fc.oneof(
      fc.jsonValue(),
      fc.array(fc.tuple(fc.integer({ min: 2900, max: 3700 }), fc.jsonValue())),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(values, { maxLength: 4 }), async (all) => {
        const reading = tracesFrom(JSON.parse(matrix(...all.map((each) => JSON.stringify(each)))), SPAN);
        const traces = await reading.catch((error: unknown) => {
          assert.ok(error instanceof QueryError, String(error));
          return null;
        });
        assert.ok(traces?.every((trace) => trace.values.length === 3) ?? true);
      }),
    );
  });

  it("lets others have their turn while it is long", async () => {
    const long = JSON.parse(matrix(...Array.from({ length: 2000 }, () => '[[3000,"1"]]'))) as unknown;
    let turns = 0;
    let ended = false;
    const other = (): void => {
      if (ended) return;
      turns += 1;
      setImmediate(other);
    };
    setImmediate(other);
    assert.equal((await tracesFrom(long, SPAN)).length, 2000);
    ended = true;
    assert.ok(turns >= 3, `${turns} turns`);
  });
});
