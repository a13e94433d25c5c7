import Docker from "dockerode";
import { createSwarmGateway } from "../../scheduler/act/gateway.ts";
import { createMover } from "../../scheduler/act/mover.ts";
import { createNodeWriter } from "../../scheduler/act/node-writer.ts";
import { createOrderBook } from "../../scheduler/act/order-book.ts";
import { readSchedulerConfig } from "../../scheduler/config.ts";
import type { Decision } from "../../scheduler/domain/decision.ts";
import type { JournalEntry } from "../../scheduler/journal/journal.ts";
import { createObserver } from "../../scheduler/observe/observer.ts";
import { createUsageReader } from "../../scheduler/observe/prometheus/reader.ts";
import { createSwarmReader } from "../../scheduler/observe/swarm/reader.ts";
import { partsOf } from "../../scheduler/parts.ts";
import { runRound, type RoundParts } from "../../scheduler/round.ts";
import { moverOptions } from "./fake-swarm-gateway.ts";
import { MAX_AGE_SECONDS, type HostileServers } from "./hostile-servers.ts";
import { WINDOW_SECONDS } from "./hostile-world.ts";
import { SAME_THREAD } from "./same-thread-thinker.ts";
import { SILENT } from "./silent-log.ts";

/** Answers that come at all come at once, but the machine may be busy. */
const TIMEOUT_MS = 5000;
/** A move lands at once or never. */
const DEADLINE_SECONDS = 0.1;
/** What has not ended by then is told to stop. */
const ROUND_MS = 2000;

/** What a round left behind, beside what it wrote. */
export interface PlayedRound {
  readonly decision: Decision;
  readonly withheld: string | null;
  readonly results: JournalEntry["results"];
  /** The exposition of the metrics, as it reads after the round. */
  readonly metrics: string;
}

/**
 * One whole round in mode act through the real readers and writers, with a journal of its own. An answer is given up
 * after `timeoutMs`.
 */
export async function playRound(servers: HostileServers, timeoutMs = TIMEOUT_MS): Promise<PlayedRound> {
  const parts = roundParts(servers, timeoutMs);
  const stop = new AbortController();
  const timer = setTimeout(() => {
    stop.abort();
  }, ROUND_MS);
  try {
    await runRound(parts, "schedule", stop.signal);
  } finally {
    clearTimeout(timer);
  }
  const [entry] = parts.journal.entries();
  if (entry === undefined) throw new Error("the round left nothing in the journal");
  const { decision, withheld, results } = entry;
  return { decision, withheld, results, metrics: await parts.metrics.registry.metrics() };
}

function roundParts({ dockerPort, prometheusPort }: HostileServers, timeoutMs: number): RoundParts {
  const url = `http://127.0.0.1:${prometheusPort}`;
  const config = readSchedulerConfig({
    BALLAST_MODE: "act",
    BALLAST_DOCKER_HOST: `tcp://127.0.0.1:${dockerPort}`,
    BALLAST_PROMETHEUS_URL: url,
    BALLAST_LOAD_WINDOW: `${WINDOW_SECONDS}s`,
  });
  const docker = new Docker({ ...config.docker.host, timeout: timeoutMs });
  const trust = { windowSeconds: WINDOW_SECONDS, maxAgeSeconds: MAX_AGE_SECONDS };
  const usage = createUsageReader({ url, timeoutSeconds: timeoutMs / 1000, ...trust });
  const options = { deadlineSeconds: DEADLINE_SECONDS, stopGraceSeconds: 0 };
  return {
    ...partsOf(config, SILENT),
    thinker: SAME_THREAD,
    observe: createObserver(createSwarmReader(docker), usage, trust),
    mover: createMover(moverOptions(createSwarmGateway(docker), options)),
    orders: createOrderBook(docker),
    nodeWriter: createNodeWriter(docker),
    onLook: () => undefined,
  };
}
