import { readSchedulerConfig } from "../../scheduler/config.ts";
import type { History, Series } from "../../scheduler/domain/history.ts";
import type { Observe } from "../../scheduler/observe/observer.ts";
import { pino } from "pino";
import { ballastOn, startLoop, type BallastParts } from "../../sim/ballast.ts";
import { everySo, type Acting, type Ground, type Policy } from "./policy.ts";

const SILENT = pino({ enabled: false });

/** Ballast as it is shipped, in mode act. */
export const BALLAST: Policy = {
  name: "ballast",
  about: "Ballast, mode act, all else as it is shipped: a day of history, weighed point by point",
  start: (ground) => startBallast(ground, {}, (observe) => observe),
};

/** Ballast that knows of the past no more than how high it went. */
export const BALLAST_QUANTILES: Policy = {
  name: "ballast-quantiles",
  about:
    "Ballast whose history is one number a task and resource: what it does not exceed (95 % of the day for CPU)",
  start: (ground) => startBallast(ground, {}, quantilesOnly),
};

/** Ballast that knows nothing of the past. */
export const BALLAST_NOW: Policy = {
  name: "ballast-now",
  about: "Ballast without history (BALLAST_LOAD_HISTORY=0s): the last five minutes only",
  start: (ground) => startBallast(ground, { BALLAST_LOAD_HISTORY: "0s" }, (observe) => observe),
};

/** Ballast's parts with their looks changed. */
export function partsOf(
  { swarm, loads, effort }: Ground,
  env: Readonly<Record<string, string>>,
  change: (observe: Observe) => Observe,
): BallastParts {
  const config = readSchedulerConfig({ BALLAST_MODE: "act", ...env });
  const parts = ballastOn({ swarm, loads, config, log: SILENT, effort });
  return { ...parts, observe: change(parts.observe) };
}

function startBallast(
  ground: Ground,
  env: Readonly<Record<string, string>>,
  change: (observe: Observe) => Observe,
): Acting {
  const { swarm, actsFromMs, lookSeconds } = ground;
  const parts = partsOf(ground, env, change);
  // Its history is read step by step: until it may act it only looks.
  const looking = everySo(swarm.clock, swarm.clock.now(), lookSeconds, async () => {
    await parts.observe();
  });
  let loop: ReturnType<typeof startLoop> | null = null;
  swarm.clock.at(actsFromMs, () => {
    void looking.stop();
    loop = startLoop(parts, swarm, lookSeconds);
  });
  return {
    async stop() {
      await looking.stop();
      await loop?.stop();
      parts.journal.close();
    },
  };
}

const QUANTILE_OF_CPU = 0.95;

/** Looks in which every series is flat, at what it does not exceed for as much of the time as counts. */
function quantilesOnly(observe: Observe): Observe {
  return async () => {
    const seen = await observe();
    return { ...seen, snapshot: { ...seen.snapshot, history: flattened(seen.snapshot.history) } };
  };
}

function flattened(history: History): History {
  const all = (series: History["tasks"]): History["tasks"] =>
    Object.fromEntries(Object.entries(series).map(([id, one]) => [id, flat(one)]));
  return {
    ...history,
    tasks: all(history.tasks),
    services: all(history.services),
    remainders: all(history.remainders),
  };
}

const flats = new WeakMap<Series, Series>();

function flat(series: Series): Series {
  const known = flats.get(series);
  if (known !== undefined) return known;
  const made = {
    cpuCores: level(series.cpuCores, QUANTILE_OF_CPU),
    memoryBytes: level(series.memoryBytes, 1),
  };
  flats.set(series, made);
  return made;
}

/** As many points, all of them at the quantile; what is not known at all stays so. */
function level(values: Float32Array, quantile: number): Float32Array {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  const at = Math.max(0, Math.ceil(quantile * known.length) - 1);
  return new Float32Array(values.length).fill(known[at] ?? Number.NaN);
}
