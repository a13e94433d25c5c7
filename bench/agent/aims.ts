import { shown } from "../support/numbers.ts";
import { markdownTable } from "../support/table.ts";
import { microsecondsPerSeries, type RealCosts, type SyntheticCost } from "./report.ts";

interface Aim {
  readonly what: string;
  readonly most: number;
  readonly value: number;
}

/** What the agent is to keep to, and whether it did. */
export function aimsTable(real: RealCosts, growth: readonly SyntheticCost[]): string {
  const { agent, exporter, containers } = real;
  const aims: readonly Aim[] = [
    { what: `scrape of ${containers} containers, p99 (ms)`, most: 25, value: agent.plain.p99 },
    { what: "the same, gzip", most: 25, value: agent.gzip.p99 },
    { what: "sampling and scraping (% of one core)", most: 1, value: agent.cpuSecondsPerHour / 36 },
    { what: "resident memory (MB)", most: 64, value: agent.resident.all / 1e6 },
    { what: "series per container", most: 45, value: agent.containerSeries / containers },
    {
      what: "scrape per series, to node_exporter's (µs)",
      most: microsecondsPerSeries(exporter),
      value: microsecondsPerSeries(agent),
    },
    { what: `time for each more container, ${sizes(growth)} (ratio)`, most: 1.2, value: growthRatio(growth) },
  ];
  const rows = aims.map(({ what, most, value }) => [
    what,
    shown(most, 2),
    shown(value, 2),
    value <= most ? "yes" : "NO",
  ]);
  return markdownTable(["aim", "at most", "measured", "met"], rows);
}

/**
 * How much dearer a container is on the largest host than on the middle one. The host's own share, which the host
 * without containers shows, is taken off first: left in, it would hide a growth that is worse than linear.
 */
function growthRatio(growth: readonly SyntheticCost[]): number {
  const [none, some, many] = growth;
  if (none === undefined || some === undefined || many === undefined) return Number.NaN;
  const each = ({ containers, cost }: SyntheticCost): number =>
    (cost.plain.p50 - none.cost.plain.p50) / containers;
  return each(many) / each(some);
}

function sizes(growth: readonly SyntheticCost[]): string {
  return growth
    .slice(1)
    .map(({ containers }) => containers)
    .join(" to ");
}
