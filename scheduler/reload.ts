import { ConfigError, type Fault } from "../common/config/fault.ts";
import { createLog, type Log } from "../common/log.ts";
import type { Running } from "../common/run.ts";
import type { Reloader } from "./api/acts/reload.ts";
import { differing, watchFileOf } from "./config-changes.ts";
import { configFileIn, readSchedulerConfig, type SchedulerConfig } from "./config.ts";
import { startScheduler, type RunningScheduler } from "./create.ts";

type ReadConfig =
  | { readonly ok: true; readonly config: SchedulerConfig }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/**
 * A scheduler that goes on by a new configuration on SIGHUP, when its file changes, or when it is asked to: the round under
 * way comes to its own end first. A bad configuration changes nothing; it is logged, and shown by a metric.
 * @throws ConfigError with every fault of the first configuration.
 */
export async function startReloading(env: NodeJS.ProcessEnv): Promise<Running> {
  let config = readSchedulerConfig(env);
  const log = createLog("scheduler", config.log.level);
  let isStopped = false;
  let turning = Promise.resolve();
  const reloader: Reloader = {
    check() {
      const result = readAnew(env);
      return result.ok ? { ok: true, changed: differing("", config, result.config) } : result;
    },
    reload() {
      turning = turning.then(turn);
    },
  };
  let running: RunningScheduler = await startScheduler(config, reloader);

  async function turn(): Promise<void> {
    if (isStopped) return;
    const result = readAnew(env);
    if (!result.ok) {
      log.error({ faults: result.faults }, "the changed configuration is bad; the one in force stays");
      running.reloaded(false);
      return;
    }
    const changed = differing("", config, result.config);
    if (changed.length === 0) {
      running.reloaded(true);
      running.look("signal");
      return;
    }
    log.info({ changed }, "going on by a changed configuration");
    await running.rest();
    ({ running, config } = await startOver(result.config, config, reloader, log));
  }
  const onHangup = (): void => {
    reloader.reload();
  };
  const stopWatching = watchFileOf(configFileIn(env), onHangup);
  process.on("SIGHUP", onHangup);
  return {
    async stop() {
      isStopped = true;
      process.off("SIGHUP", onHangup);
      stopWatching();
      await Promise.all([running.stop(), turning]);
      // What a reload under way began meanwhile.
      await running.stop();
    },
  };
}

function readAnew(env: NodeJS.ProcessEnv): ReadConfig {
  try {
    return { ok: true, config: readSchedulerConfig(env) };
  } catch (error) {
    if (error instanceof ConfigError) return { ok: false, faults: error.faults };
    throw error;
  }
}

/** A scheduler, and the configuration that it runs by. */
interface Begun {
  readonly running: RunningScheduler;
  readonly config: SchedulerConfig;
}

/** Should the new one not start, as where its address cannot be had, the old one goes on. */
async function startOver(
  next: SchedulerConfig,
  inForce: SchedulerConfig,
  reloader: Reloader,
  log: Log,
): Promise<Begun> {
  try {
    return { running: await startScheduler(next, reloader), config: next };
  } catch (error) {
    log.error({ err: error }, "it does not start by the changed configuration, and goes on by the old one");
    const running = await startScheduler(inForce, reloader);
    running.reloaded(false);
    return { running, config: inForce };
  }
}
