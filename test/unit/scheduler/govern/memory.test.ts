import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { memoryOf, type WorseMove } from "../../../../scheduler/govern/memory.ts";
import { NOW } from "../../../support/swarm-builder.ts";
import { HOUR, MINUTE, past, pastOf } from "./past.ts";

const WORSE: WorseMove = {
  moveId: "m1",
  serviceId: "web",
  from: "n1",
  to: "n2",
  atMs: NOW - 10 * MINUTE,
  detail: "n2 stands at 95 % memory",
};

describe("what failed moves teach", () => {
  it("is nothing where none failed, or the last one landed", () => {
    for (const letters of ["", "L", "UUL", "FL", "G"])
      assert.deepEqual(memoryOf(pastOf(letters), [], NOW).lessons, [], letters);
  });

  it("keeps the service off that node for an hour, twice as long with each failure in a row, up to a day", () => {
    const lengths = ["U", "LUF", "UUU", "UUUUUUUUU"].map((letters) => {
      const [lesson] = memoryOf(pastOf(letters), [], NOW).lessons;
      // The last failure was a minute ago.
      return ((lesson?.untilMs ?? 0) - (NOW - MINUTE)) / HOUR;
    });
    assert.deepEqual(lengths, [1, 2, 4, 24]);
  });

  it("is about one service and one node", () => {
    const moves = [past({ outcome: "failed", atMs: NOW - MINUTE }), past({ serviceId: "db", to: "n3" })];
    const { lessons } = memoryOf(moves, [], NOW);
    assert.deepEqual(
      lessons.map(({ serviceId, node, detail }) => [serviceId, node, detail]),
      [["web", "n2", "a move of it there went wrong"]],
    );
  });

  it("is forgotten in time", () => {
    assert.deepEqual(memoryOf([past({ outcome: "failed", atMs: NOW - HOUR })], [], NOW).lessons, []);
  });
});

describe("what a move that made things worse teaches", () => {
  it("is to take it back, and not to do it again for a day", () => {
    const { regrets, lessons } = memoryOf([past({ atMs: NOW - 30 * MINUTE })], [WORSE], NOW);
    assert.deepEqual(
      regrets.map(({ moveId, serviceId, from, to }) => [moveId, serviceId, from, to]),
      [["m1", "web", "n1", "n2"]],
    );
    const [lesson] = lessons;
    assert.equal(lesson?.untilMs, WORSE.atMs + 24 * HOUR);
    assert.match(lesson.detail, /regretted: n2 stands at 95 % memory/);
  });

  it("is not to take it back twice: whatever was moved of the service since ends the matter", () => {
    for (const outcome of ["landed", "undone", "failed", "gave_way"] as const) {
      const since = past({ atMs: NOW - MINUTE, from: "n2", to: "n1", outcome });
      assert.deepEqual(memoryOf([since], [WORSE], NOW).regrets, [], outcome);
    }
    const another = past({ atMs: NOW - MINUTE, serviceId: "db" });
    assert.equal(memoryOf([another], [WORSE], NOW).regrets.length, 1);
  });

  it("is not to take it back when half an hour has passed", () => {
    const late = { ...WORSE, atMs: NOW - 30 * MINUTE };
    assert.deepEqual(memoryOf([], [late], NOW).regrets, []);
  });
});
