import type { Effort } from "../../scheduler/decide/search/improve.ts";
import { createClock } from "../../sim/clock.ts";
import { live, type Happened, type Life } from "../../sim/life.ts";
import { createSwarm } from "../../sim/swarm/swarm.ts";
import { landscapeOf } from "./landscape.ts";
import { startMeter, type HighMarks, type Measured } from "./meter.ts";
import type { Policy } from "./policy.ts";
import type { Traces } from "./traces.ts";

/** What one policy is put through: all are put through the same. */
export interface Stage {
  readonly traces: Traces;
  readonly nodes: number;
  readonly tasks: number;
  readonly fullness: number;
  /** Measured days. */
  readonly days: number;
  /** Before them, so many in which policies may look and learn; Ballast's history is one. */
  readonly learnDays: number;
  readonly seed: number;
  readonly lookSeconds: number;
  readonly effort: Effort;
}

/** What came of it. */
export interface Played extends Measured {
  readonly policy: string;
  readonly nodes: number;
  readonly services: number;
  readonly tasks: number;
  readonly days: number;
  readonly seed: number;
  readonly happened: Happened;
  readonly secondsUsed: number;
}

/** As `marks.cpu.high` and `marks.memory.high` are by default. */
const MARKS: HighMarks = { cpu: 0.8, memory: 0.85 };
const START_MS = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;
const NOISE = 0.1;
/** Weekly deploys; nodes fail, and are drained, about as often as in a fleet that is rebooted every month. */
const LIFE: Omit<Life, "seed"> = {
  deploysPerDay: 1 / 7,
  lossesPerDay: 1 / 30,
  awayMinutes: 20,
  drainsPerDay: 1 / 30,
  drainMinutes: 30,
  crashesPerDay: 1 / 100,
};

/** Plays one policy through the stage. The same stage and policy come to the same. */
export async function play(policy: Policy, stage: Stage): Promise<Played> {
  const begunMs = performance.now();
  const { traces, nodes, tasks, fullness, days, learnDays, seed, lookSeconds, effort } = stage;
  const clock = createClock(START_MS);
  const swarm = createSwarm({ clock, seed });
  const loads = landscapeOf(swarm, traces, {
    ...{ nodes, tasks, seed, fullness, startMs: START_MS, noise: NOISE },
  });
  const actsFromMs = START_MS + learnDays * DAY_MS;
  const acting = policy.start({ swarm, loads, lookSeconds, actsFromMs, effort });
  await clock.turnUntil(actsFromMs - 1);
  const happened = live(swarm, { ...LIFE, seed });
  const meter = startMeter(swarm, loads, MARKS, happened);
  await clock.turnUntil(actsFromMs + days * DAY_MS);
  const measured = meter.read();
  await clock.turn(acting.stop());
  return {
    policy: policy.name,
    nodes,
    services: swarm.store.services.size,
    tasks,
    days,
    seed,
    ...measured,
    happened,
    secondsUsed: Math.round((performance.now() - begunMs) / 100) / 10,
  };
}
