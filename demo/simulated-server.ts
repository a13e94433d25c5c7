import { Router } from "express";
import { pino } from "pino";
import { Gauge } from "prom-client";
import { startHttpServer } from "../common/http/server.ts";
import type { Running } from "../common/run.ts";
import { routesOf } from "../scheduler/api/routes.ts";
import { UNCHANGING } from "../scheduler/api/acts/reload.ts";
import { apiPartsOf } from "../scheduler/api-parts.ts";
import { readSchedulerConfig } from "../scheduler/config.ts";
import { roleIn } from "../scheduler/api/readiness.ts";
import { createWatch } from "../scheduler/events/watch.ts";
import { ballastOn, startLoop, type BallastParts } from "../sim/ballast.ts";
import type { SimulatedSwarm } from "./simulated-swarm.ts";

/** A Ballast that keeps a simulated swarm level while real time passes. */
export interface SimulatedBallast extends Running {
  /** Where its API listens. */
  readonly url: string;
}

const HOST = "127.0.0.1";
/** The product's own; another where somebody has that. */
const PORTS = [9881, 0];
const GRACE_MS = 2000;
const TICK_MS = 50;
const LOOK_SECONDS = 60;

/**
 * Starts the real loop, API and metrics on a simulated swarm whose time passes `speed` times as fast as here. Each answer
 * says by a header that it is of a simulation, and so does a metric.
 */
export async function startBallast(simulated: SimulatedSwarm, speed: number): Promise<SimulatedBallast> {
  const { swarm, clock, loads } = simulated;
  const log = pino({ enabled: false });
  const config = readSchedulerConfig({ BALLAST_MODE: "act", BALLAST_MOVES_NEWCOMER: "1m" });
  let leads: boolean | null = null;
  const onLook: BallastParts["onLook"] = (seen) => {
    leads = seen.leads;
    parts.metrics.led(seen.leads);
    watch.look(seen, roleIn(seen));
  };
  const parts = ballastOn({ swarm, loads, config, log, onLook });
  const { events, governor } = parts;
  const watch = createWatch({ events, mode: config.mode, governor, clock });
  const gauge = { name: "ballast_simulated", help: "1: nothing of this is real, the swarm is simulated." };
  new Gauge({ ...gauge, registers: [parts.metrics.registry] }).set(1);
  const loop = startLoop(parts, swarm, LOOK_SECONDS);
  const server = await listen((port) =>
    startHttpServer(
      { host: HOST, port },
      {
        registry: parts.metrics.registry,
        readiness: () => ({ ready: leads !== null, reason: "simulated" }),
        log,
        routes: [
          saysSimulated(simulated, speed),
          ...routesOf(
            apiPartsOf(config, parts, clock, {
              look: loop.look.bind(loop),
              leads: () => leads ?? false,
              reloader: UNCHANGING,
              rest: () => loop.rest(),
            }),
          ),
        ],
      },
    ),
  );
  const passing = letTimePass(simulated, speed);
  return {
    url: `http://${HOST}:${server.port}`,
    async stop() {
      passing.stop();
      await passing.over;
      await clock.turn(loop.stop());
      parts.journal.close();
      events.close();
      await server.stop(GRACE_MS);
    },
  };
}

async function listen<Server>(on: (port: number) => Promise<Server>): Promise<Server> {
  const [first = 0, other = 0] = PORTS;
  try {
    return await on(first);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    return on(other);
  }
}

/** Every answer carries the word; `GET /v1/simulation` says what time it is there. */
function saysSimulated({ clock }: SimulatedSwarm, speed: number): Router {
  return Router()
    .use((_request, response, next) => {
      response.set("Ballast-Simulated", "true");
      next();
    })
    .get("/v1/simulation", (_request, response) => {
      response.json({ simulated: true, now: new Date(clock.now()).toISOString(), speed });
    });
}

/** Has the simulated time follow the real one. */
function letTimePass(
  { clock }: SimulatedSwarm,
  speed: number,
): { readonly stop: () => void; readonly over: Promise<void> } {
  const begun = { realMs: Date.now(), simulatedMs: clock.now() };
  let isStopped = false;
  const pass = async (): Promise<void> => {
    while (!isStopped) {
      await clock.turnUntil(begun.simulatedMs + (Date.now() - begun.realMs) * speed);
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
  };
  return {
    over: pass(),
    stop: () => {
      isStopped = true;
    },
  };
}
