import { statSync } from "node:fs";
import { createJournalFile, type FileOptions, type JournalFile } from "./file.ts";
import type { JournalLine } from "./records.ts";
import { isBusy, isPassing, isUnfit } from "./schema.ts";
import type { Store } from "./store.ts";

/** How long a disk that failed is left alone. */
const RETRY_MS = 60_000;

/** The journal on the disk, with all that can go wrong there. Nothing here throws. */
export interface Disk {
  /** False when the line is not on the disk: keep it elsewhere. */
  put(line: JournalLine): boolean;
  /** What can be read of the file; it may be readable while it cannot be written. */
  read<T>(reading: (store: Store) => T, otherwise: T): T;
  /** Why the file is not written; null when it is. */
  trouble(): string | null;
  /** Where an unfit file was put by this run; null when there was none. */
  aside(): string | null;
  /** On the disk, the write-ahead file included. */
  bytes(): number;
  /** Writes what waits, if that can be, and lets go of the file. */
  close(): void;
}

export interface DiskOptions extends FileOptions {
  /** What could not be written so far, oldest first: it goes before the next line. */
  readonly waiting: () => Iterable<JournalLine>;
  /** All that waited is written. */
  readonly onCaughtUp: () => void;
}

type Lines = readonly JournalLine[];

interface Trouble {
  readonly reason: string;
  /** Whether the file is at fault: then it is looked through when it is next opened. */
  readonly unfit: boolean;
  readonly retryAtMs: number;
}

/** Opens the journal's file, at once if it can. */
export function createDisk(options: DiskOptions): Disk {
  const { path, log, now, waiting, onCaughtUp } = options;
  const file = createJournalFile(options);
  let trouble: Trouble | null = null;
  let closed = false;

  function attempt(work: (lines: Lines) => void, lines: Lines = []): boolean {
    try {
      work(lines);
      return true;
    } catch (error) {
      fall(error);
      return false;
    }
  }
  function fall(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (trouble === null) {
      log.warn(
        { journal: path, err: error },
        `the journal cannot be written and goes on in memory: ${reason}`,
      );
    }
    trouble = { reason, unfit: isUnfit(error), retryAtMs: now() + RETRY_MS };
    if (!isPassing(error)) file.letGo();
  }
  /** What waits goes first. */
  function write(lines: Lines): void {
    const store = file.demand({ atStart: false, check: trouble?.unfit === true });
    store.put(trouble === null ? lines : inTurn(waiting(), lines));
    if (trouble === null) return;
    trouble = null;
    log.info({ journal: path }, "the journal is written to its file again");
    onCaughtUp();
  }
  const prune = () => {
    pruneUnlessBusy(file.store());
  };

  attempt(() => {
    file.demand({ atStart: true, check: true });
    prune();
  });
  return {
    put(line) {
      if (closed || (trouble !== null && now() < trouble.retryAtMs)) return false;
      const written = attempt(write, [line]);
      // The line is on the disk, whatever becomes of the pruning.
      if (written) attempt(prune);
      return written;
    },
    read: (reading, otherwise) => readGuarded(file, reading, otherwise, fall),
    trouble: () => trouble?.reason ?? null,
    aside: () => file.aside(),
    bytes: () => sizeOf(path) + sizeOf(`${path}-wal`),
    close() {
      // What waits in memory has no later chance.
      if (!closed && trouble !== null) attempt(write);
      closed = true;
      file.letGo();
    },
  };
}

function readGuarded<T>(
  file: JournalFile,
  reading: (store: Store) => T,
  otherwise: T,
  fall: (error: unknown) => void,
): T {
  const store = file.store();
  if (store === null) return otherwise;
  try {
    return reading(store);
  } catch (error) {
    // Other errors are for the next write to meet; one may only say that the store was let go meanwhile.
    if (isUnfit(error)) fall(error);
    return otherwise;
  }
}

/** Pruning waits for the next write when another process writes. */
function pruneUnlessBusy(store: Store | null): void {
  try {
    store?.prune();
  } catch (error) {
    if (!isBusy(error)) throw error;
  }
}

function* inTurn(first: Iterable<JournalLine>, then: Iterable<JournalLine>): Generator<JournalLine> {
  yield* first;
  yield* then;
}

/** In bytes; 0 of what cannot be asked. */
function sizeOf(path: string): number {
  try {
    return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  } catch {
    return 0;
  }
}
