import type { DatabaseSync } from "node:sqlite";
import { inTransaction } from "./schema.ts";

/** How much is kept. */
export interface Bounds {
  readonly retentionSeconds: number;
  /** The database's size; the write-ahead file, of about 1 MiB, comes on top. */
  readonly maxBytes: number;
}

export interface Pruner {
  /** Drops what is past the retention, then the oldest until the size is in bounds; the file shrinks. */
  prune(nowMs: number): void;
  bytes(): number;
}

/** Cut a bit below the bound, so that not every write has to cut. */
const TRIM_TO = 7 / 8;
/** Looking for what is too old is worth it only now and then. */
const WRITES_BETWEEN_AGE_CUTS = 20;
/** So that a bound that was set much lower does not hold the scheduler up: the next write goes on. */
const MOST_ROWS_A_CUT = 2000;

/** Prunes one database. Prepares its statements at once. */
export function createPruner(database: DatabaseSync, { retentionSeconds, maxBytes }: Bounds): Pruner {
  const size = database.prepare(
    `SELECT page_count * page_size AS bytes, (page_count - freelist_count) * page_size AS used
     FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()`,
  );
  const dropOld = ["decisions", "moves", "verdicts"].map((table) =>
    database.prepare(
      `DELETE FROM ${table} WHERE seq IN
       (SELECT seq FROM ${table} WHERE at_ms < ? ORDER BY at_ms LIMIT ${MOST_ROWS_A_CUT})`,
    ),
  );
  const dropOldest = oldestDropper(database);
  const bytes = () => Number(size.get()?.["bytes"]);
  const used = () => Number(size.get()?.["used"]);
  let writes = 0;

  function dropUntilFits(): void {
    for (let rows = 0; rows < MOST_ROWS_A_CUT && used() > maxBytes * TRIM_TO; rows += 1) {
      if (!dropOldest()) return;
    }
  }
  return {
    prune(nowMs) {
      const ageCutDue = writes % WRITES_BETWEEN_AGE_CUTS === 0;
      writes += 1;
      const tooBig = bytes() > maxBytes;
      if (!ageCutDue && !tooBig) return;
      inTransaction(database, () => {
        if (ageCutDue) for (const drop of dropOld) drop.run(nowMs - retentionSeconds * 1000);
        if (tooBig) dropUntilFits();
      });
      if (used() === bytes()) return;
      database.exec("PRAGMA incremental_vacuum");
      // The file itself shrinks only now, unless another process reads it; never waits for one.
      database.exec("PRAGMA wal_checkpoint(PASSIVE)");
    },
    bytes,
  };
}

/** Drops the oldest decision without moves; when there is none, the oldest line of all. False when nothing is left. */
function oldestDropper(database: DatabaseSync): () => boolean {
  const dropQuiet = database.prepare(
    `DELETE FROM decisions WHERE seq =
     (SELECT seq FROM decisions WHERE moves = 0 ORDER BY at_ms, seq LIMIT 1)`,
  );
  const tables = ["decisions", "moves", "verdicts"].map((table) => ({
    oldest: database.prepare(`SELECT seq, at_ms FROM ${table} ORDER BY at_ms, seq LIMIT 1`),
    drop: database.prepare(`DELETE FROM ${table} WHERE seq = ?`),
  }));
  return () => {
    if (Number(dropQuiet.run().changes) > 0) return true;
    const [first] = tables
      .flatMap(({ oldest, drop }) => {
        const row = oldest.get();
        return row === undefined ? [] : [{ seq: Number(row["seq"]), atMs: Number(row["at_ms"]), drop }];
      })
      .toSorted((a, b) => a.atMs - b.atMs);
    first?.drop.run(first.seq);
    return first !== undefined;
  };
}
