import { startHttpServer } from "../common/http/server.ts";
import { openSecurity } from "../common/http/web/security.ts";
import { createLog, type Log } from "../common/log.ts";
import type { Running } from "../common/run.ts";
import { doorOf } from "./api/access/door.ts";
import { readinessOf, roleIn, type Role } from "./api/readiness.ts";
import { routesOf } from "./api/routes.ts";
import type { Reloader } from "./api/acts/reload.ts";
import { apiPartsOf } from "./api-parts.ts";
import { SYSTEM_CLOCK } from "./clock.ts";
import { accessOf, callRatesOf, type SchedulerConfig } from "./config.ts";
import type { JournalEntry } from "./journal/journal.ts";
import { createWatch } from "./events/watch.ts";
import { createLoop } from "./loop.ts";
import { createOutgoingMetrics } from "./outgoing/metrics.ts";
import { startOutgoing } from "./outgoing/outgoing.ts";
import { partsOf, type SchedulerParts } from "./parts.ts";
import { runRound, type RoundParts } from "./round.ts";
import { startSchedule } from "./schedule.ts";

const HTTP_GRACE_MS = 2000;
const OUTGOING_GRACE_MS = 2000;

/** What the last round of this run saw; the journal also knows what an earlier run saw. */
interface LastLook {
  /** Whether the manager beside this scheduler led the swarm; null before the first look. */
  leads: boolean | null;
  /** The same for people, with the reason. */
  role: Role | null;
}

/** What a round works with, and the API too. */
type Parts = RoundParts & SchedulerParts;

/** A scheduler that was started. */
export interface RunningScheduler extends Running {
  /** Has the loop look, and says what for. */
  readonly look: (trigger: string) => void;
  /** Shows whether the configuration could be taken up when it was last read. */
  readonly reloaded: (ok: boolean) => void;
  /** Stops when the round under way has come to its own end. */
  rest(): Promise<void>;
}

/**
 * Wires the scheduler and starts it.
 * @throws ConfigError with every fault of the web configuration file.
 */
export async function startScheduler(config: SchedulerConfig, reloader: Reloader): Promise<RunningScheduler> {
  const log = createLog("scheduler", config.log.level);
  const security = await openSecurity(config.web.configFile, log);
  const { guard, limits } = doorOf({ access: accessOf(config), rates: callRatesOf(config), log });
  const startedMs = Date.now();
  const last: LastLook = { leads: null, role: null };
  const leads = (): boolean => last.leads ?? false;
  const parts = partsThatTell(config, log, last);
  const { events, metrics } = parts;
  const counts = createOutgoingMetrics(metrics.registry);
  const outgoing = startOutgoing(config.outgoing, { events, leads, metrics: counts, log });
  const loop = createLoop((trigger, signal) => runRound(parts, trigger, signal), log);
  const server = await startHttpServer(config.listen, {
    registry: metrics.registry,
    readiness: () => readinessOf(last.role, entriesSince(startedMs, parts)),
    log,
    security,
    guard,
    bounds: { maxConnections: config.api.maxConnections },
    routes: routesOf({
      ...apiPartsOf(config, parts, SYSTEM_CLOCK, {
        look: (trigger) => {
          loop.look(trigger);
        },
        leads,
        reloader,
        rest: () => loop.rest(),
      }),
      limits,
    }),
  });
  const stopSchedule = startSchedule(config.schedule, () => {
    loop.look("schedule");
  });
  loop.look("start");
  const end = async (rounds: Promise<void>): Promise<void> => {
    stopSchedule();
    await Promise.all([rounds, parts.creations.stop()]);
    await parts.thinker.stop();
    parts.journal.close();
    // After the loop, so that what a stop undoes is told to all who listen.
    events.close();
    parts.agents.close();
    await Promise.all([server.stop(HTTP_GRACE_MS), outgoing.stop(OUTGOING_GRACE_MS)]);
  };
  let ended: Promise<void> | null = null;
  return {
    look: (trigger) => {
      loop.look(trigger);
    },
    reloaded: metrics.reloaded,
    rest: () => (ended ??= end(loop.rest())),
    stop() {
      // Also one that is resting is to come to its end.
      const rounds = loop.stop();
      return (ended ??= end(rounds));
    },
  };
}

/** The parts, of which each look of a round is told to those who listen. */
function partsThatTell(config: SchedulerConfig, log: Log, last: LastLook): Parts {
  const parts = partsOf(config, log);
  const { events, governor, metrics } = parts;
  const watch = createWatch({ events, mode: config.mode, governor });
  return {
    ...parts,
    onLook: (seen) => {
      last.leads = seen.leads;
      last.role = roleIn(seen);
      watch.look(seen, last.role);
      metrics.led(seen.leads);
    },
  };
}

/** What this run did; an earlier one's manager may have been another. */
function entriesSince(startedMs: number, { journal }: Parts): readonly JournalEntry[] {
  return journal.entries().filter(({ decision }) => Date.parse(decision.at) >= startedMs);
}
