import Docker from "dockerode";
import type { Log } from "../common/log.ts";
import { createDailyEditors, type DailyEditors } from "./act/daily/editors.ts";
import { createServiceCreator } from "./act/creator.ts";
import { createSwarmGateway } from "./act/gateway.ts";
import { createMover } from "./act/mover.ts";
import { createNodeWriter } from "./act/node-writer.ts";
import { MOVER_PACE } from "./act/options.ts";
import { createOrderBook } from "./act/order-book.ts";
import { createRequestBook } from "./act/request-book.ts";
import { limitsOf, policyOf, type SchedulerConfig } from "./config.ts";
import { createCreations } from "./creations.ts";
import { calendarOf } from "./govern/calendar.ts";
import { createNodeAgents } from "./events/agent-client.ts";
import { announcing } from "./events/announcing.ts";
import { createEvents, type Events } from "./events/events.ts";
import type { NodeAgents } from "./events/node-agents.ts";
import { createGovernor, type Governor } from "./governor.ts";
import { createHindsight } from "./hindsight.ts";
import { createJournal, type Journal } from "./journal/journal.ts";
import { createMetrics } from "./metrics.ts";
import { createObserver, type Observe } from "./observe/observer.ts";
import { createHistoryReader } from "./observe/prometheus/history/reader.ts";
import { createUsageReader } from "./observe/prometheus/reader.ts";
import { createSwarmReader } from "./observe/swarm/reader.ts";
import type { HistoryReader, Mover, RequestBook, ServiceCreator } from "./ports.ts";
import type { RoundParts } from "./round.ts";
import { createThinker, type Thinker } from "./thinker/thinker.ts";

const JOURNAL_SIZE = 200;
const MEGABYTE = 2 ** 20;
/** A manager that does not answer within this time is not there. */
const DOCKER_TIMEOUT_MS = 10_000;
/** A day of a large swarm takes longer to read: then several rounds share the work. */
const HISTORY_PATIENCE_SECONDS = 30;

/** All that rounds and the API work with, but for what the loop itself tells. */
export interface SchedulerParts extends Omit<RoundParts, "onLook"> {
  readonly thinker: Thinker;
  readonly docker: Docker;
  readonly requests: RequestBook;
  readonly daily: DailyEditors;
  readonly events: Events;
  readonly agents: NodeAgents;
  readonly creator: ServiceCreator;
}

/** The parts, made from the configuration. */
export function partsOf(config: SchedulerConfig, log: Log): SchedulerParts {
  const docker = new Docker({ ...config.docker.host, timeout: DOCKER_TIMEOUT_MS });
  const events = createEvents({ log });
  const journal = announcing(journalOf(config, log), events);
  const mover = moverOf(config, docker, log);
  return {
    observe: observerOf(config, docker),
    thinker: createThinker(),
    mover,
    creations: createCreations(mover, log),
    creator: createServiceCreator({ docker, deadlineSeconds: config.moves.deadline }),
    governor: governorOf(config, journal),
    hindsight: createHindsight(journal, policyOf(config), log),
    orders: createOrderBook(docker),
    docker,
    requests: createRequestBook(docker),
    daily: createDailyEditors(docker),
    nodeWriter: createNodeWriter(docker),
    policy: policyOf(config),
    metrics: createMetrics(config.mode),
    journal,
    events,
    agents: agentsOf(config),
    log,
  };
}

function journalOf({ journal }: SchedulerConfig, log: Log): Journal {
  return createJournal({
    path: journal.path ?? null,
    retentionSeconds: journal.retention,
    maxBytes: journal.megabytes * MEGABYTE,
    keep: JOURNAL_SIZE,
    log,
  });
}

function agentsOf({ agents, prometheus: { url, timeout } }: SchedulerConfig): NodeAgents {
  return createNodeAgents({ url: agents.url, prometheus: { url, timeoutSeconds: timeout } });
}

function governorOf(config: SchedulerConfig, journal: Journal): Governor {
  const { windows, blackouts } = config.calendar;
  return createGovernor(limitsOf(config), calendarOf(windows, blackouts), journal);
}

function observerOf({ load, prometheus, resources }: SchedulerConfig, docker: Docker): Observe {
  const trust = { windowSeconds: load.window, maxAgeSeconds: prometheus.maxAge };
  const { url, timeout } = prometheus;
  const usage = createUsageReader({ url, timeoutSeconds: timeout, others: resources, ...trust });
  return createObserver(createSwarmReader(docker), usage, trust, historyOf(load, prometheus, resources));
}

function historyOf(
  { history, step }: SchedulerConfig["load"],
  { url, timeout, maxAge }: SchedulerConfig["prometheus"],
  others: SchedulerConfig["resources"],
): HistoryReader | null {
  if (history === 0) return null;
  // What is fresh enough for a decision is there to be asked for.
  const settleSeconds = maxAge;
  return createHistoryReader({
    url,
    timeoutSeconds: timeout,
    historySeconds: history,
    stepSeconds: step,
    settleSeconds,
    patienceSeconds: HISTORY_PATIENCE_SECONDS,
    others,
  });
}

function moverOf({ moves }: SchedulerConfig, docker: Docker, log: Log): Mover {
  return createMover({
    ...MOVER_PACE,
    gateway: createSwarmGateway(docker),
    deadlineSeconds: moves.deadline,
    stabilitySeconds: moves.stability,
    onStep: (move, step, detail) => {
      log.info({ move, step }, detail);
    },
  });
}
