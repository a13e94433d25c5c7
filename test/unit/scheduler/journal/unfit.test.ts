import assert from "node:assert/strict";
import { readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import fc from "fast-check";
import { NOW } from "../../../support/swarm-builder.ts";
import { aFolder, aJournal, aMove, anEntry, exported, idsOf, iso, readableLog } from "./fixture.ts";

/** The path of a file with decisions in it, closed. */
function aFilledFile(): string {
  const path = join(aFolder(), "journal.db");
  const journal = aJournal(path);
  for (let index = 0; index < 40; index += 1) journal.write(anEntry(`d${index}`, { padding: 3000 }));
  journal.close();
  return path;
}

function inDatabase(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

function asidesOf(path: string): readonly string[] {
  return readdirSync(dirname(path)).filter((name) => name.startsWith(`${basename(path)}.corrupt-`));
}

const UNFIT: Readonly<Record<string, (path: string) => void>> = {
  "is no database": (path) => {
    writeFileSync(path, "no database at all\n".repeat(500));
  },
  "is cut short": (path) => {
    truncateSync(path, 10 * 4096);
  },
  "has rubbish in its middle": (path) => {
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 4096, 20 * 4096);
    writeFileSync(path, bytes);
  },
  "is a newer scheduler's": (path) => {
    inDatabase(path, "PRAGMA user_version = 4711");
  },
  "is another program's": (path) => {
    inDatabase(path, "PRAGMA user_version = 0");
  },
  "lacks a table": (path) => {
    inDatabase(path, "DROP TABLE moves");
  },
  "lacks a column": (path) => {
    inDatabase(path, "ALTER TABLE verdicts RENAME COLUMN body TO words");
  },
};

describe("a journal's file that", () => {
  for (const [what, spoil] of Object.entries(UNFIT)) {
    it(`${what} is put aside as it is, and a new one begun`, () => {
      const path = aFilledFile();
      spoil(path);
      const spoilt = readFileSync(path);
      const { log, messages } = readableLog();
      const journal = aJournal(path, { log });
      const aside = `${path}.corrupt-${iso(NOW)}`;
      assert.deepEqual(readFileSync(aside), spoilt);
      assert.deepEqual(messages, [`warn: the journal's file is unfit and was put aside as ${aside}`]);
      assert.deepEqual(idsOf(journal), []);
      journal.write(anEntry("new"));
      journal.moved(aMove("m1"));
      const { healthy, detail } = journal.state();
      assert.equal(healthy, true);
      assert.equal(detail, `kept in ${path}; an unfit file was put aside as ${aside}`);
      journal.close();
      const again = aJournal(path);
      assert.deepEqual(exported(again), ["decision new", "move m1"]);
      assert.equal(again.state().detail, `kept in ${path}`);
    });
  }

  it("is put aside while a newer scheduler writes it harms neither", () => {
    const path = aFilledFile();
    const newer = new DatabaseSync(path);
    newer.exec("PRAGMA user_version = 4711; DELETE FROM decisions WHERE id = 'd7'");
    const journal = aJournal(path);
    const aside = `${path}.corrupt-${iso(NOW)}`;
    for (let index = 0; index < 40; index += 1) {
      newer.exec("INSERT INTO moves (id, at, at_ms, outcome, body) VALUES ('m', '', 0, '', '{}')");
      journal.write(anEntry(`new${index}`));
    }
    newer.close();
    journal.write(anEntry("last"));
    journal.close();
    assert.equal(exported(aJournal(path)).length, 41);
    const database = new DatabaseSync(aside);
    const count =
      "SELECT (SELECT count(*) FROM decisions) AS decisions, (SELECT count(*) FROM moves) AS moves";
    assert.deepEqual({ ...database.prepare(count).get() }, { decisions: 39, moves: 40 });
    assert.equal(database.prepare("PRAGMA integrity_check").get()?.["integrity_check"], "ok");
    database.close();
  });

  it("is put aside for the third time replaces the oldest", () => {
    const path = aFilledFile();
    const days = [1, 2, 3].map((day) => NOW + day * 86_400_000);
    for (const nowMs of days) {
      writeFileSync(path, `rubbish of ${iso(nowMs)}`.repeat(100));
      aJournal(path, { now: () => nowMs }).close();
    }
    assert.deepEqual(
      asidesOf(path),
      days.slice(1).map((nowMs) => `journal.db.corrupt-${iso(nowMs)}`),
    );
  });

  it("is put aside twice at one moment is kept twice", () => {
    const path = aFilledFile();
    for (const words of ["first", "second"]) {
      writeFileSync(path, words.repeat(500));
      aJournal(path).close();
    }
    assert.equal(asidesOf(path).length, 2);
  });

  it("has unreadable lines among others is kept, without them", () => {
    const path = aFilledFile();
    inDatabase(path, `UPDATE decisions SET body = '{"decision":' WHERE id = 'd38'`);
    inDatabase(path, `UPDATE decisions SET body = '{"decision":{}}' WHERE id = 'd39'`);
    const journal = aJournal(path);
    assert.equal(journal.state().detail, `kept in ${path}`);
    assert.equal(idsOf(journal)[0], "d37");
    assert.equal(exported(journal).length, 38);
  });

  it("is damaged anywhere, or becomes so in use, never fails the scheduler", () => {
    const path = aFilledFile();
    const whole = readFileSync(path);
    const damage = fc.array(
      fc.record({
        at: fc.nat(whole.length - 1),
        bytes: fc.uint8Array({ minLength: 1, maxLength: 200 }),
      }),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(damage, fc.nat(whole.length), fc.boolean(), (spots, cut, inUse) => {
        const spoilt = Buffer.from(whole);
        for (const { at, bytes } of spots) spoilt.set(bytes.slice(0, whole.length - at), at);
        let nowMs = NOW;
        const place = join(aFolder(), "journal.db");
        writeFileSync(place, inUse ? whole : spoilt.subarray(0, cut));
        const journal = aJournal(place, { now: () => nowMs });
        if (inUse) writeFileSync(place, spoilt);
        for (let index = 0; index < 3; index += 1) {
          journal.write(anEntry(`new${index}`));
          journal.moved(aMove(`m${index}`));
          nowMs += 61_000;
        }
        const lines = new Set(exported(journal));
        journal.moves(0);
        journal.prices();
        journal.state();
        assert.deepEqual(idsOf(journal).slice(0, 3), ["new2", "new1", "new0"]);
        if (!inUse) for (const id of ["new0", "new1", "new2"]) assert.ok(lines.has(`decision ${id}`), id);
        journal.close();
      }),
      { numRuns: 60 },
    );
  });
});
