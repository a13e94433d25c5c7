import type { Decision } from "./domain/decision.ts";
import type { MoveResult } from "./ports.ts";

/** A decision of the loop with what became of it. */
export interface JournalEntry {
  /** What made the loop look: `schedule`, `alert`, `signal`, `start`. */
  readonly trigger: string;
  readonly decision: Decision;
  /** Whether the manager beside this scheduler led the swarm: only then does it act. */
  readonly leads: boolean;
  /** Why nothing was done although there is a plan; null when it was carried out or there was none. */
  readonly withheld: string | null;
  readonly results: readonly MoveResult[];
}

/** The last decisions, for people. No safety rests on it: what safety needs is read off the swarm. */
export interface Journal {
  write(entry: JournalEntry): void;
  /** Newest first. */
  entries(): readonly JournalEntry[];
}

export function createJournal(size: number): Journal {
  let kept: readonly JournalEntry[] = [];
  return {
    write(entry) {
      kept = [entry, ...kept].slice(0, size);
    },
    entries: () => kept,
  };
}
