import { AGENT, BALLAST, HOST } from "../common/metrics/names.ts";
import { counter, family, gauge, single, type Family } from "./metric.ts";
import type { Report } from "./collect.ts";
import type { Pulse } from "./recent/pulse.ts";
import type { Identity } from "./sources/docker/identity.ts";

const BUILD = gauge(BALLAST.buildInfo, "The version that runs, by its labels.");
const SAMPLE_AGE = gauge(AGENT.sampleAge, "Age of the sample that this answer holds, in seconds.");
const LOOK_INTERVAL = gauge(
  AGENT.lookInterval,
  "Time between two looks at recent use: 1, or more on a node where a look takes long.",
);
const LOOK_DURATION = gauge(AGENT.lookDuration, "Time that the last look at recent use took, in seconds.");
const WINDOW = gauge(AGENT.windowLength, "Time that this scrape's peaks stand for, in seconds.");
const DOCKER_UP = gauge(AGENT.dockerUp, "Whether Docker answers; without it, container names go stale.");
const DOCKER_AGE = gauge(AGENT.dockerAge, "Time since Docker last answered, in seconds.");
const CPU = counter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.");
const MEMORY = gauge("process_resident_memory_bytes", "Resident memory size in bytes.");
const DURATION = gauge(HOST.collectorDuration, "Duration of a collector's last run.");
const SUCCESS = gauge(HOST.collectorSuccess, "Whether a collector's last run succeeded.");

/** How the collectors fared. One without data on this host neither succeeded nor failed, and does not appear. */
export function reportFamilies(reports: readonly Report[]): readonly Family[] {
  const told = reports.filter(({ outcome }) => outcome.kind !== "no data");
  return [
    family(
      DURATION,
      told.map(({ collector, seconds }) => ({ labels: { collector }, value: seconds })),
    ),
    family(
      SUCCESS,
      told.map(({ collector, outcome }) => ({
        labels: { collector },
        value: outcome.kind === "data" ? 1 : 0,
      })),
    ),
  ];
}

/** What of an agent is told. Seconds. */
export interface SelfParts {
  readonly version: string;
  readonly sampleAge: number;
  readonly window: number;
  readonly pulse: Pick<Pulse, "interval" | "took">;
  readonly identity: Pick<Identity, "up" | "age">;
}

/** What the agent tells of itself at the moment of a scrape. */
export function selfFamilies({ version, sampleAge, window, pulse, identity }: SelfParts): readonly Family[] {
  const { user, system } = process.cpuUsage();
  return [
    family(BUILD, [{ labels: { component: "agent", version, node_version: process.version }, value: 1 }]),
    single(SAMPLE_AGE, sampleAge),
    single(LOOK_INTERVAL, pulse.interval),
    single(LOOK_DURATION, pulse.took),
    single(WINDOW, window),
    single(DOCKER_UP, identity.up ? 1 : 0),
    single(DOCKER_AGE, identity.age),
    single(CPU, (user + system) / 1e6),
    single(MEMORY, process.memoryUsage.rss()),
  ];
}
