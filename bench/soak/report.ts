import type { MoveResult } from "../../scheduler/ports.ts";
import { quantile, shown } from "../support/numbers.ts";
import { markdownTable } from "../support/table.ts";
import type { Strictness } from "./judge.ts";
import type { Ledger } from "./ledger.ts";
import type { Sample } from "./lives.ts";

/** All that a run of the soak came to. */
export interface Outcome {
  readonly ledger: Ledger;
  readonly looks: ReadonlyMap<Strictness, number>;
  readonly results: readonly MoveResult[];
  readonly samples: readonly Sample[];
  readonly decisions: ReadonlyMap<string, number>;
}

const MIB = 2 ** 20;

/** The tables, in Markdown. */
export function reportOf({ ledger, looks, results, samples, decisions }: Outcome): string {
  const rows = (counts: ReadonlyMap<string, number>) =>
    [...counts]
      .toSorted(([a], [b]) => a.localeCompare(b, "en"))
      .map(([what, count]) => [what, String(count)]);
  const outcomes = new Map(
    [...Map.groupBy(results, ({ outcome }) => outcome)].map(([outcome, of]) => [outcome, of.length]),
  );
  const violations = ledger.violations();
  return [
    markdownTable(["done", "times"], rows(ledger.counts())),
    markdownTable(["could not be done", "times"], rows(ledger.failures())),
    markdownTable(["rounds", "count"], rows(decisions)),
    markdownTable(["moves", "count"], [...rows(outcomes), ["in all", String(results.length)]]),
    movesLine(results),
    markdownTable(["looks at a service", "count"], rows(looks)),
    memoryTable(samples),
    violations.length === 0
      ? "No violation."
      : `${violations.length} violations:\n${violations.map(({ atMs, service, what }) => `- ${new Date(atMs).toISOString()} ${service}: ${what}`).join("\n")}`,
  ].join("\n\n");
}

function movesLine(results: readonly MoveResult[]): string {
  const landed = results.filter(({ outcome }) => outcome === "landed");
  const at = (values: readonly number[], share: number) => `${shown(quantile(values, share), 1)} s`;
  const seconds = landed.map((result) => result.seconds);
  const collateral = results.reduce((sum, result) => sum + result.collateral, 0);
  return `A landed move took p50 ${at(seconds, 0.5)}, p99 ${at(seconds, 0.99)}; ${collateral} other tasks restarted.`;
}

/** By life of the process: a life that is killed begins anew in memory. */
function memoryTable(samples: readonly Sample[]): string {
  const lives = [...Map.groupBy(samples, ({ life }) => life)];
  const rows = lives.map(([life, of]) => row(`life ${life}`, of));
  return markdownTable(
    ["scheduler", "minutes", "start MiB", "p50 MiB", "max MiB", "end MiB", "CPU share"],
    [...rows, row("in all", samples)],
  );
}

function row(name: string, samples: readonly Sample[]): readonly string[] {
  const bytes = samples.map(({ residentBytes }) => residentBytes);
  const lives = [...Map.groupBy(samples, ({ life }) => life).values()];
  const spans = lives.map((of) => ({
    wall: ((of.at(-1)?.atMs ?? 0) - (of[0]?.atMs ?? 0)) / 1000,
    cpu: (of.at(-1)?.cpuSeconds ?? 0) - (of[0]?.cpuSeconds ?? 0),
  }));
  const wall = spans.reduce((sum, span) => sum + span.wall, 0);
  const cpu = spans.reduce((sum, span) => sum + span.cpu, 0);
  const mib = (value: number | undefined) => shown((value ?? Number.NaN) / MIB, 0);
  return [
    name,
    shown(wall / 60, 1),
    mib(bytes[0]),
    mib(quantile(bytes, 0.5)),
    mib(quantile(bytes, 1)),
    mib(bytes.at(-1)),
    `${shown((100 * cpu) / wall, 1)} %`,
  ];
}
