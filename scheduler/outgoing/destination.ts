import type { Log } from "../../common/log.ts";
import { SYSTEM_CLOCK, type Clock } from "../clock.ts";
import { SYSTEM_PAUSE, type Pause } from "../events/pause.ts";
import { sendPost, type Post, type Send } from "./post.ts";
import { judge, waitMs } from "./retry.ts";

/** Something that waits to be sent. */
export interface Parcel {
  /** For the log. */
  readonly id: string;
  /** Made anew for each try: a signature has a time. */
  readonly post: (nowMs: number) => Post;
}

/** How a parcel ended; `dropped`: given up, or pushed out by newer ones. */
export const PARCEL_OUTCOMES = ["delivered", "refused", "dropped"] as const;
export type ParcelOutcome = (typeof PARCEL_OUTCOMES)[number];

/** What is told of the parcels of a destination, by its name. */
export interface OutgoingMetrics {
  readonly sent: (destination: string, outcome: ParcelOutcome) => void;
  /** How many wait, the one that is being sent included. */
  readonly queued: (destination: string, length: number) => void;
}

/** One place that parcels go to, one after the other, in their order. */
export interface Destination {
  /** Queues a parcel. Returns at once and never throws. */
  take(parcel: Parcel): void;
  /** Takes no more; tries what waits for at most so long, each once, until one fails; drops the rest. */
  stop(graceMs: number): Promise<void>;
}

export interface DestinationOptions {
  readonly name: string;
  readonly metrics: OutgoingMetrics;
  readonly log: Pick<Log, "info" | "warn">;
  /** How many may wait. */
  readonly most?: number;
  readonly send?: Send;
  readonly clock?: Pick<Clock, "now">;
  readonly pause?: Pause;
  /** From 0 to 1. */
  readonly random?: () => number;
}

const USUAL_MOST = 1000;
/** With the waits between them some 40 minutes. */
const TRIES_MOST = 16;

/** A queue of its own, so that a destination that is away holds nobody else up. */
export function createDestination(options: DestinationOptions): Destination {
  const { name, metrics, log, most = USUAL_MOST } = options;
  const waiting: Parcel[] = [];
  const stopping = new AbortController();
  const over = new AbortController();
  let running: Promise<void> | null = null;
  let overflows = false;

  async function work(): Promise<void> {
    // Whoever hands a parcel over goes on at once.
    await Promise.resolve();
    for (let parcel = waiting[0]; parcel !== undefined; parcel = waiting[0]) {
      const outcome = await tried(parcel, options, { stopping: stopping.signal, over: over.signal });
      waiting.shift();
      metrics.sent(name, outcome);
      if (outcome === "dropped" && stopping.signal.aborted) drop(waiting.splice(0));
      metrics.queued(name, waiting.length);
    }
    overflows = false;
    running = null;
  }

  function drop(parcels: readonly Parcel[]): void {
    parcels.forEach(() => {
      metrics.sent(name, "dropped");
    });
  }

  return {
    take(parcel) {
      if (stopping.signal.aborted) {
        drop([parcel]);
        return;
      }
      waiting.push(parcel);
      if (waiting.length > most) {
        // The first is being sent.
        drop(waiting.splice(1, 1));
        if (!overflows) log.warn({ destination: name }, "too many events wait: the oldest are dropped");
        overflows = true;
      }
      metrics.queued(name, waiting.length);
      running ??= work();
    },
    async stop(graceMs) {
      stopping.abort();
      const cut = setTimeout(() => {
        over.abort();
      }, graceMs);
      await running;
      clearTimeout(cut);
    },
  };
}

interface Ends {
  /** Nothing is waited for any more: one try is left. */
  readonly stopping: AbortSignal;
  /** Nor is any answer. */
  readonly over: AbortSignal;
}

/** Tries to deliver a parcel until it is delivered or refused, or until nothing speaks for another try. */
async function tried(
  { id, post }: Parcel,
  options: DestinationOptions,
  { stopping, over }: Ends,
): Promise<ParcelOutcome> {
  const { name, log, send = sendPost, random = Math.random } = options;
  const { clock = SYSTEM_CLOCK, pause = SYSTEM_PAUSE } = options;
  for (let tries = 1; ; tries += 1) {
    const isLast = tries >= TRIES_MOST || stopping.aborted;
    const { retryAfter, detail, ...answer } = await send(post(clock.now()), over);
    const judgement = judge(answer);
    if (judgement === "delivered") return judgement;
    const facts = { destination: name, event: id, tries, detail };
    if (judgement === "refused") {
      log.warn(facts, "an event was refused");
      return judgement;
    }
    if (isLast) {
      log.warn(facts, "an event could not be delivered, and is dropped");
      return "dropped";
    }
    if (tries === 1) log.info(facts, "an event could not be delivered, and is tried again");
    await pause(waitMs(tries, retryAfter, random(), clock.now()), stopping);
  }
}
