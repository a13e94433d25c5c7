import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expectedUsage } from "../../../../scheduler/decide/expected.ts";
import { NO_HISTORY, type History } from "../../../../scheduler/domain/history.ts";
import type { Resources } from "../../../../scheduler/domain/resources.ts";
import { aTask, NOW } from "../../../support/swarm-builder.ts";

const TASKS = ["web.1", "web.2", "web.3", "db.1"].map((id) => aTask(id, { stateSinceMs: NOW - 1000 }));
const WINDOW = { takenAtMs: NOW, windowSeconds: 600 };

function using(cpuCores: number, memoryBytes = 0): Resources {
  return { cpuCores, memoryBytes };
}

/** What a task of `db` used on average, at three moments. */
function history(cpuCores: readonly number[], memoryBytes = cpuCores): History {
  const db = { cpuCores: Float32Array.from(cpuCores), memoryBytes: Float32Array.from(memoryBytes) };
  return { ...NO_HISTORY, stepSeconds: 300, points: 3, services: { db } };
}

describe("what a task is expected to use", () => {
  it("is not asked where it was measured", () => {
    const taskUsage = { "web.1": using(1), "web.2": using(3), "web.3": using(0), "db.1": using(2, 5) };
    const expected = expectedUsage(TASKS, { ...WINDOW, taskUsage, history: history([9, 9, 9]) });
    assert.equal(expected.size, 0);
  });
  it("is the mean of its service's measured tasks, where it is too young", () => {
    const taskUsage = { "web.1": using(1, 10), "web.2": using(3, 30), "db.1": using(8, 80) };
    const expected = expectedUsage(TASKS, { ...WINDOW, taskUsage, history: NO_HISTORY });
    assert.deepEqual(expected.get("web.3"), using(2, 20));
  });
  it("is the last that is known of its service, where no task of it was measured", () => {
    const expected = expectedUsage(TASKS, {
      ...WINDOW,
      taskUsage: {},
      history: history([1, 2, NaN], [3, NaN, NaN]),
    });
    assert.deepEqual(expected.get("db.1"), using(2, 3));
  });
  it("is measured before it is remembered", () => {
    const tasks = [...TASKS, aTask("db.2")];
    const expected = expectedUsage(tasks, {
      ...WINDOW,
      taskUsage: { "db.2": using(4) },
      history: history([1, 1, 1]),
    });
    assert.deepEqual(expected.get("db.1"), using(4));
  });
  it("is nothing of a task that has run for long and was not measured: something is wrong there", () => {
    const tasks = [aTask("db.1"), aTask("db.2")];
    const expected = expectedUsage(tasks, {
      ...WINDOW,
      taskUsage: { "db.2": using(4) },
      history: history([1, 1, 1]),
    });
    assert.equal(expected.size, 0);
  });
  it("is nothing at all where nothing speaks for it", () => {
    const expected = expectedUsage(TASKS, { ...WINDOW, taskUsage: {}, history: history([NaN, NaN, NaN]) });
    assert.equal(expected.size, 0);
  });
});
