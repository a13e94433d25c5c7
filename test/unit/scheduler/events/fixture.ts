import { setImmediate as turn } from "node:timers/promises";
import type { EventData } from "../../../../scheduler/events/event.ts";
import { createEvents, type Events, type Told } from "../../../../scheduler/events/events.ts";
import { createJournal, type Journal, type MoveRecord } from "../../../../scheduler/journal/journal.ts";
import { SILENT } from "../../../support/silent-log.ts";
import { NOW } from "../../../support/swarm-builder.ts";

export const NEVER = new AbortController().signal;

/** Events of the run `r`, at the swarm's own moment. */
export function someEvents(keep = 1000, run = "r"): Events {
  return createEvents({ log: SILENT, clock: { now: () => NOW }, keep, run });
}

/** The real journal, kept in memory only, at the swarm's own moment. */
export function aJournal(): Journal {
  const now = (): number => NOW;
  return createJournal({
    path: null,
    retentionSeconds: 86_400,
    maxBytes: 2 ** 20,
    keep: 200,
    log: SILENT,
    now,
  });
}

/** A state that is told of as the change with this number. */
export function aState(number: number): EventData["state"] {
  const detail = `change ${number}`;
  return { changed: ["role"], role: "leading", mode: "act", paused: false, breaker: "closed", detail };
}

/** A move that ended just now and took half a minute, unless told otherwise. */
export function aMove(over: Partial<MoveRecord> = {}): MoveRecord {
  return {
    moveId: "m1",
    decisionId: "d1",
    at: new Date(NOW).toISOString(),
    service: "web",
    serviceId: "s1",
    fromId: "n1",
    toId: "n2",
    fromName: "worker-1",
    toName: "worker-2",
    outcome: "landed",
    detail: "its new task runs",
    seconds: 30,
    startSeconds: 2,
    collateral: 0,
    loadBefore: null,
    ...over,
  };
}

/** The next so many that a reader is told; fewer when it comes to its end. */
export async function taken<Item>(reading: AsyncIterable<Item>, count: number): Promise<readonly Item[]> {
  const items: Item[] = [];
  if (count === 0) return items;
  // The reading is not ended when enough was taken.
  const iterator = reading[Symbol.asyncIterator]();
  while (items.length < count) {
    const next = await iterator.next();
    if (next.done === true) break;
    items.push(next.value);
  }
  return items;
}

/** What names something that was told: its id, or what notice it is. */
export function nameOf(told: Told): string {
  return "id" in told ? told.id : told.type;
}

/** Waits until something holds; the test's own time limit is the limit. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn();
}

/** A pause that ends when the test says so, or with its signal; it counts those who wait. */
export interface HeldPause {
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** How long those wait who wait now, in milliseconds. */
  readonly waits: () => readonly number[];
  /** Lets all go on who wait now. */
  readonly pass: () => void;
}

export function heldPause(): HeldPause {
  const held = new Map<() => void, number>();
  return {
    pause: (ms, signal) =>
      new Promise((resolve) => {
        const go = (): void => {
          held.delete(go);
          resolve();
        };
        if (signal.aborted) {
          resolve();
          return;
        }
        held.set(go, ms);
        signal.addEventListener("abort", go, { once: true });
      }),
    waits: () => [...held.values()],
    pass() {
      for (const go of [...held.keys()]) go();
    },
  };
}
