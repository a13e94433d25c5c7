import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { judge, waitMs } from "../../../../scheduler/outgoing/retry.ts";
import { NOW } from "../../../support/swarm-builder.ts";

describe("an answer", () => {
  for (const [judgement, statuses] of [
    ["delivered", [200, 201, 202, 204]],
    ["refused", [301, 302, 307, 308, 400, 401, 403, 404, 410, 422]],
    ["again", [null, 408, 429, 500, 502, 503, 504, 599]],
  ] as const) {
    it(`of ${statuses.map(String).join(", ")} is ${judgement}`, () => {
      for (const status of statuses) assert.equal(judge({ status }), judgement);
    });
  }
});

describe("the wait for the next try", () => {
  it("doubles from a second to five minutes, of which half is by chance", () => {
    const waits = [1, 2, 3, 9, 10, 16].map((tries) =>
      [0, 1].map((random) => waitMs(tries, null, random, NOW)),
    );
    assert.deepEqual(waits, [
      [500, 1000],
      [1000, 2000],
      [2000, 4000],
      [128_000, 256_000],
      [150_000, 300_000],
      [150_000, 300_000],
    ]);
  });

  it("is at least what Retry-After asks for, in seconds or as a date, but ten minutes at the most", () => {
    const date = new Date(NOW + 7000).toUTCString();
    const asked = ["7", date, "86400", new Date(NOW - 7000).toUTCString(), "soon"];
    assert.deepEqual(
      asked.map((each) => waitMs(1, each, 0, NOW)),
      [7000, 7000, 600_000, 500, 500],
    );
  });

  it("is within bounds, whatever is sent", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.option(fc.string()),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (tries, asked, random) => {
          const ms = waitMs(tries, asked, random, NOW);
          assert.ok(ms >= 500 && ms <= 600_000, String(ms));
        },
      ),
    );
  });
});
