import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { holdsRoom, isRunning } from "../../../../scheduler/domain/task.ts";
import { aTask } from "../../../support/swarm-builder.ts";

/** Swarm's task states in the order of a task's life. */
const CASES: readonly (readonly [state: string, holds: boolean])[] = [
  ["new", true],
  ["allocated", true],
  ["pending", true],
  ["assigned", true],
  ["accepted", true],
  ["preparing", true],
  ["ready", true],
  ["starting", true],
  ["running", true],
  ["complete", false],
  ["shutdown", false],
  ["failed", false],
  ["rejected", false],
  ["remove", false],
  ["orphaned", false],
];

describe("a task", () => {
  for (const [state, holds] of CASES) {
    it(`that is ${state} ${holds ? "holds" : "holds no"} room`, () => {
      assert.equal(holdsRoom(aTask("web.1", { state })), holds);
      assert.equal(holdsRoom(aTask("web.1", { state, desired: "shutdown" })), holds);
    });
    it(`that is ${state} ${state === "running" ? "runs" : "does not run"}`, () => {
      assert.equal(isRunning(aTask("web.1", { state })), state === "running");
    });
  }
  it("that is on its way out does not run, though it still holds room", () => {
    for (const desired of ["shutdown", "remove", "complete"]) {
      assert.equal(isRunning(aTask("web.1", { desired })), false);
      assert.equal(holdsRoom(aTask("web.1", { desired })), true);
    }
  });
});
