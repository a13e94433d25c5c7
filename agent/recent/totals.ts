import type { Reading } from "./ring.ts";

/** Running totals of a node or a container at one moment; NaN for what is not known. */
export interface Totals {
  readonly cpuSeconds: number;
  /** Memory is no total: it is what is used now. */
  readonly memoryBytes: number;
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
}

/** What is known of a subject without any source. */
export const UNKNOWN: Totals = {
  cpuSeconds: Number.NaN,
  memoryBytes: Number.NaN,
  receivedBytes: Number.NaN,
  sentBytes: Number.NaN,
  readBytes: Number.NaN,
  writtenBytes: Number.NaN,
};

/** The reading for the time between two looks, in the order of FIELDS. A total that went back began anew: not known. */
export function readingBetween(earlier: Totals, later: Totals, seconds: number): Reading {
  const rate = (from: number, to: number): number => (to >= from ? (to - from) / seconds : Number.NaN);
  return [
    rate(earlier.cpuSeconds, later.cpuSeconds),
    later.memoryBytes,
    rate(earlier.receivedBytes, later.receivedBytes),
    rate(earlier.sentBytes, later.sentBytes),
    rate(earlier.readBytes, later.readBytes),
    rate(earlier.writtenBytes, later.writtenBytes),
  ];
}
