import type { Log } from "../../../../common/log.ts";
import type { OutgoingMetrics, ParcelOutcome } from "../../../../scheduler/outgoing/destination.ts";

/** Keeps what is counted and shown. */
export interface SeenMetrics extends OutgoingMetrics {
  readonly counted: string[];
  /** The last length of each queue. */
  readonly lengths: Map<string, number>;
  readonly count: (outcome: ParcelOutcome) => number;
}

export function seenMetrics(): SeenMetrics {
  const counted: string[] = [];
  const lengths = new Map<string, number>();
  return {
    counted,
    lengths,
    sent: (destination, outcome) => counted.push(`${destination} ${outcome}`),
    queued: (destination, length) => lengths.set(destination, length),
    count: (outcome) => counted.filter((each) => each.endsWith(` ${outcome}`)).length,
  };
}

/** Keeps what is logged, as text. */
export function seenLog(): { readonly log: Pick<Log, "info" | "warn">; readonly lines: readonly string[] } {
  const lines: string[] = [];
  const write = (facts: unknown, message: unknown): void => {
    lines.push(`${String(message)} ${JSON.stringify(facts)}`);
  };
  return { log: { info: write, warn: write } as unknown as Pick<Log, "info" | "warn">, lines };
}
