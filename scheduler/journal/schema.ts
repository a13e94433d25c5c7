import { DatabaseSync } from "node:sqlite";

/** How long a write waits for another process that writes: the scheduler waits with it. */
const BUSY_TIMEOUT_MS = 100;
/** Two schedulers that begin one file at the same moment get in each other's way at steps that do not wait. */
const OPEN_TRIES = 5;
/** The write-ahead file is taken into the database, and cut, at about this size. */
const WAL_PAGES = 256;
const WAL_BYTES = WAL_PAGES * 4096;

/** Each takes the file from the version of its index to the next; what stands here once is never changed. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE decisions (
     seq INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     at TEXT NOT NULL,
     at_ms INTEGER NOT NULL,
     outcome TEXT NOT NULL,
     moves INTEGER NOT NULL,
     body TEXT NOT NULL
   ) STRICT;
   CREATE INDEX decisions_by_time ON decisions (at_ms, seq);
   CREATE INDEX decisions_without_moves ON decisions (at_ms, seq) WHERE moves = 0;
   CREATE TABLE moves (
     seq INTEGER PRIMARY KEY,
     id TEXT NOT NULL,
     at TEXT NOT NULL,
     at_ms INTEGER NOT NULL,
     outcome TEXT NOT NULL,
     body TEXT NOT NULL
   ) STRICT;
   CREATE INDEX moves_by_time ON moves (at_ms, seq);
   CREATE TABLE verdicts (
     seq INTEGER PRIMARY KEY,
     id TEXT NOT NULL,
     at TEXT NOT NULL,
     at_ms INTEGER NOT NULL,
     outcome TEXT NOT NULL,
     body TEXT NOT NULL
   ) STRICT;
   CREATE INDEX verdicts_by_time ON verdicts (at_ms, seq);`,
];

const SCHEMA_VERSION = MIGRATIONS.length;

const CODE_ERROR = 1;
const CODE_BUSY = 5;
const CODE_CORRUPT = 11;
const CODE_FULL = 13;
const CODE_NOT_A_DATABASE = 26;

/** A file that cannot be the journal's, though it can be read: another program's, a newer scheduler's, a damaged one. */
export class UnfitFile extends Error {
  readonly newer: boolean;

  constructor(message: string, newer = false) {
    super(message);
    this.newer = newer;
  }
}

/** SQLite's primary result code; null of an error that is not SQLite's. */
function codeOf(error: unknown): number | null {
  if (!(error instanceof Error && "errcode" in error && typeof error.errcode === "number")) return null;
  return error.errcode & 0xff;
}

/** Whether the file itself is at fault, not the disk, the folder or another process. */
export function isUnfit(error: unknown): boolean {
  return error instanceof UnfitFile || [CODE_CORRUPT, CODE_NOT_A_DATABASE].includes(codeOf(error) ?? 0);
}

/** Whether another process holds the file longer than we wait. */
export function isBusy(error: unknown): boolean {
  return codeOf(error) === CODE_BUSY;
}

/** Whether the database is as usable as before, only not for this write. */
export function isPassing(error: unknown): boolean {
  return isBusy(error) || codeOf(error) === CODE_FULL;
}

/**
 * Opens a journal's database, begins or migrates it, and looks all of it through if asked to.
 * @throws UnfitFile, or what SQLite says.
 */
export function openDatabase(path: string, check: boolean): DatabaseSync {
  for (let left = OPEN_TRIES; ; left -= 1) {
    try {
      return tryOpen(path, check);
    } catch (error) {
      if (!isBusy(error) || left <= 1) throw error;
    }
  }
}

function tryOpen(path: string, check: boolean): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    // Before the first write: what is not ours stays as it is.
    demandFit(database);
    // Holds only if it stands before the first table, and writes to a file that has it.
    if (versionOf(database) === 0) database.exec("PRAGMA auto_vacuum = INCREMENTAL");
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA wal_autocheckpoint = ${WAL_PAGES};
      PRAGMA journal_size_limit = ${WAL_BYTES};
    `);
    migrate(database);
    if (check) demandSound(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function demandFit(database: DatabaseSync): void {
  // Both of one moment: another process may be about to begin the file.
  database.exec("BEGIN");
  const version = versionOf(database);
  const tables = Number(database.prepare("SELECT count(*) AS tables FROM sqlite_schema").get()?.["tables"]);
  database.exec("COMMIT");
  if (version > SCHEMA_VERSION) {
    const words = `it is of version ${version}, and this scheduler knows ${SCHEMA_VERSION} at most`;
    throw new UnfitFile(words, true);
  }
  if (version < 0 || (version === 0 && tables > 0)) throw new UnfitFile("it is another program's database");
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
}

function migrate(database: DatabaseSync): void {
  if (versionOf(database) === SCHEMA_VERSION) return;
  inTransaction(database, () => {
    // Another process may have been faster.
    for (const migration of MIGRATIONS.slice(versionOf(database))) database.exec(migration);
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  });
}

function demandSound(database: DatabaseSync): void {
  const answer = String(database.prepare("PRAGMA quick_check(1)").get()?.["quick_check"]);
  if (answer !== "ok") throw new UnfitFile(`it is damaged: ${answer}`);
}

/**
 * Prepares statements; a table or column that is not there makes the file unfit.
 * @throws UnfitFile, or what SQLite says.
 */
export function preparing<T>(prepare: () => T): T {
  try {
    return prepare();
  } catch (error) {
    if (codeOf(error) !== CODE_ERROR) throw error;
    throw new UnfitFile(`its tables are not a journal's: ${String(error)}`);
  }
}

/** All of the work's writes or none of them. The write lock is had at the start, so it cannot fail for it half-way. */
export function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    work();
    database.exec("COMMIT");
  } catch (error) {
    // Some errors end it by themselves.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
