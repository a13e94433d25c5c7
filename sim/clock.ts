import { setImmediate as others } from "node:timers/promises";
import type { Clock } from "../scheduler/clock.ts";

/** The simulated time: it passes from one thing that happens to the next, and nothing happens in between. */
export interface SimClock extends Clock {
  /** Has `work` done at a moment (milliseconds since 1970), in the order of asking among those of one moment. */
  at(ms: number, work: () => void): Alarm;
  after(ms: number, work: () => void): Alarm;
  /** Lets the time pass until a moment. For what happens without anybody waiting: the swarm by itself. */
  runUntil(ms: number): void;
  /**
   * Lets the time pass until the work is done, or until a moment: whoever waits by this clock is woken and comes to
   * its next wait before the time goes on. Nothing that waits for anything but this clock may be under way.
   */
  turn<Result>(work: Promise<Result>): Promise<Result>;
  turnUntil(ms: number): Promise<void>;
  /** When the next thing happens; null when nothing will. */
  next(): number | null;
}

/** Something that is to happen, unless it is called off. */
export interface Alarm {
  cancel(): void;
}

interface Entry {
  readonly ms: number;
  readonly turn: number;
  work: (() => void) | null;
}

export function createClock(startMs: number): SimClock {
  const heap: Entry[] = [];
  let nowMs = startMs;
  let turns = 0;

  function at(ms: number, work: () => void): Alarm {
    turns += 1;
    const entry: Entry = { ms: Math.max(ms, nowMs), turn: turns, work };
    push(heap, entry);
    return {
      cancel() {
        entry.work = null;
      },
    };
  }
  function next(): number | null {
    while (heap[0]?.work === null) pop(heap);
    return heap[0]?.ms ?? null;
  }
  /** The next thing, if it is due by then. */
  function step(untilMs: number): boolean {
    const ms = next();
    if (ms === null || ms > untilMs) return false;
    const entry = pop(heap);
    nowMs = ms;
    entry?.work?.();
    return true;
  }
  return {
    now: () => nowMs,
    wait: (ms) => new Promise((resolve) => void at(nowMs + ms, resolve)),
    at,
    after: (ms, work) => at(nowMs + ms, work),
    runUntil(ms) {
      while (step(ms));
      nowMs = Math.max(nowMs, ms);
    },
    async turn(work) {
      const state = { isDone: false };
      const end = () => {
        state.isDone = true;
      };
      work.then(end, end);
      await others();
      while (!state.isDone) {
        if (!step(Number.POSITIVE_INFINITY))
          throw new Error("what is waited for will never happen: nothing is left to happen");
        // Whoever was woken runs on until it waits again.
        await others();
      }
      return work;
    },
    async turnUntil(ms) {
      await others();
      while (step(ms)) await others();
      nowMs = Math.max(nowMs, ms);
    },
    next,
  };
}

function isBefore(a: Entry | undefined, b: Entry | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a.ms < b.ms || (a.ms === b.ms && a.turn < b.turn);
}

function push(heap: Entry[], entry: Entry): void {
  let at = heap.push(entry) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isBefore(entry, heap[parent])) break;
    swap(heap, at, parent);
    at = parent;
  }
}

function pop(heap: Entry[]): Entry | undefined {
  const [top] = heap;
  const last = heap.pop();
  if (last === undefined || top === last) return top;
  heap[0] = last;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const least = isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
    if (!isBefore(heap[least], heap[at])) return top;
    swap(heap, at, least);
    at = least;
  }
}

function swap(heap: Entry[], a: number, b: number): void {
  const [one, other] = [heap[a], heap[b]];
  if (one === undefined || other === undefined) return;
  heap[a] = other;
  heap[b] = one;
}
