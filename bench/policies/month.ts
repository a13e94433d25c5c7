import { pino } from "pino";
import { readSchedulerConfig } from "../../scheduler/config.ts";
import type { Effort } from "../../scheduler/decide/search/improve.ts";
import type { JournalEntry, MoveRecord } from "../../scheduler/journal/journal.ts";
import { ballastOn, startLoop, type BallastParts } from "../../sim/ballast.ts";
import { createClock } from "../../sim/clock.ts";
import { live, type Happened } from "../../sim/life.ts";
import type { Loads } from "../../sim/loads.ts";
import { makeUp } from "../../sim/made-up.ts";
import { createSwarm, type Swarm } from "../../sim/swarm/swarm.ts";
import { judge, type Judgement } from "./judge.ts";
import { landscapeOf } from "./landscape.ts";
import type { Traces } from "./traces.ts";

/** A long run in which loads rise and fall by the day, and at last stand still. */
export interface Month {
  /** Loads of traces instead, which never stand still. */
  readonly traces?: Traces | null;
  readonly nodes: number;
  readonly tasks: number;
  /** All of it. */
  readonly days: number;
  /** The last of them: loads change no more but for the noise, and nothing happens. More than the horizon, or none. */
  readonly stillDays: number;
  readonly seed: number;
  readonly lookSeconds: number;
  readonly effort: Effort;
  /** Told after each day. */
  readonly onDay?: (day: number, landed: number) => void;
  readonly env?: Readonly<Record<string, string>>;
}

export interface MonthRan extends Judgement {
  readonly happened: Happened;
  readonly decisions: number;
  /** By outcome. */
  readonly moves: Readonly<Record<string, number>>;
  readonly secondsUsed: number;
}

const START_MS = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;
const SETTLE_MS = 120_000;
const NOISE = 0.1;
/** As `makeUp` has it. */
const FULLNESS = 0.5;
/** Of all scrapes one in a hundred fails, and one in twenty takes as long as the next is away. */
const SCRAPING = { missShare: 0.01, lateShare: 0.05, lateSeconds: 15 };
const LIFE = {
  deploysPerDay: 1 / 7,
  lossesPerDay: 1 / 60,
  awayMinutes: 20,
  drainsPerDay: 1 / 60,
  drainMinutes: 30,
  crashesPerDay: 1 / 200,
};

/** Runs Ballast in mode act for so many days, and has its journal judged. */
export async function runMonth(month: Month): Promise<MonthRan> {
  const begunMs = performance.now();
  const { nodes, tasks, days, stillDays, seed, lookSeconds, effort, env = {} } = month;
  const clock = createClock(START_MS);
  const swarm = createSwarm({ clock, seed });
  const stillFromMs = stillDays > 0 ? START_MS + (days - stillDays) * DAY_MS : null;
  const loads = loadsOf(swarm, month, stillFromMs);
  clock.runUntil(START_MS + SETTLE_MS);
  const config = readSchedulerConfig({ BALLAST_MODE: "act", ...env });
  const log = pino({ enabled: false });
  const { parts, entries, moves } = kept(
    ballastOn({ swarm, loads, config, log, effort, scraping: { ...SCRAPING, seed } }),
  );
  const happened = live(swarm, { ...LIFE, seed, untilMs: stillFromMs ?? Infinity });
  const loop = startLoop(parts, swarm, lookSeconds);
  for (let day = 1; day <= days; day += 1) {
    const before = moves.length;
    await clock.turnUntil(START_MS + day * DAY_MS);
    month.onDay?.(day, moves.length - before);
  }
  await clock.turn(loop.stop());
  parts.journal.close();
  const judgement = judge(
    { entries, moves },
    {
      horizonSeconds: Math.max(config.load.history, config.load.step),
      marks: parts.policy.marks,
      movesPerCall: tasks / nodes,
      stillFromMs,
    },
  );
  const outcomes = Map.groupBy(moves, ({ outcome }) => outcome);
  return {
    ...judgement,
    happened,
    decisions: entries.length,
    moves: Object.fromEntries([...outcomes].map(([outcome, all]) => [outcome, all.length])),
    secondsUsed: Math.round((performance.now() - begunMs) / 100) / 10,
  };
}

function loadsOf(
  swarm: Swarm,
  { traces = null, nodes, tasks, seed }: Month,
  stillFromMs: number | null,
): Loads {
  const size = { nodes, tasks, seed, noise: NOISE };
  return traces === null
    ? makeUp(swarm, { ...size, stillFromMs })
    : landscapeOf(swarm, traces, { ...size, fullness: FULLNESS, startMs: START_MS });
}

type Entry = Pick<JournalEntry, "decision">;

/** All that is written to the journal, which itself keeps a part of so long a run. */
function kept(made: BallastParts) {
  const entries: Entry[] = [];
  const moves: MoveRecord[] = [];
  const parts: BallastParts = {
    ...made,
    journal: {
      ...made.journal,
      write(entry) {
        const { decision } = entry;
        // Why others were refused takes most of the room, and nobody judges by it.
        const lean = { decision: { ...decision, refusals: [], goals: [], inputs: [] } };
        if (entries.at(-1)?.decision.id === decision.id) entries.pop();
        entries.push(lean);
        made.journal.write(entry);
      },
      moved(move) {
        moves.push(move);
        made.journal.moved(move);
      },
    },
  };
  return { parts, entries, moves };
}
