import type { Log } from "../../common/log.ts";
import { createDisk, type Disk } from "./disk.ts";
import { pricesOf, type Price } from "./prices.ts";
import { KINDS, type JournalEntry, type JournalLine, type Kind } from "./records.ts";
import type { MoveRecord, MoveVerdict } from "./records.ts";
import { oldestFirst, openStore, type Placed } from "./store.ts";

export { VERDICTS, type JournalEntry, type MoveRecord, type MoveVerdict } from "./records.ts";

/** How the journal fares. */
export interface JournalState {
  /** What it was told to be; a file's journal that cannot be written goes on in memory and stays `file`. */
  readonly kind: "file" | "memory";
  readonly healthy: boolean;
  /** One sentence for people. */
  readonly detail: string;
  /** On the disk, or in memory where that is all there is. */
  readonly bytes: number;
}

/**
 * The decisions, moves and verdicts, for people and for learning. No safety rests on it: what safety needs is read off
 * the swarm. Nothing here throws, whatever the disk does.
 */
export interface Journal {
  /** An entry of a decision that is there already takes its place. */
  write(entry: JournalEntry): void;
  /** The last of them, an earlier run's included, newest first. */
  entries(): readonly JournalEntry[];
  /** Appends a move that ended. */
  moved(move: MoveRecord): void;
  /** Appends what a move turned out to be worth. */
  judged(verdict: MoveVerdict): void;
  /** Moves that ended at a moment (milliseconds since 1970) or later, oldest first. */
  moves(sinceMs: number): readonly MoveRecord[];
  /** Verdicts of a moment (milliseconds since 1970) or later, oldest first. */
  verdicts(sinceMs: number): readonly MoveVerdict[];
  /** What moving each service costs, as learned within the retention; at most a minute old, or since the last move. */
  prices(): readonly Price[];
  /**
   * All that is kept as JSON texts, one a line without its end, oldest first; read row by row. When a disk that failed
   * takes lines again while they are read, some may be told twice or not at all.
   */
  lines(): Iterable<string>;
  state(): JournalState;
  /** Lets go of the file; what is written afterwards is kept in memory. */
  close(): void;
}

export interface JournalOptions {
  /** The file, in a folder that is there; null to keep the journal in memory only. */
  readonly path: string | null;
  readonly retentionSeconds: number;
  /** The database's size; with less than 128 KiB hardly anything is kept. */
  readonly maxBytes: number;
  /** How many decisions `entries` has. */
  readonly keep: number;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** What is kept while the file cannot be written. */
const MOST_WAITING_BYTES = 8 * 1024 * 1024;
const PRICES_AGE_MS = 60_000;

/** Opens the journal; whatever the file is like, there is one. */
export function createJournal(options: JournalOptions): Journal {
  const { path, keep, retentionSeconds, now = Date.now } = options;
  const shelf = createShelf({ ...options, now });
  let kept: readonly JournalEntry[] = shelf.latest(keep);
  let learned: { readonly atMs: number; readonly prices: readonly Price[] } | null = null;

  const moves = remembered((sinceMs) =>
    [...oldestFirst(shelf.readings("move", sinceMs))].map(({ record }) => record),
  );
  const verdicts = remembered((sinceMs) =>
    [...oldestFirst(shelf.readings("verdict", sinceMs))].map(({ record }) => record),
  );
  return {
    write(entry) {
      const others = kept.filter(({ decision }) => decision.id !== entry.decision.id);
      kept = [entry, ...others].slice(0, keep);
      shelf.put({ kind: "decision", record: entry });
    },
    entries: () => kept,
    moved(move) {
      learned = null;
      moves.forget();
      shelf.put({ kind: "move", record: move });
    },
    judged(verdict) {
      verdicts.forget();
      shelf.put({ kind: "verdict", record: verdict });
    },
    moves: moves.since,
    verdicts: verdicts.since,
    prices() {
      const nowMs = now();
      if (learned === null || Math.abs(nowMs - learned.atMs) > PRICES_AGE_MS) {
        learned = { atMs: nowMs, prices: pricesOf(moves.since(nowMs - retentionSeconds * 1000)) };
      }
      return learned.prices;
    },
    *lines() {
      const readings = KINDS.flatMap((kind): readonly Reading[] =>
        shelf.readings(kind, Number.MIN_SAFE_INTEGER),
      );
      for (const { kind, record } of oldestFirst(readings)) yield JSON.stringify({ kind, ...record });
    },
    state: () => stateOf(path, shelf),
    close() {
      shelf.close();
    },
  };
}

interface Remembered<Item> {
  readonly since: (sinceMs: number) => readonly Item[];
  readonly forget: () => void;
}

/** What was read since some moment, kept until there is more to read: a round asks several times for a week of it. */
function remembered<Item extends { readonly at: string }>(
  read: (sinceMs: number) => readonly Item[],
): Remembered<Item> {
  let known: { readonly sinceMs: number; readonly items: readonly Item[] } | null = null;
  return {
    since(sinceMs) {
      if (known === null || sinceMs < known.sinceMs) known = { sinceMs, items: read(sinceMs) };
      return known.items.filter(({ at }) => !(Date.parse(at) < sinceMs));
    },
    forget() {
      known = null;
    },
  };
}

type Reading<K extends Kind = Kind> = Iterator<Placed<K>, void>;

/** Where lines are kept: on the disk, and in memory what the disk does not take. */
interface Shelf {
  readonly disk: Disk | null;
  put(line: JournalLine): void;
  latest(count: number): readonly JournalEntry[];
  /** One kind from each place, oldest first. */
  readings<K extends Kind>(kind: K, sinceMs: number): readonly Reading<K>[];
  readonly memoryBytes: () => number;
  close(): void;
}

function createShelf(options: JournalOptions & { readonly now: () => number }): Shelf {
  const { path, log, maxBytes } = options;
  const inMemory = path === null ? maxBytes : Math.min(maxBytes, MOST_WAITING_BYTES);
  const memory = openStore({ ...options, path: ":memory:", maxBytes: inMemory, check: false });
  const onCaughtUp = () => {
    memory.clear();
  };
  const waiting = () => oldestFirst(KINDS.map((kind) => memory.read(kind, Number.MIN_SAFE_INTEGER)));
  const disk = path === null ? null : createDisk({ ...options, path, waiting, onCaughtUp });

  return {
    disk,
    put(line) {
      try {
        if (disk?.put(line) === true) return;
        memory.put([line]);
        memory.prune();
      } catch (error) {
        log.warn({ err: error, kind: line.kind }, "a line of the journal is lost");
      }
    },
    latest: (count) => disk?.read((store) => store.latest(count), []) ?? [],
    readings(kind, sinceMs) {
      const isOutdated = (id: string) => kind === "decision" && memory.hasDecision(id);
      const onDisk = disk === null ? [] : [without(isOutdated, readDisk(disk, kind, sinceMs))];
      return [...onDisk, memory.read(kind, sinceMs)];
    },
    memoryBytes: () => memory.bytes(),
    close() {
      disk?.close();
    },
  };
}

/** A file that fails, or is put aside, half-way is a reading that ends early. */
function* readDisk<K extends Kind>(disk: Disk, kind: K, sinceMs: number): Generator<Placed<K>, void> {
  const reading = disk.read<Reading<K> | null>((store) => store.read(kind, sinceMs), null);
  for (;;) {
    const next = disk.read(() => reading?.next() ?? null, null);
    if (next === null || next.done === true) return;
    yield next.value;
  }
}

function* without<K extends Kind>(
  isUnwanted: (id: string) => boolean,
  reading: Iterable<Placed<K>>,
): Generator<Placed<K>, void> {
  for (const line of reading) {
    if (!isUnwanted(line.id)) yield line;
  }
}

function stateOf(path: string | null, { disk, memoryBytes }: Shelf): JournalState {
  if (path === null || disk === null) {
    return { kind: "memory", healthy: true, detail: "kept in memory only", bytes: memoryBytes() };
  }
  const trouble = disk.trouble();
  const aside = disk.aside();
  const place = trouble === null ? `kept in ${path}` : `${path} is not written (${trouble}): kept in memory`;
  const before = aside === null ? "" : `; an unfit file was put aside as ${aside}`;
  return { kind: "file", healthy: trouble === null, detail: place + before, bytes: disk.bytes() };
}
