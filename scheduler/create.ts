import Docker from "dockerode";
import type { Readiness } from "../common/http/listen.ts";
import { startHttpServer } from "../common/http/server.ts";
import { createLog, type Log } from "../common/log.ts";
import type { Running } from "../common/run.ts";
import { createSwarmGateway } from "./act/gateway.ts";
import { createMover } from "./act/mover.ts";
import { createNodeWriter } from "./act/node-writer.ts";
import { createOrderBook } from "./act/order-book.ts";
import { routesOf } from "./api/routes.ts";
import { policyOf, type SchedulerConfig } from "./config.ts";
import { decide } from "./decide/decide.ts";
import { createJournal, type Journal } from "./journal.ts";
import { createLoop } from "./loop.ts";
import { createMetrics } from "./metrics.ts";
import { createObserver, type Observe } from "./observe/observer.ts";
import { createUsageReader } from "./observe/prometheus/reader.ts";
import { createSwarmReader } from "./observe/swarm/reader.ts";
import type { Mover } from "./ports.ts";
import { runRound } from "./round.ts";
import { startSchedule } from "./schedule.ts";

const JOURNAL_SIZE = 200;
/** A manager that does not answer within this time is not there. */
const DOCKER_TIMEOUT_MS = 10_000;
/** Within Swarm's own grace period (see docker-stack.yml): time to land or to undo, then to answer what is asked. */
const STOP_GRACE_SECONDS = 20;
const HTTP_GRACE_MS = 2000;
/** A new task takes about a second to run: looking more often would tell nothing sooner. */
const POLL_SECONDS = 0.25;

/** Wires the scheduler and starts it. */
export async function startScheduler(config: SchedulerConfig): Promise<Running> {
  const log = createLog("scheduler", config.log.level);
  const metrics = createMetrics(config.mode);
  const policy = policyOf(config);
  const docker = new Docker({ ...config.docker.host, timeout: DOCKER_TIMEOUT_MS });
  const observe = observerOf(config, docker);
  const mover = moverOf(config, docker, log);
  const journal = createJournal(JOURNAL_SIZE);
  const orders = createOrderBook(docker);
  const nodeWriter = createNodeWriter(docker);
  const parts = { observe, mover, orders, nodeWriter, policy, metrics, journal, log };
  const loop = createLoop((trigger, signal) => runRound(parts, trigger, signal), log);

  const server = await startHttpServer(config.listen, {
    registry: metrics.registry,
    readiness: () => readinessOf(journal),
    log,
    routes: routesOf({
      observe,
      decideNow: async () => decide((await observe()).snapshot, policy, Date.now()),
      journal,
      orders: {
        policy,
        orders,
        nodeWriter,
        token: config.api.token ?? null,
        onOrder: () => {
          loop.look("order");
        },
      },
      hookToken: config.hooks.token ?? null,
      leads: () => journal.entries()[0]?.leads ?? false,
      onAlerts: (names) => {
        log.info({ alerts: names }, "alerts ask for a look");
        loop.look("alert");
      },
      countHook: metrics.hooked,
    }),
  });
  const onHangup = () => {
    loop.look("signal");
  };
  process.on("SIGHUP", onHangup);
  const stopSchedule = startSchedule(config.schedule, () => {
    loop.look("schedule");
  });
  loop.look("start");
  return {
    async stop() {
      stopSchedule();
      process.off("SIGHUP", onHangup);
      await loop.stop();
      await server.stop(HTTP_GRACE_MS);
    },
  };
}

function observerOf({ load, prometheus }: SchedulerConfig, docker: Docker): Observe {
  const trust = { windowSeconds: load.window, maxAgeSeconds: prometheus.maxAge };
  const { url, timeout } = prometheus;
  const usage = createUsageReader({ url, timeoutSeconds: timeout, ...trust });
  return createObserver(createSwarmReader(docker), usage, trust);
}

function moverOf({ moves }: SchedulerConfig, docker: Docker, log: Log): Mover {
  return createMover({
    gateway: createSwarmGateway(docker),
    deadlineSeconds: moves.deadline,
    stabilitySeconds: moves.stability,
    stopGraceSeconds: STOP_GRACE_SECONDS,
    pollSeconds: POLL_SECONDS,
    onStep: (move, step, detail) => {
      log.info({ move, step }, detail);
    },
  });
}

/** Ready once a first look was had: before that there is nothing to show. */
function readinessOf(journal: Journal): Readiness {
  return journal.entries().length > 0
    ? { ready: true, reason: "ok" }
    : { ready: false, reason: "no decision yet: the first look is under way" };
}
