/**
 * The scheduler's API, its parts and its planner's thread, over a made-up swarm; tells its parent the port.
 *   node bench/api/server.ts NODES TASKS
 */
import { startHttpServer } from "../../common/http/server.ts";
import { createLog } from "../../common/log.ts";
import { apiPartsOf } from "../../scheduler/api-parts.ts";
import { UNCHANGING } from "../../scheduler/api/acts/reload.ts";
import { routesOf } from "../../scheduler/api/routes.ts";
import { SYSTEM_CLOCK } from "../../scheduler/clock.ts";
import { readSchedulerConfig } from "../../scheduler/config.ts";
import { partsOf } from "../../scheduler/parts.ts";
import { clusterOf } from "../planner/cluster.ts";

const [nodes = 0, tasks = 0] = process.argv.slice(2).map(Number);
const POINTS = 47;
const SEED = 1;

const config = readSchedulerConfig({ BALLAST_API_TOKEN: process.env["BENCH_TOKEN"] });
const log = createLog("scheduler", "info");
const parts = partsOf(config, log);
const swarm = clusterOf({ nodes, tasks, points: POINTS }, SEED);
const api = apiPartsOf(
  config,
  {
    ...parts,
    // Made up: what reading the swarm and its loads takes is not in what is measured. It is seen anew each time, as in truth.
    observe: () => Promise.resolve({ snapshot: { ...swarm, takenAtMs: Date.now() }, leads: true }),
  },
  SYSTEM_CLOCK,
  { look: () => undefined, leads: () => true, reloader: UNCHANGING, rest: () => Promise.resolve() },
);
const server = await startHttpServer(
  { host: "127.0.0.1", port: 0 },
  {
    registry: parts.metrics.registry,
    readiness: () => ({ ready: true, reason: "ok" }),
    log,
    // Without limits to calls: they would be what is measured.
    routes: routesOf({ ...api, limits: null }),
  },
);
process.once("disconnect", () => process.exit());
process.send?.(server.port);
