import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { aFolder, aJournal, anEntry, exported, idsOf } from "./fixture.ts";

const WRITER = join(import.meta.dirname, "writer.ts");

/** What a writer printed until it ended, or was killed once it had printed so many lines. */
async function runWriter(path: string, name: string, count: number, killAfter = Infinity) {
  const child = spawn(process.execPath, [WRITER, path, name, `${count}`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (lines.length === killAfter) child.kill("SIGKILL");
  }
  await ended;
  return { lines, code: child.exitCode, signal: child.signalCode };
}

function soundnessOf(path: string): unknown {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database.prepare("PRAGMA integrity_check").get()?.["integrity_check"];
  } finally {
    database.close();
  }
}

describe("a journal's file", () => {
  it("gives an earlier run's decisions to the next, newest first", () => {
    const path = join(aFolder(), "journal.db");
    const first = aJournal(path);
    for (const id of ["a", "b", "c"]) first.write(anEntry(id));
    first.close();
    const second = aJournal(path, { keep: 2 });
    assert.deepEqual(idsOf(second), ["c", "b"]);
    second.write(anEntry("b", { trigger: "again" }));
    assert.deepEqual(idsOf(second), ["b", "c"]);
    assert.deepEqual(exported(second), ["decision a", "decision b", "decision c"]);
  });

  it("has all that was written when the scheduler is killed", async () => {
    const path = join(aFolder(), "journal.db");
    for (const [name, killAfter] of [
      ["first", 40],
      ["second", 700],
    ] as const) {
      const { lines, signal } = await runWriter(path, name, 1_000_000, killAfter);
      assert.equal(signal, "SIGKILL");
      assert.ok(lines.length >= killAfter);
      const journal = aJournal(path, { retentionSeconds: 1e9 });
      assert.deepEqual(journal.state().detail, `kept in ${path}`);
      const there = new Set(exported(journal));
      assert.deepEqual(
        lines.filter((id) => !there.has(`decision ${id}`)),
        [],
      );
      journal.close();
      assert.equal(soundnessOf(path), "ok");
    }
  });

  it("is begun and written by several schedulers at once", async () => {
    const path = join(aFolder(), "journal.db");
    const names = ["a", "b", "c"];
    const runs = await Promise.all(names.map((name) => runWriter(path, name, 200)));
    assert.equal(soundnessOf(path), "ok");
    const journal = aJournal(path, { retentionSeconds: 1e9 });
    assert.equal(journal.state().detail, `kept in ${path}`);
    const there = new Set(exported(journal));
    for (const { lines, code } of runs) {
      assert.equal(code, 0);
      const state = lines.at(-1) ?? "";
      // A machine under load may hold one up for longer than the others wait.
      if (state !== "healthy") assert.match(state, /locked/);
      else for (const id of lines.slice(0, -1)) assert.ok(there.has(`decision ${id}`), id);
    }
  });
});
