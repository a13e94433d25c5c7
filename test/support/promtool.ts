import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import type { TestContext } from "node:test";

/**
 * Fails with what promtool would mend in an exposition, but for lines that match `tolerated`. Where promtool is not
 * installed the test is skipped, except in CI: there its absence would be a check that never ran.
 */
export function assertLintFree(context: TestContext, exposition: string, tolerated?: RegExp): void {
  const { error, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], {
    input: exposition,
    encoding: "utf8",
  });
  if (error !== undefined && process.env["CI"] === undefined) {
    context.skip("promtool is not installed; `sh scripts/setup.sh lab` installs it");
    return;
  }
  assert.equal(error, undefined);
  const faults = `${stdout}${stderr}`.split("\n").filter((line) => line.trim() !== "");
  assert.deepEqual(
    faults.filter((line) => tolerated?.test(line) !== true),
    [],
  );
}
