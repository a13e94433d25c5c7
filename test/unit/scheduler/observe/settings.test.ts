import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ConfigError } from "../../../../common/config/fault.ts";
import { readSchedulerConfig } from "../../../../scheduler/config.ts";

function loadOf(env: Readonly<Record<string, string>>) {
  const { history, step } = readSchedulerConfig(env).load;
  return [history, step];
}

function refusal(env: Readonly<Record<string, string>>): string {
  try {
    loadOf(env);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message;
  }
  return assert.fail("it was taken");
}

describe("the settings of the past", () => {
  it("are a day of five minutes, and can be none", () => {
    assert.deepEqual(loadOf({}), [86_400, 300]);
    assert.deepEqual(loadOf({ BALLAST_LOAD_HISTORY: "0s" }), [0, 300]);
    assert.deepEqual(loadOf({ BALLAST_LOAD_HISTORY: "7d", BALLAST_LOAD_STEP: "15m" }), [604_800, 900]);
  });

  it("refuse a step that days do not share", () => {
    for (const step of ["7m", "0s", "500ms", "25h", "1.5s"])
      assert.match(refusal({ BALLAST_LOAD_STEP: step }), /BALLAST_LOAD_STEP: does not divide a day/, step);
  });

  it("refuse a past of less than a step, or of more than a week", () => {
    assert.match(refusal({ BALLAST_LOAD_HISTORY: "1m" }), /60s is less than one step \(300s\)/);
    assert.match(refusal({ BALLAST_LOAD_HISTORY: "8d" }), /is more than 7d/);
  });
});
