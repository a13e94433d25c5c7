import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { NOW } from "../../../support/swarm-builder.ts";
import { aFolder, aJournal, aMove, anEntry, aVerdict, exported, idsOf, iso } from "./fixture.ts";

const KINDS = {
  memory: () => null,
  file: () => join(aFolder(), "journal.db"),
} as const;

for (const [kind, aPath] of Object.entries(KINDS)) {
  describe(`a journal in ${kind}`, () => {
    it("has the newest decision first and forgets the oldest", () => {
      const journal = aJournal(aPath(), { keep: 2 });
      assert.deepEqual(journal.entries(), []);
      for (const id of ["a", "b", "c"]) journal.write(anEntry(id));
      assert.deepEqual(idsOf(journal), ["c", "b"]);
    });

    it("puts what became of a decision in the place of its first entry", () => {
      const journal = aJournal(aPath());
      const after = anEntry("b", { trigger: "after" });
      for (const entry of [anEntry("a"), anEntry("b", { trigger: "before" }), after]) journal.write(entry);
      assert.deepEqual(idsOf(journal), ["b", "a"]);
      assert.deepEqual(journal.entries()[0], after);
      assert.deepEqual(exported(journal), ["decision a", "decision b"]);
    });

    it("tells moves from a moment on, oldest first, as they were given", () => {
      const journal = aJournal(aPath());
      const moves = [3, 1, 2].map((seconds) =>
        aMove(`m${seconds}`, { at: iso(NOW + seconds * 1000), decisionId: "d", detail: 'a "quoted"\n\0 ü' }),
      );
      for (const move of moves) journal.moved(move);
      const [third, first, second] = moves;
      assert.deepEqual(journal.moves(0), [first, second, third]);
      assert.deepEqual(journal.moves(NOW + 2000), [second, third]);
      assert.deepEqual(journal.moves(NOW + 3001), []);
    });

    it("exports all it has, oldest first, each line whole", () => {
      const journal = aJournal(aPath());
      const [entry, move, verdict] = [anEntry("d1", { plan: true }), aMove("m1"), aVerdict("m1", NOW + 5)];
      journal.judged(verdict);
      journal.moved(move);
      journal.write(entry);
      journal.write(anEntry("d2", { atMs: NOW + 1 }));
      const lines = [...journal.lines()].map((line): unknown => JSON.parse(line));
      assert.deepEqual(lines, [
        { kind: "decision", ...entry },
        { kind: "move", ...move },
        { kind: "decision", ...anEntry("d2", { atMs: NOW + 1 }) },
        { kind: "verdict", ...verdict },
      ]);
    });

    it("can be written while it is exported, and an export can be left", () => {
      const journal = aJournal(aPath());
      for (let index = 0; index < 10; index += 1) journal.write(anEntry(`d${index}`, { atMs: NOW + index }));
      const left = journal.lines()[Symbol.iterator]();
      left.next();
      const reading = journal.lines()[Symbol.iterator]();
      for (let read = 0; read < 5; read += 1) reading.next();
      journal.write(anEntry("late", { atMs: NOW + 100 }));
      const rest = [...{ [Symbol.iterator]: () => reading }];
      assert.equal(rest.length, 6);
      assert.match(rest.at(-1) ?? "", /"late"/);
      assert.equal(journal.state().healthy, true);
    });

    it("learns what moves cost", () => {
      let nowMs = NOW;
      const journal = aJournal(aPath(), { now: () => nowMs, retentionSeconds: 3600 });
      assert.deepEqual(journal.prices(), []);
      for (const startSeconds of [8, 1, null])
        journal.moved(aMove("m", { startSeconds, prepareSeconds: startSeconds === 8 ? 7 : null }));
      journal.moved(aMove("m", { outcome: "undone", startSeconds: 99 }));
      const price = { serviceId: "s1", service: "web", landed: 3, failures: 1 };
      const starts = {
        medianStartSeconds: 4.5,
        maxStartSeconds: 8,
        medianPrepareSeconds: 7,
        maxPrepareSeconds: 7,
      };
      const failuresByNode = [{ nodeId: "n2", node: "two", failures: 1 }];
      assert.deepEqual(journal.prices(), [{ ...price, ...starts, failuresByNode }]);
      nowMs += 3_700_000;
      assert.deepEqual(journal.prices(), []);
    });

    it("drops what is past the retention", () => {
      let nowMs = NOW;
      const journal = aJournal(aPath(), { now: () => nowMs, retentionSeconds: 60 });
      journal.write(anEntry("old", { plan: true }));
      journal.moved(aMove("old"));
      journal.judged(aVerdict("old"));
      nowMs += 61_000;
      for (let index = 0; index < 20; index += 1) journal.write(anEntry("new", { atMs: nowMs }));
      assert.deepEqual(exported(journal), ["decision new"]);
    });

    it("keeps what has no readable time as of now", () => {
      const journal = aJournal(aPath(), { retentionSeconds: 60 });
      journal.moved(aMove("m1", { at: "" }));
      assert.deepEqual(
        journal.moves(NOW).map(({ moveId }) => moveId),
        ["m1"],
      );
    });

    it("goes on after it was closed", () => {
      const journal = aJournal(aPath());
      journal.close();
      journal.close();
      journal.write(anEntry("a"));
      journal.moved(aMove("m1"));
      assert.deepEqual(idsOf(journal), ["a"]);
      assert.deepEqual(exported(journal), ["decision a", "move m1"]);
    });

    it("says how it fares", () => {
      const journal = aJournal(aPath());
      const { bytes, ...state } = journal.state();
      assert.deepEqual([state.kind, state.healthy], [kind, true]);
      assert.match(state.detail, kind === "file" ? /^kept in \/.*journal\.db$/ : /^kept in memory only$/);
      for (let index = 0; index < 50; index += 1) journal.write(anEntry(`d${index}`, { padding: 4096 }));
      assert.ok(journal.state().bytes >= bytes + 50 * 4096);
    });
  });
}
