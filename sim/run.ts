import { readFileSync } from "node:fs";
import { pino } from "pino";
import { readSchedulerConfig } from "../scheduler/config.ts";
import type { MoveResult } from "../scheduler/ports.ts";
import { ballastOn, startLoop, type BallastParts } from "./ballast.ts";
import { createClock } from "./clock.ts";
import { live, ORDINARY, type Happened } from "./life.ts";
import type { Loads } from "./loads.ts";
import { makeUp } from "./made-up.ts";
import type { RunOptions } from "./options.ts";
import { loadsOf, readSnapshot, takeUp } from "./snapshot.ts";
import { createSwarm, type Swarm } from "./swarm/swarm.ts";
import { fillings } from "./truth.ts";

/** What came of a run. */
export interface Ran {
  readonly nodes: number;
  readonly services: number;
  /** Running at the end. */
  readonly tasks: number;
  readonly days: number;
  readonly happened: Happened;
  /** Starts of containers, whatever they were for. */
  readonly starts: number;
  /** Of all nodes, while they were asked for more than they have a right to: 80 % of the CPU or of the memory. */
  readonly overloadNodeMinutes: number;
  /** The fullest node of all, as a share of what it has. */
  readonly fullest: number;
  /** By outcome; null without Ballast. */
  readonly moves: Readonly<Record<string, number>> | null;
  readonly secondsUsed: number;
  /** Of these, in rounds of Ballast. */
  readonly secondsInRounds: number;
}

interface Ground {
  readonly swarm: Swarm;
  readonly loads: Loads;
}

const START_MS = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** How often it is looked how full the nodes truly are. */
const SAMPLE_MINUTES = 5;
const TOO_FULL = 0.8;
const NOISE = 0.1;
/** What is started must run before the days begin. */
const SETTLE_MS = 120_000;
const KEPT_MS = 3_600_000;

/** Runs a swarm for some days. */
export async function run(options: RunOptions): Promise<Ran> {
  const begunMs = performance.now();
  const { swarm, loads } = groundOf(options);
  const { clock, store } = swarm;
  let starts = 0;
  swarm.onContainer(({ action }) => {
    if (action === "start") starts += 1;
  });
  const happened = live(swarm, { ...ORDINARY, seed: options.seed });
  const watched = watch({ swarm, loads });
  const untilMs = clock.now() + options.days * DAY_MS;
  const ballast = options.mode === null ? null : await withBallast({ swarm, loads }, options, untilMs);
  if (ballast === null) clock.runUntil(untilMs);
  return {
    nodes: store.nodes.size,
    services: store.services.size,
    tasks: [...store.tasks.values()].filter(({ state }) => state === "running").length,
    days: options.days,
    happened,
    starts,
    overloadNodeMinutes: watched.minutes,
    fullest: Number(watched.fullest.toFixed(3)),
    moves: ballast?.moves ?? null,
    secondsUsed: Math.round((performance.now() - begunMs) / 100) / 10,
    secondsInRounds: Math.round((ballast?.roundMs ?? 0) / 100) / 10,
  };
}

function groundOf({ snapshot, nodes, tasks, seed }: RunOptions): Ground {
  if (snapshot === null) {
    const swarm = createSwarm({ clock: createClock(START_MS), seed });
    const loads = makeUp(swarm, { nodes, tasks, seed, noise: NOISE });
    swarm.clock.runUntil(START_MS + SETTLE_MS);
    return { swarm, loads };
  }
  const file = readSnapshot(readFileSync(snapshot, "utf8"));
  const swarm = createSwarm({ clock: createClock(file.takenAtMs), seed });
  takeUp(swarm, file);
  return { swarm, loads: loadsOf(file) };
}

/** Looks from time to time how full the nodes truly are, and forgets what nobody asks for any more. */
function watch({ swarm, loads }: Ground): { minutes: number; fullest: number } {
  const watched = { minutes: 0, fullest: 0 };
  const look = (): void => {
    for (const share of fillings(swarm, loads).values()) {
      watched.fullest = Math.max(watched.fullest, share);
      if (share > TOO_FULL) watched.minutes += SAMPLE_MINUTES;
    }
    swarm.workers.forgetEnded(swarm.clock.now() - KEPT_MS);
    swarm.clock.after(SAMPLE_MINUTES * MINUTE_MS, look);
  };
  look();
  return watched;
}

interface WithBallast {
  readonly moves: Readonly<Record<string, number>>;
  readonly roundMs: number;
}

async function withBallast(ground: Ground, options: RunOptions, untilMs: number): Promise<WithBallast> {
  const { swarm } = ground;
  const config = readSchedulerConfig({ BALLAST_MODE: options.mode ?? "observe" });
  const made = ballastOn({ ...ground, config, log: pino({ enabled: false }) });
  const moves: Partial<Record<MoveResult["outcome"], number>> = {};
  let roundMs = 0;
  /** What happens while it is called: within one moment of the simulated time, so all of it is Ballast's. */
  const timed = <Arguments extends readonly unknown[], Answer>(
    call: (...given: Arguments) => Promise<Answer>,
  ) => {
    return async (...given: Arguments): Promise<Answer> => {
      const begunMs = performance.now();
      const answer = await call(...given);
      roundMs += performance.now() - begunMs;
      return answer;
    };
  };
  const parts: BallastParts = {
    ...made,
    observe: timed(made.observe),
    thinker: {
      ...made.thinker,
      decide: timed((...asked) => made.thinker.decide(...asked)),
      recheck: timed((...asked) => made.thinker.recheck(...asked)),
    },
    journal: {
      ...made.journal,
      moved(move) {
        moves[move.outcome] = (moves[move.outcome] ?? 0) + 1;
        made.journal.moved(move);
      },
    },
  };
  const loop = startLoop(parts, swarm, options.lookSeconds);
  await swarm.clock.turnUntil(untilMs);
  await swarm.clock.turn(loop.stop());
  parts.journal.close();
  return { moves, roundMs };
}
