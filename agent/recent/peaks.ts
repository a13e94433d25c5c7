import { NODE_PEAK, CONTAINER_PEAK } from "../../common/metrics/names.ts";
import { family, gauge, type Family, type Labels, type MetricSpec, type Point } from "../metric.ts";
import type { Reading, TimedReading } from "./ring.ts";

/** Readings of one window, and whose they are. */
export interface Window {
  readonly labels: Labels;
  readonly readings: readonly TimedReading[];
}

interface Measure {
  readonly name: "cpu" | "memory" | "network" | "disk";
  readonly what: string;
  readonly pick: (reading: Reading) => number;
}

const UNKNOWN = Number.NaN;
const NO_LABELS: Labels = {};

// Both directions as one: what a link or a disk had to carry in that second.
const MEASURES: readonly Measure[] = [
  { name: "cpu", what: "CPU use, in cores", pick: ([cpu = UNKNOWN]) => cpu },
  { name: "memory", what: "Memory in the working set, in bytes", pick: ([, memory = UNKNOWN]) => memory },
  {
    name: "network",
    what: "Bytes received and sent per second",
    pick: ([, , received = UNKNOWN, sent = UNKNOWN]) => received + sent,
  },
  {
    name: "disk",
    what: "Bytes read and written per second",
    pick: ([, , , , read = UNKNOWN, written = UNKNOWN]) => read + written,
  },
];

/** Peak and 95th percentile of the node's window. */
export function nodePeaks(window: Window): readonly Family[] {
  return peaksOf(NODE_PEAK, [window]);
}

/** Peak and 95th percentile of the containers' windows. */
export function containerPeaks(windows: readonly Window[]): readonly Family[] {
  return peaksOf(CONTAINER_PEAK, windows);
}

function peaksOf(
  names: typeof NODE_PEAK | typeof CONTAINER_PEAK,
  windows: readonly Window[],
): readonly Family[] {
  return MEASURES.flatMap(({ name, what, pick }) => {
    const since = "since the last scrape, from one reading a second";
    const specs: readonly (readonly [MetricSpec, (sorted: Float64Array) => number])[] = [
      [gauge(names[`${name}Peak`], `${what}: the highest ${since}.`), (sorted) => quantile(sorted, 1)],
      [
        gauge(names[`${name}P95`], `${what}: the 95th percentile ${since}.`),
        (sorted) => quantile(sorted, 0.95),
      ],
    ];
    const sorted = windows.map(({ labels, readings }) => ({ labels, values: sortedValues(readings, pick) }));
    return specs.map(([spec, of]) =>
      family(
        spec,
        sorted.flatMap(({ labels, values }): Point[] =>
          values.length === 0 ? [] : [{ labels: NO_LABELS, shared: labels, value: of(values) }],
        ),
      ),
    );
  });
}

function sortedValues(readings: readonly TimedReading[], pick: (reading: Reading) => number): Float64Array {
  return Float64Array.from(
    readings.map(({ values }) => pick(values)).filter((value) => !Number.isNaN(value)),
  ).sort();
}

/** Nearest rank: the smallest value that at least this share of all do not exceed. */
function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
