import type Docker from "dockerode";
import type { Log } from "../common/log.ts";
import { createDailyEditors } from "../scheduler/act/daily/editors.ts";
import { createServiceCreator } from "../scheduler/act/creator.ts";
import { createSwarmGateway } from "../scheduler/act/gateway.ts";
import { createMover } from "../scheduler/act/mover.ts";
import { createNodeWriter } from "../scheduler/act/node-writer.ts";
import { MOVER_PACE } from "../scheduler/act/options.ts";
import { createOrderBook } from "../scheduler/act/order-book.ts";
import { createRequestBook } from "../scheduler/act/request-book.ts";
import type { Clock } from "../scheduler/clock.ts";
import { limitsOf, policyOf, type SchedulerConfig } from "../scheduler/config.ts";
import type { Effort } from "../scheduler/decide/search/improve.ts";
import { createCreations } from "../scheduler/creations.ts";
import { calendarOf } from "../scheduler/govern/calendar.ts";
import { announcing } from "../scheduler/events/announcing.ts";
import { createEvents } from "../scheduler/events/events.ts";
import { NO_AGENTS } from "../scheduler/events/node-agents.ts";
import { createGovernor } from "../scheduler/governor.ts";
import { createHindsight } from "../scheduler/hindsight.ts";
import { createJournal } from "../scheduler/journal/journal.ts";
import { createLoop, type Loop } from "../scheduler/loop.ts";
import { createMetrics } from "../scheduler/metrics.ts";
import { createObserver } from "../scheduler/observe/observer.ts";
import { createSwarmReader } from "../scheduler/observe/swarm/reader.ts";
import type { SchedulerParts } from "../scheduler/parts.ts";
import { runRound, type RoundParts } from "../scheduler/round.ts";
import { dockerOf } from "./docker/docker.ts";
import type { Loads } from "./loads.ts";
import { createHistory } from "./prometheus/history.ts";
import { createPrometheus, type PrometheusOptions } from "./prometheus/prometheus.ts";
import type { Swarm } from "./swarm/swarm.ts";
import { createSimThinker } from "./thinker.ts";

/** What a Ballast on a simulated swarm is made of. */
export interface BallastOptions {
  readonly swarm: Swarm;
  readonly loads: Loads;
  readonly config: SchedulerConfig;
  readonly log: Log;
  readonly scraping?: PrometheusOptions["scraping"];
  readonly isAway?: NonNullable<PrometheusOptions["isAway"]>;
  /** How hard its planner tries; as hard as the real one unless told otherwise. */
  readonly effort?: Effort;
  readonly onLook?: RoundParts["onLook"];
}

export type BallastParts = RoundParts &
  SchedulerParts & {
    readonly docker: Docker;
    readonly clock: Clock;
  };

/** How many decisions the journal shows. */
const KEPT_ENTRIES = 200;
const MEGABYTE = 2 ** 20;

/**
 * The real scheduler's parts on a simulated swarm: its own readers, planner, governor, hindsight and mover, by the
 * simulated clock. Simulated are the Docker that they speak to and what Prometheus would have answered.
 */
export function ballastOn(options: BallastOptions): BallastParts {
  const { swarm, loads, config, log, scraping = {}, isAway = () => false } = options;
  const { clock } = swarm;
  const docker = dockerOf(swarm);
  const policy = policyOf(config);
  const events = createEvents({ log, clock });
  const kept = createJournal({
    path: config.journal.path ?? null,
    retentionSeconds: config.journal.retention,
    maxBytes: config.journal.megabytes * MEGABYTE,
    keep: KEPT_ENTRIES,
    log,
    now: () => clock.now(),
  });
  const journal = announcing(kept, events);
  const trust = { windowSeconds: config.load.window, maxAgeSeconds: config.prometheus.maxAge };
  const { history: historySeconds, step: stepSeconds } = config.load;
  const keptSeconds = 2 * stepSeconds + trust.maxAgeSeconds;
  const prometheus = createPrometheus({ swarm, loads, scraping, isAway, keptSeconds, ...trust });
  const past = { prometheus, loads, historySeconds, stepSeconds, settleSeconds: trust.maxAgeSeconds };
  const history = historySeconds === 0 ? null : createHistory(past);
  const { windows, blackouts } = config.calendar;
  const mover = createMover({
    ...MOVER_PACE,
    clock,
    gateway: createSwarmGateway(docker),
    deadlineSeconds: config.moves.deadline,
    stabilitySeconds: config.moves.stability,
    onStep: (move, step, detail) => {
      log.info({ move, step }, detail);
    },
  });
  return {
    docker,
    clock,
    log,
    policy,
    journal,
    events,
    agents: NO_AGENTS,
    observe: createObserver(createSwarmReader(docker), prometheus.usage, trust, history, clock),
    thinker: createSimThinker(options.effort),
    mover,
    creations: createCreations(mover, log),
    creator: createServiceCreator({ docker, deadlineSeconds: config.moves.deadline, clock }),
    governor: createGovernor(limitsOf(config), calendarOf(windows, blackouts), journal, clock),
    hindsight: createHindsight(journal, policy, log, clock),
    orders: createOrderBook(docker),
    requests: createRequestBook(docker),
    daily: createDailyEditors(docker),
    nodeWriter: createNodeWriter(docker),
    metrics: createMetrics(config.mode),
    onLook: options.onLook ?? (() => undefined),
  };
}

/** The real loop, asked for a round by a period of the simulated time until it is stopped. */
export function startLoop(parts: BallastParts, { clock }: Swarm, everySeconds: number): Loop {
  const loop = createLoop((trigger, signal) => runRound(parts, trigger, signal), parts.log);
  let isStopped = false;
  const tick = (trigger: string): void => {
    if (isStopped) return;
    loop.look(trigger);
    clock.after(everySeconds * 1000, () => {
      tick("schedule");
    });
  };
  tick("start");
  return {
    look(trigger) {
      loop.look(trigger);
    },
    rest() {
      isStopped = true;
      return loop.rest();
    },
    stop() {
      isStopped = true;
      return loop.stop();
    },
  };
}
