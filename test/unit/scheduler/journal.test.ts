import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decide } from "../../../scheduler/decide/decide.ts";
import { createJournal, type JournalEntry } from "../../../scheduler/journal.ts";
import { aPolicy, aSwarm, NOW } from "../../support/swarm-builder.ts";

function entry(id: string, trigger = "schedule"): JournalEntry {
  const decision = { ...decide(aSwarm([]), aPolicy(), NOW), id };
  return { trigger, decision, leads: true, withheld: null, results: [] };
}

describe("a journal", () => {
  it("has the newest first and forgets the oldest", () => {
    const journal = createJournal(2);
    assert.deepEqual(journal.entries(), []);
    for (const id of ["a", "b", "c"]) journal.write(entry(id));
    assert.deepEqual(
      journal.entries().map(({ decision }) => decision.id),
      ["c", "b"],
    );
  });

  it("puts what became of a decision in the place of its first entry", () => {
    const journal = createJournal(2);
    journal.write(entry("a"));
    journal.write(entry("b", "before"));
    journal.write(entry("b", "after"));
    assert.deepEqual(
      journal.entries().map(({ decision, trigger }) => [decision.id, trigger]),
      [
        ["b", "after"],
        ["a", "schedule"],
      ],
    );
  });
});
