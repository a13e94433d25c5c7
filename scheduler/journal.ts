import type { Decision } from "./domain/decision.ts";
import type { MoveResult } from "./ports.ts";

/** A decision of the loop, shown before it is carried out, and what became of it. */
export interface JournalEntry {
  /** What made the loop look: `schedule`, `alert`, `signal`, `start`. */
  readonly trigger: string;
  readonly decision: Decision;
  /** Whether the manager beside this scheduler led the swarm: only then does it act. */
  readonly leads: boolean;
  /** Why a plan, or a part of it, was not carried out; null when all of it was or there was none. */
  readonly withheld: string | null;
  /** How its moves ended; empty while they are under way. */
  readonly results: readonly MoveResult[];
}

/** The last decisions, for people. No safety rests on it: what safety needs is read off the swarm. */
export interface Journal {
  /** An entry of a decision that is there already takes its place. */
  write(entry: JournalEntry): void;
  /** Newest first. */
  entries(): readonly JournalEntry[];
}

export function createJournal(size: number): Journal {
  let kept: readonly JournalEntry[] = [];
  return {
    write(entry) {
      const others = kept.filter(({ decision }) => decision.id !== entry.decision.id);
      kept = [entry, ...others].slice(0, size);
    },
    entries: () => kept,
  };
}
