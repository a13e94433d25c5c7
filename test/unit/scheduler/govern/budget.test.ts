import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { overdraftOf, type Budgets } from "../../../../scheduler/govern/budget.ts";
import { NOW } from "../../../support/swarm-builder.ts";
import { HOUR, MINUTE, past, planned } from "./past.ts";

const WIDE: Budgets = { perRound: 9, perHour: 9, perNodePerHour: 9, perServicePerHour: 9 };
const MOVE = planned("web", "n1", "n2");
const recent = past({ atMs: NOW - 10 * MINUTE });
const older = past({ atMs: NOW - 50 * MINUTE });

describe("a budget", () => {
  const cases = [
    {
      name: "of the cluster counts every move",
      over: { perHour: 1 },
      history: [past({ ...recent, serviceId: "other", from: "n8", to: "n9" })],
      expected: { rule: "perHour", node: null, freeAtMs: NOW + 50 * MINUTE },
      words: "1 move(s) in the cluster within the hour; the limit is 1, until 2026-01-15T12:50:00.000Z",
    },
    {
      name: "of a node counts what left it",
      over: { perNodePerHour: 1 },
      history: [past({ ...recent, serviceId: "other", to: "n9" })],
      expected: { rule: "perNodePerHour", node: "N1", freeAtMs: NOW + 50 * MINUTE },
      words: "1 move(s) out of N1 within the hour; the limit is 1, until 2026-01-15T12:50:00.000Z",
    },
    {
      name: "of a node counts what came apart from what left",
      over: { perNodePerHour: 1 },
      history: [past({ ...recent, serviceId: "other", from: "n9" })],
      expected: { rule: "perNodePerHour", node: "N2", freeAtMs: NOW + 50 * MINUTE },
      words: "1 move(s) into N2 within the hour; the limit is 1, until 2026-01-15T12:50:00.000Z",
    },
    {
      name: "of a service counts its moves, wherever they went",
      over: { perServicePerHour: 2 },
      history: [past({ ...older, from: "n8", to: "n9" }), past({ ...recent, from: "n8", to: "n9" })],
      expected: { rule: "perServicePerHour", node: null, freeAtMs: NOW + 10 * MINUTE },
      words: "2 move(s) of web-name within the hour; the limit is 2, until 2026-01-15T12:10:00.000Z",
    },
    {
      name: "that is exceeded has room when enough have left the hour",
      over: { perServicePerHour: 1 },
      history: [recent, older],
      expected: { rule: "perServicePerHour", node: null, freeAtMs: NOW + 50 * MINUTE },
      words: "2 move(s) of web-name within the hour; the limit is 1, until 2026-01-15T12:50:00.000Z",
    },
    {
      name: "of nothing never has room",
      over: { perHour: 0 },
      history: [],
      expected: { rule: "perHour", node: null, freeAtMs: null },
      words: "0 move(s) in the cluster within the hour; the limit is 0",
    },
    {
      name: "is named that has room last",
      over: { perHour: 2, perServicePerHour: 1 },
      history: [older, past({ ...older, serviceId: "other" }), past({ ...recent, serviceId: "web" })],
      expected: { rule: "perServicePerHour", node: null, freeAtMs: NOW + 50 * MINUTE },
      words: "2 move(s) of web-name within the hour; the limit is 1, until 2026-01-15T12:50:00.000Z",
    },
  ];
  for (const { name, over, history, expected, words } of cases) {
    it(name, () => {
      assert.deepEqual(overdraftOf(MOVE, [], history, { ...WIDE, ...over }, NOW), {
        ...expected,
        detail: words,
      });
    });
  }

  it("counts what was undone or failed like what landed, and not what gave way", () => {
    const tight = { ...WIDE, perHour: 1 };
    const holdsBack = (outcome: "landed" | "undone" | "failed" | "gave_way") =>
      overdraftOf(MOVE, [], [{ ...recent, outcome }], tight, NOW) !== null;
    assert.deepEqual((["landed", "undone", "failed", "gave_way"] as const).map(holdsBack), [
      true,
      true,
      true,
      false,
    ]);
  });

  it("has room at the very moment it names, and not a millisecond before", () => {
    const tight = { ...WIDE, perServicePerHour: 2 };
    const history = [recent, older];
    const freeAtMs = overdraftOf(MOVE, [], history, tight, NOW)?.freeAtMs ?? NaN;
    assert.equal(freeAtMs, older.atMs + HOUR);
    assert.notEqual(overdraftOf(MOVE, [], history, tight, freeAtMs - 1), null);
    assert.equal(overdraftOf(MOVE, [], history, tight, freeAtMs), null);
  });

  it("counts the moves of the round that are admitted already as made now", () => {
    const tight = { ...WIDE, perNodePerHour: 1 };
    const [sameSource, sameTarget, back] = [
      planned("a", "n1", "n3"),
      planned("a", "n3", "n2"),
      planned("a", "n2", "n1"),
    ];
    assert.equal(overdraftOf(MOVE, [sameSource], [], tight, NOW)?.node, "N1");
    assert.equal(overdraftOf(MOVE, [sameTarget], [], tight, NOW)?.freeAtMs, NOW + HOUR);
    assert.equal(overdraftOf(MOVE, [back], [], tight, NOW), null);
  });

  it("of the round ends with the round", () => {
    const overdraft = overdraftOf(MOVE, [planned("a", "n3", "n4")], [], { ...WIDE, perRound: 1 }, NOW);
    assert.deepEqual(overdraft, {
      rule: "perRound",
      node: null,
      detail: "the round has its 1 move(s)",
      freeAtMs: null,
    });
  });
});
