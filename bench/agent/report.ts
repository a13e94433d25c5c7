import { shown } from "../support/numbers.ts";
import { markdownTable } from "../support/table.ts";
import type { Cost } from "./cost.ts";
import type { StatsCost } from "./docker_stats.ts";

/** What was measured on the real containers. */
export interface RealCosts {
  readonly containers: number;
  readonly agent: Cost;
  readonly exporter: Cost;
  readonly stats: StatsCost;
}

/** The agent on this many synthetic containers. */
export interface SyntheticCost {
  readonly containers: number;
  readonly cost: Cost;
}

type Row = readonly [label: string, digits: number, of: (cost: Cost) => number];

const MEGABYTE = 1e6;

const ROWS: readonly Row[] = [
  ["scrape, plain, p50 (ms)", 1, ({ plain }) => plain.p50],
  ["scrape, plain, p99 (ms)", 1, ({ plain }) => plain.p99],
  ["scrape, gzip, p50 (ms)", 1, ({ gzip }) => gzip.p50],
  ["scrape, gzip, p99 (ms)", 1, ({ gzip }) => gzip.p99],
  ["CPU per scrape (ms)", 1, ({ cpuMsPerScrape }) => cpuMsPerScrape],
  ["CPU, scraped each 15 s (s per hour)", 1, ({ cpuSecondsPerHour }) => cpuSecondsPerHour],
  ["the same (% of one core)", 2, ({ cpuSecondsPerHour }) => cpuSecondsPerHour / 36],
  ["resident memory, scraped each 15 s (MB)", 1, ({ resident }) => resident.all / MEGABYTE],
  ["of it private (MB)", 1, ({ resident }) => resident.anonymous / MEGABYTE],
  [
    "resident memory, after the scrapes in a row (MB)",
    1,
    ({ residentAfter }) => residentAfter.all / MEGABYTE,
  ],
  ["series", 0, ({ series }) => series],
  ["bytes, plain (kB)", 0, ({ plain }) => plain.bytes / 1000],
  ["bytes, gzip (kB)", 0, ({ gzip }) => gzip.bytes / 1000],
  ["scrape, plain, p50 per series (µs)", 2, microsecondsPerSeries],
];

/** Microseconds of the median scrape for each series. */
export function microsecondsPerSeries({ plain, series }: Cost): number {
  return (plain.p50 * 1000) / series;
}

/** The agent beside node_exporter and docker stats. */
export function comparison({ agent, exporter, stats, containers }: RealCosts): string {
  const calls: Readonly<Record<string, number>> = {
    "scrape, plain, p50 (ms)": stats.p50,
    "scrape, plain, p99 (ms)": stats.p99,
    "CPU per scrape (ms)": stats.cpuSeconds * 1000,
    "CPU, scraped each 15 s (s per hour)": stats.cpuSecondsPerHour,
    "the same (% of one core)": stats.cpuSecondsPerHour / 36,
  };
  const rows = ROWS.map(([label, digits, of]) => {
    const [ours, theirs, docker] = [of(agent), of(exporter), calls[label] ?? Number.NaN];
    const values = [ours, theirs, docker].map((value) => shown(value, digits));
    return [label, ...values, shown(ours / theirs, 2), shown(ours / docker, 3)];
  });
  const perContainer = shown(agent.containerSeries / containers, 1);
  const last = ["series per container", perContainer, "-", "-", "-", "-"];
  const header = ["", "agent", "node_exporter", "docker stats", "to node_exporter", "to docker stats"];
  return markdownTable(header, [...rows, last]);
}

/** The agent as containers grow. */
export function growthTable(costs: readonly SyntheticCost[]): string {
  const header = ["synthetic containers", ...costs.map(({ containers }) => String(containers))];
  return markdownTable(
    header,
    ROWS.map(([label, digits, of]) => [label, ...costs.map(({ cost }) => shown(of(cost), digits))]),
  );
}
