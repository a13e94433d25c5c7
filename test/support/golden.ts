import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const GOLDEN = join(import.meta.dirname, "..", "golden");

/**
 * Compares a text with the file of that name in test/golden, so that a change of it is seen in review.
 * `UPDATE_GOLDEN=1` writes the file anew.
 */
export function assertGolden(name: string, actual: string): void {
  const path = join(GOLDEN, name);
  if (process.env["UPDATE_GOLDEN"] === "1") {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, actual);
  }
  const hint = `test/golden/${name} differs; if that is meant, run the test with UPDATE_GOLDEN=1`;
  assert.equal(actual, readFileSync(path, "utf8"), hint);
}
