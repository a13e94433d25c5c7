/** A counter as it was scraped. */
export interface Counted {
  readonly ms: number;
  readonly value: number;
}

/** An end of the range that is further off than so many intervals is not reached over. */
const REACH = 1.1;

/**
 * `rate` of a counter that is never reset, over the range up to and including its end: extrapolated to the range's ends as
 * Prometheus does it (promql/functions.go, extrapolatedRate). Null with less than two samples.
 */
export function rateOf(samples: readonly Counted[], fromMs: number, toMs: number): number | null {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || samples.length < 2) return null;
  const sampledMs = last.ms - first.ms;
  const increase = last.value - first.value;
  const intervalMs = sampledMs / (samples.length - 1);
  const reached = (gapMs: number) => (gapMs >= REACH * intervalMs ? intervalMs / 2 : gapMs);
  let toStartMs = first.ms - fromMs;
  // A counter cannot have been below zero.
  if (increase > 0 && first.value >= 0) toStartMs = Math.min(toStartMs, sampledMs * (first.value / increase));
  const wholeMs = sampledMs + reached(toStartMs) + reached(toMs - last.ms);
  return (increase * (wholeMs / sampledMs)) / ((toMs - fromMs) / 1000);
}
