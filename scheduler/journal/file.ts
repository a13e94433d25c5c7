import { statSync } from "node:fs";
import type { Log } from "../../common/log.ts";
import { putAside } from "./aside.ts";
import type { Bounds } from "./prune.ts";
import { isUnfit, UnfitFile } from "./schema.ts";
import { openStore, type Store } from "./store.ts";

export interface FileOptions extends Bounds {
  readonly path: string;
  readonly log: Log;
  readonly now: () => number;
}

/** The journal's file by its name: what has that name may change hands. */
export interface JournalFile {
  /** The store that is open; null when none is. */
  store(): Store | null;
  /**
   * The store of what the path names now: opened, or begun, if need be. An unfit file is put aside.
   * @throws what SQLite or the folder says
   */
  demand(how: { readonly atStart: boolean; readonly check: boolean }): Store;
  /** Where an unfit file was put last; null when there was none. */
  aside(): string | null;
  /** Closes the store; never throws. */
  letGo(): void;
}

interface Opened {
  readonly store: Store;
  /** SQLite goes on writing into a file that was deleted or renamed, which nobody finds any more. */
  readonly place: string | null;
}

/** A file that is not yet opened. */
export function createJournalFile(options: FileOptions): JournalFile {
  const { path, log, now } = options;
  let opened: Opened | null = null;
  let aside: string | null = null;

  function openAt(check: boolean): Opened {
    const store = openStore({ ...options, check });
    return { store, place: placeOf(path) };
  }
  function open(atStart: boolean, check: boolean): Opened {
    const before = placeOf(path);
    try {
      return openAt(check);
    } catch (error) {
      // A newer scheduler that begins beside this one has the file now: two would quarrel over one name.
      const isNewer = error instanceof UnfitFile && error.newer;
      // Or another process put it aside, and began a new one, in between.
      if (!isUnfit(error) || (isNewer && !atStart) || placeOf(path) !== before) throw error;
      aside = putAside(path, now());
      log.warn(
        { journal: path, aside, err: error },
        `the journal's file is unfit and was put aside as ${aside}`,
      );
      return openAt(false);
    }
  }
  function letGo(): void {
    const last = opened;
    opened = null;
    try {
      last?.store.close();
    } catch {
      // What it could not write is lost with the disk it could not write to.
    }
  }
  return {
    store: () => opened?.store ?? null,
    demand({ atStart, check }) {
      if (opened !== null && opened.place !== placeOf(path)) {
        log.warn({ journal: path }, "the journal's file was taken away or replaced");
        letGo();
      }
      opened ??= open(atStart, check);
      return opened.store;
    },
    aside: () => aside,
    letGo,
  };
}

/** Device and inode; null when there is nothing. */
function placeOf(path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.dev}:${stat.ino}`;
}
