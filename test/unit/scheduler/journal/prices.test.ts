import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { pricesOf } from "../../../../scheduler/journal/prices.ts";
import { MOVE_OUTCOMES } from "../../../../scheduler/ports.ts";
import { RUNS } from "../../../support/random-world.ts";
import { aMove } from "./fixture.ts";

const someMove = fc
  .record({
    serviceId: fc.constantFrom("s1", "s2", "s3"),
    toId: fc.constantFrom("n1", "n2"),
    outcome: fc.constantFrom(...MOVE_OUTCOMES),
    startSeconds: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
    prepareSeconds: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
  })
  .map((over) =>
    aMove("m", { ...over, service: `name of ${over.serviceId}`, toName: `name of ${over.toId}` }),
  );

describe("prices", () => {
  it("take the middle of an odd count and the mean of the two middles of an even one", () => {
    const of = (...starts: readonly number[]) =>
      pricesOf(starts.map((startSeconds) => aMove("m", { startSeconds })))[0]?.medianStartSeconds;
    assert.deepEqual([of(9, 1, 2), of(4, 1, 9, 2), of(7)], [2, 3, 7]);
  });

  it("tell what preparing took by the moves that landed and know it", () => {
    const [price] = pricesOf([
      aMove("older"),
      aMove("m1", { prepareSeconds: null }),
      aMove("m2", { prepareSeconds: 0.25 }),
      aMove("m3", { prepareSeconds: 40 }),
      aMove("m4", { prepareSeconds: 999, outcome: "undone" }),
    ]);
    assert.deepEqual([price?.medianPrepareSeconds, price?.maxPrepareSeconds], [20.125, 40]);
    const [unknown] = pricesOf([aMove("older")]);
    assert.deepEqual([unknown?.medianPrepareSeconds, unknown?.maxPrepareSeconds], [null, null]);
  });

  it("tell each service by its last name, in the order of names, and its worst node first", () => {
    const prices = pricesOf([
      aMove("m1", { serviceId: "s2", service: "old" }),
      aMove("m2", { serviceId: "s2", service: "zoo", outcome: "failed", toId: "n1", toName: "one" }),
      aMove("m3", { serviceId: "s2", service: "zoo", outcome: "undone" }),
      aMove("m4", { serviceId: "s2", service: "zoo", outcome: "undone" }),
      aMove("m5", { outcome: "gave_way", startSeconds: null }),
    ]);
    assert.deepEqual(
      prices.map(({ service, landed, failures, maxStartSeconds }) => [
        service,
        landed,
        failures,
        maxStartSeconds,
      ]),
      [
        ["web", 0, 0, null],
        ["zoo", 1, 3, 1],
      ],
    );
    assert.deepEqual(prices[1]?.failuresByNode, [
      { nodeId: "n2", node: "two", failures: 2 },
      { nodeId: "n1", node: "one", failures: 1 },
    ]);
  });

  it("account for every move once", () => {
    fc.assert(
      fc.property(fc.array(someMove), (moves) => {
        const prices = pricesOf(moves);
        const count = (...outcomes: readonly string[]) =>
          moves.filter(({ outcome }) => outcomes.includes(outcome)).length;
        const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
        assert.equal(sum(prices.map(({ landed }) => landed)), count("landed"));
        assert.equal(sum(prices.map(({ failures }) => failures)), count("undone", "failed"));
        for (const price of prices) {
          assert.equal(sum(price.failuresByNode.map(({ failures }) => failures)), price.failures);
          for (const [median, max] of [
            [price.medianStartSeconds, price.maxStartSeconds],
            [price.medianPrepareSeconds, price.maxPrepareSeconds],
          ] as const)
            assert.ok(median === null ? max === null : max !== null && median <= max);
        }
      }),
      RUNS,
    );
  });
});
