import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { waitFor } from "../../../lab/wait.ts";

describe("waiting for a condition", () => {
  it("returns the first answer that says anything", async () => {
    const answers = [undefined, null, false, 0];
    assert.equal(await waitFor("a number", () => answers.shift(), { everyMs: 1 }), 0);
  });

  it("fails with what it waited for and what it saw last", async () => {
    const probe = () => {
      throw new Error("node2 is down");
    };
    await assert.rejects(waitFor("node2 to be ready", probe, { timeoutMs: 5, everyMs: 1 }), {
      message: "waited 0.005 s for node2 to be ready; last seen: node2 is down",
    });
  });
});
