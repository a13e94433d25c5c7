import * as z from "zod";
import { loadConfig } from "../common/config/load.ts";
import { yamlFile } from "../common/config/yaml.ts";
import { settingsOf, type Setting } from "../common/config/settings.ts";
import {
  count,
  duration,
  httpUrl,
  listenAddress,
  ratio,
  text,
  word,
  wordsAmong,
} from "../common/config/types.ts";
import { dockerHost } from "../common/docker.ts";
import { LOG_LEVELS } from "../common/log.ts";
import { agentsUrl } from "./events/agents-setting.ts";
import { DAILY_ACTS } from "./domain/daily.ts";
import { GOAL_NAMES, MODES, type Policy } from "./domain/policy.ts";
import { USUAL_ACTS } from "./govern/permit/asked.ts";
import { recurrences } from "./govern/calendar-setting.ts";
import { DEFAULT_LIMITS, type Limits } from "./govern/limits.ts";
import type { AccessRules, Role, Token } from "./api/access/access.ts";
import { DEFAULT_CALL_RATES, type CallRates } from "./api/access/limits.ts";
import { tokens } from "./api/access/tokens.ts";
import { alertRules } from "./api/hooks/rules-setting.ts";
import { OUTGOING } from "./outgoing/setting.ts";
import { addedResources } from "./resources-setting.ts";
import { schedule } from "./schedule.ts";

const PREFIX = "BALLAST_";
/** The file's own name cannot stand in the file. */
const FILE_VARIABLE = "BALLAST_CONFIG";

const DAY_SECONDS = 86_400;
/** Of 20,000 tasks at 5 minutes they are 320 MB. */
const MOST_HISTORY_SECONDS = 7 * DAY_SECONDS;

/** The past is folded to a day, of which each must have the same moments. */
function dividesDay(seconds: number): boolean {
  return Number.isInteger(seconds) && DAY_SECONDS % seconds === 0;
}

/** Two marks of one resource, as shares of a node's capacity. */
function marks(high: number, target: number) {
  return z
    .strictObject({ high: ratio().default(high), target: ratio().default(target) })
    .superRefine((pair, context) => {
      if (pair.target < pair.high) return;
      const message = `${pair.target} is not below high (${pair.high}); moves must aim lower than what calls for them`;
      context.addIssue({ code: "custom", path: ["target"], message });
    })
    .prefault({});
}

/** Durations are in seconds, shares between 0 and 1. The order is that of the documentation. */
const SCHEMA = z.strictObject({
  mode: word(MODES).default("advise"),
  listen: listenAddress().prefault(":9881"),
  web: z.strictObject({ configFile: text("a file").optional() }).prefault({}),
  schedule: schedule().prefault("1m"),
  docker: z.strictObject({ host: dockerHost().prefault("unix:///var/run/docker.sock") }).prefault({}),
  prometheus: z
    .strictObject({
      url: httpUrl().prefault("http://prometheus:9090"),
      timeout: duration().default(10),
      maxAge: duration().default(60),
    })
    .prefault({}),
  load: z
    .strictObject({
      window: duration().default(300),
      quantile: ratio().default(0.95),
      history: duration()
        .refine((seconds) => seconds <= MOST_HISTORY_SECONDS, "is more than 7d; write less, or 0s for none")
        .default(DAY_SECONDS),
      step: duration()
        .refine(dividesDay, "does not divide a day into whole seconds; write one such as 1m, 5m or 15m")
        .default(300),
    })
    .superRefine(({ history, step }, context) => {
      if (history === 0 || history >= step) return;
      const message = `${history}s is less than one step (${step}s); write more, or 0s for none`;
      context.addIssue({ code: "custom", path: ["history"], message });
    })
    .prefault({}),
  goals: wordsAmong(GOAL_NAMES).prefault(GOAL_NAMES.join(",")),
  even: z.strictObject({ band: ratio().default(0.2) }).prefault({}),
  marks: z.strictObject({ cpu: marks(0.8, 0.7), memory: marks(0.85, 0.75) }).prefault({}),
  resources: addedResources().prefault(""),
  moves: z
    .strictObject({
      perRound: count(1, 100).default(2),
      perHour: count(1, 10_000).default(DEFAULT_LIMITS.budgets.perHour),
      perNodePerHour: count(1, 10_000).default(DEFAULT_LIMITS.budgets.perNodePerHour),
      perServicePerHour: count(1, 10_000).default(DEFAULT_LIMITS.budgets.perServicePerHour),
      atOnce: count(1, 100).default(DEFAULT_LIMITS.pace.most),
      newcomer: duration().default(DEFAULT_LIMITS.arrivals.newcomerSeconds),
      cooldown: duration().default(600),
      quiet: duration().default(600),
      deadline: duration()
        .refine((seconds) => seconds <= 3600, "is more than 1h: no task takes that long to start")
        .default(300),
      stability: duration().default(10),
    })
    .prefault({}),
  breaker: z
    .strictObject({
      failures: count(1, 100).default(DEFAULT_LIMITS.breaker.failures),
      pause: duration().default(DEFAULT_LIMITS.breaker.pauseSeconds),
      longestPause: duration().default(DEFAULT_LIMITS.breaker.longestPauseSeconds),
    })
    .prefault({}),
  outage: z.strictObject({ share: ratio().default(DEFAULT_LIMITS.outageShare) }).prefault({}),
  calendar: z
    .strictObject({
      windows: recurrences(duration()).prefault(""),
      blackouts: recurrences(duration()).prefault(""),
    })
    .prefault({}),
  journal: z
    .strictObject({
      path: text("a file").optional(),
      retention: duration().default(30 * 86_400),
      megabytes: count(1, 100_000).default(64),
    })
    .prefault({}),
  api: z
    .strictObject({
      token: text("a secret of those who may give orders").optional(),
      tokens: tokens().prefault(""),
      reads: word(["open", "token"]).default("open"),
      allow: wordsAmong(DAILY_ACTS).prefault(USUAL_ACTS.join(",")),
      readsPerSecond: count(1, 100_000).default(DEFAULT_CALL_RATES.reads),
      actsPerSecond: count(1, 100_000).default(DEFAULT_CALL_RATES.acts),
      hooksPerSecond: count(1, 100_000).default(DEFAULT_CALL_RATES.hooks),
      maxConnections: count(16, 65_535).default(500),
    })
    .prefault({}),
  hooks: z
    .strictObject({
      token: text("a secret of the webhook's caller").optional(),
      alerts: alertRules().prefault(""),
    })
    .prefault({}),
  agents: z.strictObject({ url: agentsUrl().prefault("http://{instance}") }).prefault({}),
  outgoing: OUTGOING.prefault({}),
  log: z.strictObject({ level: word(LOG_LEVELS).default("info") }).prefault({}),
});

export type SchedulerConfig = z.output<typeof SCHEMA>;

/** All that can be set, with the variables' names. */
export function schedulerSettings(): readonly Setting[] {
  return settingsOf(SCHEMA, PREFIX);
}

/**
 * The scheduler's configuration: the file that BALLAST_CONFIG names, if any, and BALLAST_* over it.
 * @throws ConfigError with every fault at once.
 */
export function readSchedulerConfig(env: NodeJS.ProcessEnv): SchedulerConfig {
  const rest = Object.fromEntries(Object.entries(env).filter(([name]) => name !== FILE_VARIABLE));
  const file = configFileIn(env);
  return loadConfig(SCHEMA, {
    args: [],
    env: rest,
    scope: { prefix: PREFIX, foreignPrefixes: ["BALLAST_AGENT_"] },
    file: file === null ? null : yamlFile(file),
  });
}

/** The file that settings are read from; null where none is named. */
export function configFileIn({ [FILE_VARIABLE]: file = "" }: NodeJS.ProcessEnv): string | null {
  return file === "" ? null : file;
}

/** What of the configuration a decision knows. */
export function policyOf(config: SchedulerConfig): Policy {
  return {
    mode: config.mode,
    marks: {
      cpu: { ...config.marks.cpu, quantile: config.load.quantile },
      // What does not fit in memory dies at once: there is no share of the time in which that is well.
      memory: { ...config.marks.memory, quantile: 1 },
      ...Object.fromEntries(config.resources.map(({ name, marks }) => [name, marks])),
    },
    goals: config.goals,
    evenBand: config.even.band,
    movesPerRound: config.moves.perRound,
    cooldownSeconds: config.moves.cooldown,
    quietSeconds: config.moves.quiet,
    windowSeconds: config.load.window,
  };
}

/** Who may ask the API for what, of the configuration. */
export function accessOf({ api, hooks }: SchedulerConfig): AccessRules {
  const own = (name: string, role: Role, secret: string | undefined): readonly Token[] =>
    secret === undefined ? [] : [{ name, role, secret }];
  return {
    openReads: api.reads === "open",
    tokens: [
      ...own("api.token", "admin", api.token),
      ...own("hooks.token", "hook", hooks.token),
      ...api.tokens,
    ],
  };
}

/** How often a caller may ask the API, of the configuration. */
export function callRatesOf({ api }: SchedulerConfig): CallRates {
  return { reads: api.readsPerSecond, acts: api.actsPerSecond, hooks: api.hooksPerSecond };
}

/** How much may be moved, of the configuration. */
export function limitsOf({ moves, breaker, outage }: SchedulerConfig): Limits {
  const { perRound, perHour, perNodePerHour, perServicePerHour } = moves;
  return {
    budgets: { perRound, perHour, perNodePerHour, perServicePerHour },
    pace: { ...DEFAULT_LIMITS.pace, most: moves.atOnce },
    breaker: {
      failures: breaker.failures,
      pauseSeconds: breaker.pause,
      longestPauseSeconds: breaker.longestPause,
    },
    arrivals: { newcomerSeconds: moves.newcomer },
    outageShare: outage.share,
  };
}
