import { setTimeout as sleep } from "node:timers/promises";
import type { TestLab } from "../../test/e2e/support/lab.ts";
import type { Ledger } from "./ledger.ts";

/** Where everything happens, and who is told of it. */
export interface Stage {
  readonly test: TestLab;
  readonly ledger: Ledger;
  /** Aborts when the time is over, or when somebody ends the soak. */
  readonly signal: AbortSignal;
  /** The services, as their owner wrote them. */
  readonly owned: Map<string, Owned>;
  /** Nodes that are being made to fail, by hostname. */
  readonly failing: Set<string>;
}

export type Spec = Readonly<Record<string, unknown>>;

/** A service as its owner last wrote it. */
export interface Owned {
  readonly id: string;
  readonly name: string;
  readonly spec: Spec;
  readonly replicas: number;
  /** The number that each of its tasks carries in its environment; a deploy counts it up. */
  readonly revision: number;
  /** When its owner's last write began; it may still be under way. Milliseconds since the epoch. */
  readonly beganMs: number;
  /** When that write was taken; null while it is under way. */
  readonly wroteMs: number | null;
}

/** Waits so long, or until the signal. */
export async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  await sleep(seconds * 1000, undefined, { signal }).catch(() => undefined);
}

/** Does a thing again and again until the signal, with a pause between. What fails is told of, and the next is done. */
export async function again(
  { ledger, signal }: Pick<Stage, "ledger" | "signal">,
  what: string,
  pauseSeconds: () => number,
  work: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    await pause(pauseSeconds(), signal);
    if (isOver(signal)) return;
    try {
      await work();
    } catch (error) {
      if (!isOver(signal)) ledger.failed(what, error);
    }
  }
}

function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}
