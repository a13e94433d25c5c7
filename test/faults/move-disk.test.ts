// The disk below the scheduler's journal is full while a move is under way. No safety rests on the journal: the move ends
// as ever, decisions go on, and what could not be written is said, kept, and written once there is room.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it, type TestContext } from "node:test";
import { waitFor } from "../../lab/lab.ts";
import { createJournal, type JournalState } from "../../scheduler/journal/journal.ts";
import { openTestLab, type TestLab } from "../e2e/support/lab.ts";
import type { TestScheduler } from "../e2e/support/scheduler.ts";
import { removeAll } from "../e2e/support/workload.ts";
import { SILENT } from "../support/silent-log.ts";
import { moveUnderWay, resultOf, settles, startMover, type UnderWay } from "./support/fault-around.ts";
import { mountSmallDisk, type SmallDisk } from "./support/small-disk.ts";

interface Journaled {
  readonly disk: SmallDisk;
  /** The journal's file. */
  readonly path: string;
  readonly move: UnderWay;
}

describe("a move under way, and the disk of the journal full", () => {
  let test: TestLab;
  before(async () => {
    test = await openTestLab();
  });
  after(() => removeAll(test.docker));

  it("lands, and decisions go on", async (context) => {
    const { disk, path, move } = await journaledMove(context, "full");
    disk.fill();
    const { moveId } = await resultOf(move);
    await saysFull(move.scheduler, path);
    await move.scheduler.rounds(2);
    const history = await (await fetch(`${move.scheduler.url}/v1/history`)).text();
    assert.ok(history.includes(`{"kind":"move","moveId":"${moveId}"`), "the move is in the history");
    disk.free();
    await settles(test, "journal's disk full", move, { outcomes: ["landed"] });
    assert.equal(writtenOutcome(path, moveId), "landed");
  });

  it("is finished by the next scheduler, which begins on the full disk", async (context) => {
    const { disk, path, move } = await journaledMove(context, "restarted");
    disk.fill();
    await move.scheduler.end("SIGKILL");
    const next = await startMover(context, test, { BALLAST_JOURNAL_PATH: path });
    const { moveId } = await resultOf({ ...move, scheduler: next });
    await saysFull(next, path);
    assert.match(await next.metrics(), /^ballast_orphans_recovered_total 1$/m);
    disk.free();
    const what = "journal's disk full, and the scheduler killed";
    await settles(test, what, { ...move, scheduler: next }, { outcomes: ["landed"] });
    assert.equal(writtenOutcome(path, moveId), "landed");
  });

  async function journaledMove(context: TestContext, prefix: string): Promise<Journaled> {
    const disk = await mountSmallDisk(context);
    const path = join(disk.folder, "journal.db");
    const env = { BALLAST_JOURNAL_PATH: path };
    return { disk, path, move: await moveUnderWay(context, test, prefix, { env }) };
  }
});

/** Waits until the API and the metrics tell that the journal is not written, and why. */
async function saysFull(scheduler: TestScheduler, path: string): Promise<void> {
  const state = await waitFor(
    "the journal's trouble to be told",
    async () => {
      const answer = await fetch(`${scheduler.url}/v1/governor`);
      const { journal } = (await answer.json()) as { readonly journal: JournalState };
      return journal.healthy ? null : journal;
    },
    { timeoutMs: 120_000, everyMs: 250 },
  );
  assert.equal(state.kind, "file");
  assert.ok(state.detail.startsWith(`${path} is not written (`), state.detail);
  assert.match(state.detail, /\(.*(full|disk).*\): kept in memory$/);
  await waitFor("the metric to tell it too", async () =>
    /^ballast_journal_healthy 0$/m.test(await scheduler.metrics()),
  );
  assert.match(scheduler.output(), /the journal cannot be written and goes on in memory/);
}

/** How the move ended, by the journal's file. */
function writtenOutcome(path: string, moveId: string): string | undefined {
  const journal = createJournal({
    path,
    retentionSeconds: 86_400,
    maxBytes: 2 ** 22,
    keep: 1,
    log: SILENT,
  });
  try {
    assert.equal(journal.state().detail, `kept in ${path}`);
    return journal.moves(0).find((move) => move.moveId === moveId)?.outcome;
  } finally {
    journal.close();
  }
}
