import type { DatabaseSync, StatementSync } from "node:sqlite";
import { createPruner, type Bounds } from "./prune.ts";
import { KINDS, recordIn, timeOf, type JournalEntry, type JournalLine, type Kind } from "./records.ts";
import { inTransaction, openDatabase, preparing } from "./schema.ts";

/** A line and its place in the order of time. */
export type Placed<K extends Kind = Kind> = JournalLine<K> & {
  /** Of a decision, its own; of the others, the move's. */
  readonly id: string;
  readonly atMs: number;
};

/** The journal's tables in one database, in a file or in memory. Everything here throws what SQLite says. */
export interface Store {
  /** All of them or none. A decision that is there already is replaced. */
  put(lines: Iterable<JournalLine>): void;
  /** Drops what is too old or too much. */
  prune(): void;
  /** Drops all. */
  clear(): void;
  /** One kind, oldest first, from a moment on; read row by row, so writes may come in between. */
  read<K extends Kind>(kind: K, sinceMs: number): Generator<Placed<K>, void>;
  /** The newest decisions, newest first. */
  latest(count: number): readonly JournalEntry[];
  hasDecision(id: string): boolean;
  /** What the database takes, in bytes. */
  bytes(): number;
  close(): void;
}

export interface StoreOptions extends Bounds {
  /** `:memory:` for none. */
  readonly path: string;
  /** Whether to look all of an old file through. */
  readonly check: boolean;
  readonly now: () => number;
}

const TABLES = { decision: "decisions", move: "moves", verdict: "verdicts" } as const;

/** @throws UnfitFile, or what SQLite says. */
export function openStore({ path, check, now, ...bounds }: StoreOptions): Store {
  const database = openDatabase(path, check);
  try {
    return preparing(() => storeOn(database, bounds, now));
  } catch (error) {
    database.close();
    throw error;
  }
}

function storeOn(database: DatabaseSync, bounds: Bounds, now: () => number): Store {
  const put = putter(database, now);
  const next = nextStatements(database);
  const latest = database.prepare("SELECT body FROM decisions ORDER BY at_ms DESC, seq DESC LIMIT ?");
  const has = database.prepare("SELECT 1 FROM decisions WHERE id = ?");
  const pruner = createPruner(database, bounds);
  return {
    put(lines) {
      inTransaction(database, () => {
        for (const line of lines) put(line);
      });
    },
    prune() {
      pruner.prune(now());
    },
    clear() {
      for (const table of Object.values(TABLES)) database.exec(`DELETE FROM ${table}`);
      database.exec("PRAGMA incremental_vacuum");
    },
    *read(kind, sinceMs) {
      let [atMs, seq] = [sinceMs, -1];
      for (;;) {
        const row = next[kind].get(atMs, seq);
        if (row === undefined) return;
        [atMs, seq] = [Number(row["at_ms"]), Number(row["seq"])];
        const record = recordIn(kind, String(row["body"]));
        if (record !== null) yield { kind, record, atMs, id: String(row["id"]) };
      }
    },
    latest: (count) =>
      latest
        .all(count)
        .map(({ body }) => recordIn("decision", String(body)))
        .filter((entry) => entry !== null),
    hasDecision: (id) => has.get(id) !== undefined,
    bytes: () => pruner.bytes(),
    close() {
      database.close();
    },
  };
}

/** One row a call: a statement left open would hold the write-ahead file as long as a slow reader reads. */
function nextStatements(database: DatabaseSync): Readonly<Record<Kind, StatementSync>> {
  const of = (kind: Kind) =>
    database.prepare(
      `SELECT seq, id, at_ms, body FROM ${TABLES[kind]} WHERE (at_ms, seq) > (?, ?) ORDER BY at_ms, seq LIMIT 1`,
    );
  const [decision, move, verdict] = [of("decision"), of("move"), of("verdict")];
  return { decision, move, verdict };
}

function putter(database: DatabaseSync, now: () => number): (line: JournalLine) => void {
  const decision = database.prepare(
    `INSERT INTO decisions (id, at, at_ms, outcome, moves, body) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET
       at = excluded.at, at_ms = excluded.at_ms, outcome = excluded.outcome, moves = excluded.moves, body = excluded.body`,
  );
  const ended = (table: string) =>
    database.prepare(`INSERT INTO ${table} (id, at, at_ms, outcome, body) VALUES (?, ?, ?, ?, ?)`);
  const [move, verdict] = [ended("moves"), ended("verdicts")];
  return (line) => {
    const at = timeOf(line);
    const parsed = Date.parse(at);
    const atMs = Number.isFinite(parsed) ? parsed : now();
    const body = JSON.stringify(line.record);
    if (line.kind === "decision") {
      const { decision: planned, results } = line.record;
      decision.run(planned.id, at, atMs, planned.outcome, planned.moves.length + results.length, body);
    } else {
      const statement = line.kind === "move" ? move : verdict;
      statement.run(line.record.moveId, at, atMs, line.record.outcome, body);
    }
  };
}

type Place = Pick<Placed, "atMs" | "kind">;

/** All lines of several readings, oldest first; of one moment, the decision before its moves and their verdicts. */
export function* oldestFirst<K extends Kind>(
  readings: readonly Iterator<Placed<K>, void>[],
): Generator<Placed<K>> {
  const heads = readings.map((reading) => ({ reading, head: reading.next() }));
  for (;;) {
    let first: { readonly placed: Placed<K>; readonly take: () => void } | null = null;
    for (const each of heads) {
      if (each.head.done === true) continue;
      const placed = each.head.value;
      const take = () => {
        each.head = each.reading.next();
      };
      if (first === null || isBefore(placed, first.placed)) first = { placed, take };
    }
    if (first === null) return;
    first.take();
    yield first.placed;
  }
}

function isBefore(a: Place, b: Place): boolean {
  if (a.atMs !== b.atMs) return a.atMs < b.atMs;
  return KINDS.indexOf(a.kind) < KINDS.indexOf(b.kind);
}
