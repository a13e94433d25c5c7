import type { Log } from "../common/log.ts";
import { createRunner, type Report } from "./collect.ts";
import type { NamedCollector } from "./collectors/contract.ts";
import { readOnce } from "./sources/files.ts";
import type { Sources } from "./sources/sources.ts";

/** What all collectors found at one moment. It never changes, so any number of scrapes may serve it at once. */
export interface Sample {
  /** On the monotonic clock, in seconds. */
  readonly takenAt: number;
  readonly reports: readonly Report[];
}

/** Takes samples: the first at the start, then one for each scrape that would get too old a one. */
export interface Sampler {
  latest(): Sample | null;
  /** The newest sample, or a new one when it is older than the configured age. Concurrent callers get the same. */
  recent(): Promise<Sample>;
}

export interface SamplerParts {
  readonly collectors: readonly NamedCollector[];
  readonly sources: Sources;
  readonly log: Log;
  /** Seconds. */
  readonly maxAge: number;
  readonly collectorTimeout: number;
}

export function createSampler({
  collectors,
  sources,
  log,

  maxAge,
  collectorTimeout,
}: SamplerParts): Sampler {
  const kind = sources.node.cgroup === null ? "machine" : "cgroup";
  const runners = collectors
    .filter(({ describes }) => describes === "either" || describes === kind)
    .map((collector) => createRunner(collector, collectorTimeout));
  const failing = new Set<string>();
  let latest: Sample | null = null;
  let underWay: Promise<Sample> | null = null;

  async function take(): Promise<Sample> {
    const takenAt = sources.clock.monotonic();
    const shared = { ...sources, procfs: readOnce(sources.procfs) };
    const reports = await Promise.all(runners.map((run) => run(shared)));
    for (const report of reports) logTurn(report, failing, log);
    latest = { takenAt, reports };
    return latest;
  }

  function join(): Promise<Sample> {
    underWay ??= take().finally(() => {
      underWay = null;
    });
    return underWay;
  }

  return {
    latest: () => latest,
    recent: () =>
      latest !== null && sources.clock.monotonic() - latest.takenAt <= maxAge
        ? Promise.resolve(latest)
        : join(),
  };
}

/** A collector's failure is told once, and once more when it is over: not on every sample. */
function logTurn({ collector, outcome }: Report, failing: Set<string>, log: Log): void {
  if (outcome.kind === "failure" && !failing.has(collector)) {
    failing.add(collector);
    log.warn({ collector, err: outcome.error }, "collector failed");
  } else if (outcome.kind !== "failure" && failing.delete(collector)) {
    log.info({ collector }, "collector works again");
  }
}
