import { randomBytes } from "node:crypto";
import type { Log } from "../../common/log.ts";
import { SYSTEM_CLOCK, type Clock } from "../clock.ts";
import type { EventData, EventType, SchedulerEvent } from "./event.ts";
import { createRing, type Start } from "./ring.ts";

/** What a reader is told besides the events: that some are missing. Neither has an id, so that it goes on from the last that has. */
type Notice =
  /** What came after the event that the reader knew is held no more, or was of another run. All that is held follows. */
  | { readonly type: "gap"; readonly at: string; readonly data: { readonly detail: string } }
  /** The reader was too slow; nothing follows. */
  | { readonly type: "cut"; readonly at: string; readonly data: { readonly detail: string } };

export type Told = SchedulerEvent | Notice;

export interface Subscription {
  /** The id of the last event that the reader knows; null to be told of what comes only. */
  readonly after: string | null;
  /** Empty for all. */
  readonly types: readonly EventType[];
  /** Says that the reader left. */
  readonly signal: AbortSignal;
}

/** Where what happens is told, and heard. */
export interface Events {
  /** Tells all who listen. Returns at once and never throws, whatever they do. */
  publish<Type extends EventType>(type: Type, data: EventData[Type]): void;
  /** Calls with each event, until the function that it returns is called. The listener must not wait. */
  listen(listener: (event: SchedulerEvent) => void): () => void;
  /**
   * What came after a moment, then what comes. However slow its reader, nothing is kept for it: it reads off the events
   * that are held for all, and is cut when it is overtaken.
   */
  subscribe(subscription: Subscription): AsyncIterable<Told>;
  /** Ends what every subscriber reads; each has been told of all before. */
  close(): void;
}

export interface EventsOptions {
  readonly log: Pick<Log, "warn">;
  readonly clock?: Pick<Clock, "now">;
  /** How many events are held for those who come back. */
  readonly keep?: number;
  /** What sets the ids of this run apart from another's. */
  readonly run?: string;
}

const USUAL_KEEP = 1000;

/** A run's events. */
export function createEvents(options: EventsOptions): Events {
  const { log, clock = SYSTEM_CLOCK, keep = USUAL_KEEP } = options;
  const { run = `${clock.now().toString(36)}${randomBytes(2).toString("hex")}` } = options;
  const at = (): string => new Date(clock.now()).toISOString();
  const ring = createRing(run, keep);
  const listeners = new Set<(event: SchedulerEvent) => void>();
  const sleepers = new Set<() => void>();
  let closed = false;

  async function* read({ lost, next }: Start, { types, signal }: Subscription): AsyncGenerator<Told> {
    if (lost !== null) yield { type: "gap", at: at(), data: { detail: lost } };
    for (let number = next; !signal.aborted;) {
      const event = ring.at(number);
      if (number < ring.oldest()) {
        const missed = ring.oldest() - number;
        const detail = `${missed} events came faster than they were read; come back with the last id`;
        yield { type: "cut", at: at(), data: { detail } };
        return;
      } else if (event !== null) {
        number += 1;
        if (types.length === 0 || types.includes(event.type)) yield event;
      } else if (closed) {
        return;
      } else {
        await change(sleepers, signal);
      }
    }
  }

  return {
    publish(type, data) {
      const event = ring.push({ type, at: at(), data });
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (error) {
          log.warn({ err: error, event: event.id }, "a listener failed on an event");
        }
      }
      for (const wake of sleepers) wake();
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    // Where it begins is settled now, not when it is first read.
    subscribe: (subscription) => read(ring.after(subscription.after), subscription),
    close() {
      closed = true;
      for (const wake of sleepers) wake();
    },
  };
}

/** Sleeps until woken, or until the signal. */
async function change(sleepers: Set<() => void>, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const wake = (): void => {
    resolve(undefined);
  };
  sleepers.add(wake);
  signal.addEventListener("abort", wake);
  await promise;
  sleepers.delete(wake);
  signal.removeEventListener("abort", wake);
}
