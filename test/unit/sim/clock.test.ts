import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createClock } from "../../../sim/clock.ts";

describe("the simulated clock", () => {
  it("has things happen in the order of their moments, and of asking within one", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 40 }), (moments) => {
        const clock = createClock(0);
        const happened: (readonly [number, number])[] = [];
        for (const [index, ms] of moments.entries())
          clock.at(ms, () => {
            assert.equal(clock.now(), ms);
            happened.push([ms, index]);
          });
        clock.runUntil(20);
        assert.deepEqual(
          happened,
          [...moments.entries()]
            .map(([index, ms]) => [ms, index] as const)
            .sort((a, b) => a[0] - b[0] || a[1] - b[1]),
        );
      }),
    );
  });

  it("does not do what was called off, and stands where it was told to run to", () => {
    const clock = createClock(100);
    let done = false;
    clock
      .after(10, () => {
        done = true;
      })
      .cancel();
    clock.runUntil(500);
    assert.equal(done, false);
    assert.equal(clock.now(), 500);
    assert.equal(clock.next(), null);
  });

  it("wakes whoever waits, and lets them come to their next wait before time goes on", async () => {
    const clock = createClock(0);
    const seen: string[] = [];
    const walk = async (name: string, stepMs: number): Promise<void> => {
      for (let step = 0; step < 3; step += 1) {
        await clock.wait(stepMs);
        seen.push(`${name}@${clock.now()}`);
      }
    };
    await clock.turn(Promise.all([walk("slow", 30), walk("fast", 20)]));
    assert.deepEqual(seen, ["fast@20", "slow@30", "fast@40", "slow@60", "fast@60", "slow@90"]);
  });

  it("says so when what is waited for can never happen", async () => {
    const clock = createClock(0);
    await assert.rejects(clock.turn(new Promise(() => undefined)), /will never happen/);
  });
});
