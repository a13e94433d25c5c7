import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { ContainerEvent } from "../../e2e/support/container-events.ts";
import { fewestRunning } from "../../e2e/support/fewest-running.ts";

function events(...told: readonly string[]): readonly ContainerEvent[] {
  return told.map((line, atMs) => {
    const [service = "", task = "", ...action] = line.split(" ");
    return { node: "node2", service, task, action: action.join(" "), atMs };
  });
}

describe("the fewest containers that ran at one time", () => {
  it("is the count at first when the new one starts before the old one ends", () => {
    assert.equal(fewestRunning(events("web b start", "web a kill", "web a die"), "web", ["a"]), 1);
  });

  it("is lower when the old one is told to end before the new one starts", () => {
    assert.equal(fewestRunning(events("web a kill", "web b start", "web a die"), "web", ["a"]), 0);
    assert.equal(fewestRunning(events("web a die", "web d start"), "web", ["a", "b", "c"]), 2);
  });

  it("does not count one that never was healthy, where health is asked for", () => {
    const told = events("web b start", "web a kill", "web b health_status: healthy");
    assert.equal(fewestRunning(told, "web", ["a"], "health_status: healthy"), 0);
  });

  it("is not moved by other services", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("kill", "die", "start", "pause")), (actions) => {
        const told = events(...actions.map((action) => `api a ${action}`));
        assert.equal(fewestRunning(told, "web", ["a", "b"]), 2);
      }),
    );
  });
});
