import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NO_HISTORY } from "../../../../../../scheduler/domain/history.ts";
import { HISTORY_QUERIES, PURPOSES } from "../../../../../../scheduler/observe/prometheus/history/queries.ts";
import { createHistoryReader } from "../../../../../../scheduler/observe/prometheus/history/reader.ts";
import { answers, AT, OPTIONS, PRESENT, url, usual } from "./past-answers.ts";

describe("a past that cannot be read", () => {
  for (const name of HISTORY_QUERIES) {
    it(`is a doubt that says it was asked for ${PURPOSES[name]}`, async () => {
      const partial = {
        status: "success",
        warnings: ["store away"],
        data: { resultType: "matrix", result: [] },
      };
      answers(usual, { [name]: { body: partial } });
      const { history, doubts } = await createHistoryReader(OPTIONS).readHistory(PRESENT, AT);
      assert.deepEqual(history, NO_HISTORY);
      assert.deepEqual(doubts, [
        `Prometheus at ${url} cannot be counted on: asked for ${PURPOSES[name]} in the past, ` +
          "it warns that its answer may be partial: store away",
      ]);
    });
  }

  it("is a doubt when an answer is none, does not come, or nobody listens", async () => {
    const vector = { body: { status: "success", data: { resultType: "vector", result: [] } } };
    for (const [answer, says] of [
      [vector, /no matrix as Prometheus gives it$/],
      [{ status: 503, body: "" }, /it answered 503 Service Unavailable$/],
      ["never", /it did not answer in time$/],
    ] as const) {
      answers(usual, { taskMemory: answer });
      const { doubts } = await createHistoryReader({ ...OPTIONS, timeoutSeconds: 0.3 }).readHistory(
        PRESENT,
        AT,
      );
      assert.match(doubts[0] ?? "", says);
    }
    const nobody = createHistoryReader({ ...OPTIONS, url: "http://127.0.0.1:1" });
    assert.match((await nobody.readHistory(PRESENT, AT)).doubts[0] ?? "", /ECONNREFUSED/);
  });
});
