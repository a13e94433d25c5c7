import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createAttempts, type Attempts } from "../../../../../common/http/web/attempts.ts";

/** With an address that has used up its tries. */
function lockedOut(address: string): {
  readonly attempts: Attempts;
  readonly told: readonly string[];
  readonly pass: (seconds: number) => void;
} {
  let now = 0;
  const told: string[] = [];
  const attempts = createAttempts({ now: () => now, onLockedOut: (each) => told.push(each) });
  for (let attempt = 0; attempt < 10; attempt += 1) {
    assert.equal(attempts.wait(address), 0);
    attempts.failed(address);
  }
  return {
    attempts,
    told,
    pass: (seconds) => {
      now += seconds;
    },
  };
}

describe("wrong credentials", () => {
  it("lock out their address after ten, and then after each one that half a minute allows", () => {
    const { attempts, told, pass } = lockedOut("10.0.0.1");
    assert.equal(attempts.wait("10.0.0.1"), 30);
    assert.equal(attempts.wait("10.0.0.2"), 0);
    // Those that were under way when it was locked out.
    attempts.failed("10.0.0.1");
    assert.deepEqual(told, ["10.0.0.1"]);
    pass(30);
    assert.equal(attempts.wait("10.0.0.1"), 0);
    attempts.failed("10.0.0.1");
    assert.equal(attempts.wait("10.0.0.1"), 30);
    assert.deepEqual(told, ["10.0.0.1", "10.0.0.1"]);
  });

  it("are forgotten in the end: five minutes later there are ten tries again", () => {
    const { attempts, pass } = lockedOut("10.0.0.1");
    pass(300);
    for (let attempt = 0; attempt < 10; attempt += 1) {
      assert.equal(attempts.wait("10.0.0.1"), 0);
      attempts.failed("10.0.0.1");
    }
    assert.equal(attempts.wait("10.0.0.1"), 30);
  });

  it("are remembered of ten thousand addresses, and no more", () => {
    const { attempts } = lockedOut("10.0.0.1");
    for (let other = 1; other < 10_000; other += 1) attempts.failed(`other ${other}`);
    assert.equal(attempts.wait("10.0.0.1"), 30);
    attempts.failed("one more");
    assert.equal(attempts.wait("10.0.0.1"), 0);
  });
});
