import type { SchedulerEvent } from "./event.ts";

/** Where a reader begins, and why that is not where it left off; null when it is. */
export interface Start {
  readonly next: number;
  readonly lost: string | null;
}

/** The last events, by number from 1. */
export interface Ring {
  push(event: Omit<SchedulerEvent, "id">): SchedulerEvent;
  /** The number of the oldest that is held, or of the next where none is. */
  readonly oldest: () => number;
  /** Null for one that is not there yet. */
  readonly at: (number: number) => SchedulerEvent | null;
  readonly after: (id: string | null) => Start;
}

/** An empty one; `run` sets its ids apart from those of other runs. */
export function createRing(run: string, keep: number): Ring {
  const held: SchedulerEvent[] = [];
  let next = 1;
  const oldest = (): number => next - held.length;
  return {
    push(event) {
      const numbered = { id: `${run}-${next}`, ...event } as SchedulerEvent;
      held.push(numbered);
      next += 1;
      if (held.length > keep) held.shift();
      return numbered;
    },
    oldest,
    at: (number) => held[number - oldest()] ?? null,
    after(id) {
      if (id === null) return { next, lost: null };
      const [, ofRun = "", digits = ""] = /^(.+)-(\d{1,15})$/.exec(id) ?? [];
      const known = Number(digits);
      if (ofRun !== run || known >= next)
        return { next: oldest(), lost: "the last id is none of this run; what this run still holds follows" };
      const missing = oldest() - 1 - known;
      if (missing <= 0) return { next: known + 1, lost: null };
      return { next: oldest(), lost: `${missing} events since the last id are held no more` };
    },
  };
}
