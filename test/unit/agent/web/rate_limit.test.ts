import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createRateLimit } from "../../../../agent/web/rate_limit.ts";

describe("a rate limit", () => {
  it("of no interval lets everything pass", () => {
    const takes = createRateLimit({ interval: 0, burst: 0 }, () => 0);
    assert.ok(Array.from({ length: 100 }, takes).every(Boolean));
  });

  it("lets a burst pass, then one each interval, and never more than a burst at once", () => {
    let now = 100;
    const takes = createRateLimit({ interval: 2, burst: 3 }, () => now);
    const taken = (): number => Array.from({ length: 10 }, takes).filter(Boolean).length;
    assert.equal(taken(), 3);
    now += 1;
    assert.equal(taken(), 0);
    now += 1;
    assert.equal(taken(), 1);
    now += 3600;
    assert.equal(taken(), 3);
  });
});
