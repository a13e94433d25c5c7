import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import axios from "axios";
import { waitFor } from "../../lab/lab.ts";
import type { JournalEntry } from "../../scheduler/journal/journal.ts";
import { dashboardQueries } from "../support/dashboard.ts";
import { openTestLab, type TestLab } from "./support/lab.ts";

interface QueryAnswer {
  readonly data: { readonly result: readonly unknown[] };
}

describe("what watches Ballast", () => {
  let test: TestLab;
  before(async () => {
    test = await openTestLab();
  });

  it("an alert makes the scheduler look at once, by way of the real Alertmanager", async () => {
    const alert = {
      labels: { alertname: "BallastNodeOverloaded", ballast: "rebalance", run: String(Date.now()) },
      annotations: { summary: "sent by a test" },
    };
    await axios.post(`${test.addresses.alertmanager}/api/v2/alerts`, [alert]);
    const journal = async () =>
      (
        await axios.get<{ readonly decisions: readonly JournalEntry[] }>(
          `${test.addresses.scheduler}/v1/decisions`,
        )
      ).data.decisions;
    const entry = await waitFor(
      "a decision that the alert called for",
      async () => (await journal()).find(({ trigger }) => trigger === "alert"),
      { timeoutMs: 60_000, everyMs: 250 },
    );
    assert.equal(entry.decision.mode, "advise");
    const metrics = (await axios.get<string>(`${test.addresses.scheduler}/metrics`)).data;
    assert.match(metrics, /ballast_hooks_total\{hook="alertmanager",outcome="accepted"\} [1-9]/);
  });

  it("a hook without the token is refused with the mend", async () => {
    const answer = await axios.post(
      `${test.addresses.scheduler}/v1/hooks/alertmanager`,
      { version: "4", alerts: [] },
      { validateStatus: () => true },
    );
    assert.equal(answer.status, 401);
    assert.match(JSON.stringify(answer.data), /Authorization: Bearer/);
  });

  for (const { title, expr } of dashboardQueries()) {
    it(`the dashboard's "${title}" shows data: ${expr.slice(0, 60)}`, async () => {
      const form = new URLSearchParams({ query: expr });
      await waitFor(
        "data",
        async () => {
          const { data } = await axios.post<QueryAnswer>(`${test.addresses.prometheus}/api/v1/query`, form);
          return data.data.result.length > 0;
        },
        { timeoutMs: 60_000, everyMs: 1000 },
      );
    });
  }
});
