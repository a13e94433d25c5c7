import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runMonth, type MonthRan } from "../../../bench/policies/month.ts";
import { LITTLE_EFFORT } from "../../support/decide-lightly.ts";

/** Two days of Ballast that remembers four hours; the last ten hours of them nothing changes. */
function aShortMonth(): Promise<MonthRan> {
  return runMonth({
    ...{ nodes: 5, tasks: 30, days: 2, stillDays: 10 / 24, seed: 1, lookSeconds: 600 },
    effort: LITTLE_EFFORT,
    env: { BALLAST_LOAD_HISTORY: "4h" },
  });
}

describe("Ballast over days of daily cycles, noise, deploys, failures and slow scrapes", () => {
  it("levels what is uneven, moves nothing twice without a cause, and comes to rest", async () => {
    const { landed, decisions, happened, faults } = await aShortMonth();
    assert.deepEqual(faults, []);
    assert.ok(landed > 0, "there was nothing to mend");
    assert.ok(decisions > 250, `${decisions} decisions`);
    assert.ok(happened.deploys > 0 && happened.losses + happened.drains > 0, JSON.stringify(happened));
  });
});
