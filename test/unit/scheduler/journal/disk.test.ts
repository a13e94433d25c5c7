import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import type { Journal } from "../../../../scheduler/journal/journal.ts";
import { NOW } from "../../../support/swarm-builder.ts";
import { aDisk, aFolder, aJournal, aMove, anEntry, exported, idsOf, readableLog } from "./fixture.ts";

const MAY_MOUNT = process.getuid?.() === 0;
const RETRY_MS = 60_000;

/** A clock that tests turn on. */
function aClock() {
  let nowMs = NOW;
  return {
    now: () => nowMs,
    turnOn: (ms: number) => {
      nowMs += ms;
    },
  };
}

/** Writes decisions of 4 KiB until one does not reach the disk; its index. */
function fillUp(journal: Journal): number {
  for (let index = 0; index < 1000; index += 1) {
    journal.write(anEntry(`d${index}`, { padding: 4096, atMs: NOW + index }));
    if (!journal.state().healthy) return index;
  }
  throw new Error("the disk never filled up");
}

describe("a disk that is full", { skip: !MAY_MOUNT && "needs root" }, () => {
  it("leaves the journal in memory, once in the log, until there is room", () => {
    const folder = aDisk("512k");
    const ballast = join(folder, "something-else");
    writeFileSync(ballast, Buffer.alloc(200 * 1024));
    const { log, messages } = readableLog();
    const clock = aClock();
    const path = join(folder, "journal.db");
    const journal = aJournal(path, { log, now: clock.now });
    const failed = fillUp(journal);
    assert.ok(failed > 5, `failed at ${failed}`);
    assert.match(journal.state().detail, /^.*journal\.db is not written \(.*full.*\): kept in memory$/);

    clock.turnOn(RETRY_MS);
    const more = [1, 2, 3].map((each) => `more${each}`);
    for (const [index, id] of more.entries())
      journal.write(anEntry(id, { atMs: NOW + 2000 + index, padding: 4096 }));
    journal.moved(aMove("m1"));
    journal.write(anEntry(`d${failed - 1}`, { atMs: NOW + failed - 1, trigger: "again" }));
    const all = Array.from({ length: failed + 1 }, (_, index) => `decision d${index}`);
    const expected = [...all, ...more.map((id) => `decision ${id}`)];
    const withoutMoves = () => exported(journal).filter((line) => line !== "move m1");
    assert.deepEqual(withoutMoves(), expected);
    assert.deepEqual(
      journal.moves(0).map(({ moveId }) => moveId),
      ["m1"],
    );
    assert.deepEqual(idsOf(journal).slice(0, 3), [`d${failed - 1}`, "more3", "more2"]);
    assert.equal(messages.length, 1);
    assert.match(messages[0] ?? "", /^warn: the journal cannot be written and goes on in memory: .*full/);

    rmSync(ballast);
    journal.write(anEntry("too-soon", { atMs: NOW + 3000 }));
    assert.equal(journal.state().healthy, false);
    clock.turnOn(RETRY_MS);
    journal.write(anEntry("in-time", { atMs: NOW + 3001 }));
    assert.equal(journal.state().detail, `kept in ${path}`);
    assert.deepEqual(messages.slice(1), ["info: the journal is written to its file again"]);
    journal.close();
    const again = aJournal(path);
    assert.deepEqual(
      exported(again).filter((line) => line !== "move m1"),
      [...expected, "decision too-soon", "decision in-time"],
    );
    assert.equal(again.moves(0).length, 1);
    const entry = again.entries().find(({ decision }) => decision.id === `d${failed - 1}`);
    assert.equal(entry?.trigger, "again");
  });

  it("from the start begins its file once there is room, and puts nothing aside", () => {
    const folder = aDisk("256k");
    const ballast = join(folder, "something-else");
    const { bavail, bsize } = statfsSync(folder);
    writeFileSync(ballast, Buffer.alloc(bavail * bsize));
    const { log, messages } = readableLog();
    const clock = aClock();
    const journal = aJournal(join(folder, "journal.db"), { log, now: clock.now });
    journal.write(anEntry("a"));
    assert.equal(journal.state().healthy, false);
    assert.deepEqual(exported(journal), ["decision a"]);
    rmSync(ballast);
    clock.turnOn(RETRY_MS);
    journal.moved(aMove("m1"));
    assert.equal(journal.state().detail, `kept in ${join(folder, "journal.db")}`);
    assert.equal(messages.length, 2);
    journal.close();
    assert.deepEqual(exported(aJournal(join(folder, "journal.db"))), ["decision a", "move m1"]);
  });
});

describe("a disk that may only be read", { skip: !MAY_MOUNT && "needs root" }, () => {
  it("leaves the journal in memory until it may be written", () => {
    const folder = aDisk("512k");
    const path = join(folder, "journal.db");
    const earlier = aJournal(path);
    earlier.write(anEntry("earlier"));
    earlier.close();
    execFileSync("mount", ["-o", "remount,ro", folder]);
    const { log, messages } = readableLog();
    const clock = aClock();
    const journal = aJournal(path, { log, now: clock.now });
    journal.write(anEntry("a"));
    assert.equal(journal.state().healthy, false);
    assert.equal(idsOf(journal)[0], "a");
    execFileSync("mount", ["-o", "remount,rw", folder]);
    clock.turnOn(RETRY_MS);
    journal.write(anEntry("b"));
    assert.equal(journal.state().detail, `kept in ${path}`);
    assert.deepEqual(exported(journal), ["decision earlier", "decision a", "decision b"]);
    assert.deepEqual(
      messages.map((message) => message.split(":")[0]),
      ["warn", "info"],
    );
  });
});

describe("a journal's folder", () => {
  it("that is not there leaves the journal in memory until it is", () => {
    const folder = join(aFolder(), "later");
    const path = join(folder, "journal.db");
    const clock = aClock();
    const journal = aJournal(path, { now: clock.now });
    journal.write(anEntry("a"));
    assert.match(journal.state().detail, /is not written \(unable to open database file\): kept in memory$/);
    mkdirSync(folder);
    clock.turnOn(RETRY_MS);
    journal.write(anEntry("b"));
    assert.equal(journal.state().detail, `kept in ${path}`);
    assert.deepEqual(exported(journal), ["decision a", "decision b"]);
  });

  it("that is deleted, or is a file, or holds a folder of that name, is said", () => {
    const folder = join(aFolder(), "later");
    mkdirSync(folder);
    const path = join(folder, "journal.db");
    const journal = aJournal(path);
    journal.write(anEntry("a"));
    rmSync(folder, { recursive: true });
    journal.write(anEntry("b"));
    assert.equal(journal.state().healthy, false);
    assert.deepEqual(idsOf(journal), ["b", "a"]);
    assert.deepEqual(exported(journal), ["decision b"]);

    writeFileSync(folder, "");
    mkdirSync(`${folder}.d`);
    for (const unusable of [path, `${folder}.d`]) {
      const other = aJournal(unusable);
      other.write(anEntry("c"));
      assert.deepEqual([other.state().healthy, idsOf(other)], [false, ["c"]]);
    }
  });
});

describe("a journal's file in use", () => {
  it("that is deleted or replaced is begun anew or taken up", () => {
    const folder = aFolder();
    const path = join(folder, "journal.db");
    const { log, messages } = readableLog();
    const journal = aJournal(path, { log });
    journal.write(anEntry("a"));
    for (const ending of ["", "-wal", "-shm"]) rmSync(path + ending);
    journal.write(anEntry("b"));
    assert.deepEqual(exported(journal), ["decision b"]);
    const other = aJournal(join(folder, "other.db"));
    other.write(anEntry("c"));
    other.close();
    renameSync(join(folder, "other.db"), path);
    for (const ending of ["-wal", "-shm"]) rmSync(path + ending);
    journal.write(anEntry("d"));
    assert.deepEqual(exported(journal), ["decision c", "decision d"]);
    assert.deepEqual(new Set(messages), new Set(["warn: the journal's file was taken away or replaced"]));
    assert.equal(journal.state().healthy, true);
  });

  it("that another process keeps locked is not waited for, nor lost", () => {
    const path = join(aFolder(), "journal.db");
    const clock = aClock();
    const journal = aJournal(path, { now: clock.now });
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    const began = performance.now();
    for (const id of ["a", "b", "c", "d", "e", "f"]) journal.write(anEntry(id));
    const waitedMs = performance.now() - began;
    assert.ok(waitedMs < 1000, `waited ${waitedMs} ms`);
    assert.match(journal.state().detail, /locked/);
    other.exec("COMMIT");
    other.close();
    clock.turnOn(RETRY_MS);
    journal.write(anEntry("g"));
    journal.close();
    assert.equal(exported(aJournal(path)).length, 7);
  });

  it("has what waits written at the last moment when the journal is closed", () => {
    const path = join(aFolder(), "journal.db");
    const journal = aJournal(path);
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    journal.write(anEntry("a"));
    other.exec("COMMIT");
    other.close();
    journal.close();
    assert.deepEqual(exported(aJournal(path)), ["decision a"]);
  });
});
