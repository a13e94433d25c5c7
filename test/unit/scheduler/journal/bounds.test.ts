import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { NOW } from "../../../support/swarm-builder.ts";
import { aFolder, aJournal, aMove, anEntry, aVerdict, exported, idsOf, iso } from "./fixture.ts";

const KIB = 1024;
/** The write-ahead file beside the database, see its bound in the schema. */
const WAL_BYTES = 1.25 * KIB * KIB;

const someWrite = fc.record({
  kind: fc.constantFrom("quiet", "quiet", "quiet", "plan", "move", "verdict"),
  padding: fc.nat(20_000),
  seconds: fc.nat(600),
});

describe("a journal's bounds", () => {
  for (const place of ["memory", "file"] as const) {
    it(`in ${place} hold after every write, and what is new outlives what is old`, () => {
      const folder = aFolder();
      let files = 0;
      fc.assert(
        fc.property(
          fc.array(someWrite, { minLength: 30, maxLength: 150 }),
          fc.integer({ min: 128, max: 512 }),
          fc.integer({ min: 600, max: 40_000 }),
          (writes, kib, retentionSeconds) => {
            let nowMs = NOW;
            files += 1;
            const path = place === "file" ? join(folder, `${files}.db`) : null;
            const maxBytes = kib * KIB;
            const journal = aJournal(path, { maxBytes, retentionSeconds, now: () => nowMs });
            const newest = { quiet: "", plan: "", move: "", verdict: "" };
            for (const [index, { kind, padding, seconds }] of writes.entries()) {
              nowMs += seconds * 1000;
              const id = `${kind}${index}`;
              if (kind === "move") journal.moved(aMove(id, { at: iso(nowMs), detail: "x".repeat(padding) }));
              else if (kind === "verdict") journal.judged(aVerdict(id, nowMs));
              else journal.write(anEntry(id, { atMs: nowMs, plan: kind === "plan", padding }));
              newest[kind] = id;
              const { bytes, healthy } = journal.state();
              assert.ok(healthy);
              if (path === null) assert.ok(bytes <= maxBytes, `${bytes} of ${maxBytes}`);
              else {
                assert.ok(statSync(path).size <= maxBytes);
                assert.ok(bytes <= maxBytes + WAL_BYTES, `${bytes} of ${maxBytes}`);
              }
            }
            const lines = exported(journal);
            const last = writes.at(-1);
            const lastId = `${last?.kind ?? ""}${writes.length - 1}`;
            // A quiet decision may go before a move that is older; what tells of moves goes last.
            if (last?.kind !== "quiet")
              assert.ok(
                lines.some((line) => line.endsWith(` ${lastId}`)),
                lastId,
              );
            assert.deepEqual(
              idsOf(journal).filter((id) => id === newest.plan || id === newest.quiet).length,
              [newest.plan, newest.quiet].filter((id) => id !== "").length,
            );
            journal.close();
          },
        ),
        { numRuns: 40 },
      );
    });
  }

  it("drop the oldest decisions without moves first, then the oldest of all", () => {
    const journal = aJournal(join(aFolder(), "journal.db"), { maxBytes: 256 * KIB });
    const write = (id: string, index: number, plan: boolean) => {
      journal.write(anEntry(id, { atMs: NOW + index, plan, padding: 4000 }));
    };
    for (let index = 0; index < 10; index += 1) write(`plan${index}`, index, true);
    for (let index = 0; index < 100; index += 1) write(`quiet${index}`, 10 + index, false);
    const kept = exported(journal);
    assert.deepEqual(
      kept.slice(0, 10),
      Array.from({ length: 10 }, (_, index) => `decision plan${index}`),
    );
    const first = 100 - (kept.length - 10);
    assert.ok(first > 40 && first < 80, `quiet decisions are kept from ${first}`);
    assert.deepEqual(
      kept.slice(10),
      Array.from({ length: 100 - first }, (_, index) => `decision quiet${first + index}`),
    );
    for (let index = 0; index < 100; index += 1) write(`later${index}`, 200 + index, true);
    const later = exported(journal);
    const firstLater = 100 - later.length;
    assert.ok(firstLater > 40, `kept from ${firstLater}`);
    assert.deepEqual(
      later,
      Array.from({ length: later.length }, (_, index) => `decision later${firstLater + index}`),
    );
  });

  it("that are set lower make a file shrink when it is next opened", () => {
    const path = join(aFolder(), "journal.db");
    const large = aJournal(path);
    for (let index = 0; index < 500; index += 1) large.write(anEntry(`d${index}`, { padding: 8000 }));
    large.close();
    assert.ok(statSync(path).size > 4000 * KIB);
    const small = aJournal(path, { maxBytes: 256 * KIB });
    assert.ok(statSync(path).size <= 256 * KIB);
    assert.equal(exported(small).at(-1), "decision d499");
  });

  it("that nothing fits into keep the last decisions in memory all the same", () => {
    const journal = aJournal(join(aFolder(), "journal.db"), { maxBytes: 1 });
    for (const id of ["a", "b"]) journal.write(anEntry(id));
    assert.deepEqual(idsOf(journal), ["b", "a"]);
    assert.equal(journal.state().healthy, true);
    assert.deepEqual(exported(journal), []);
  });
});
