import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createAudience } from "../../../../scheduler/events/audience.ts";

describe("an audience", () => {
  it("has room again for each that left", () => {
    const audience = createAudience(2);
    const [ann, bob] = [new AbortController(), new AbortController()];
    const signal = audience.admit(ann.signal);
    audience.admit(bob.signal);
    assert.equal(audience.hasRoom(), false);
    ann.abort();
    assert.ok(signal.aborted);
    assert.equal(audience.hasRoom(), true);
  });

  it("holds no seat for who left before it sat down", () => {
    const audience = createAudience(1);
    assert.ok(audience.admit(AbortSignal.abort()).aborted);
    assert.equal(audience.hasRoom(), true);
  });

  it("is let go at once, and takes in nobody any more", () => {
    const audience = createAudience(2);
    const signal = audience.admit(new AbortController().signal);
    audience.close();
    assert.ok(signal.aborted);
    assert.equal(audience.hasRoom(), false);
    assert.ok(audience.admit(new AbortController().signal).aborted);
  });
});
