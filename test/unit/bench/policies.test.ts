import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { LITTLE_EFFORT } from "../../support/decide-lightly.ts";
import { landscapeOf } from "../../../bench/policies/landscape.ts";
import { POLICIES } from "../../../bench/policies/list.ts";
import { startMeter } from "../../../bench/policies/meter.ts";
import { readOptions } from "../../../bench/policies/options.ts";
import { play, type Played, type Stage } from "../../../bench/policies/play.ts";
import { tableOf } from "../../../bench/policies/report.ts";
import { joined, meanOf, readTraces, type Traces } from "../../../bench/policies/traces.ts";
import { createClock } from "../../../sim/clock.ts";
import type { Happened } from "../../../sim/life.ts";
import { createSwarm } from "../../../sim/swarm/swarm.ts";
import { demands } from "../../../sim/truth.ts";
import { aSimSwarm, aSpec, pass, START } from "../sim/fixture.ts";

const NOTHING_HAPPENED: Happened = { deploys: 0, losses: 0, drains: 0, crashes: 0, forcedStarts: 0 };

describe("traces", () => {
  it("are read packed and not, and go on with what is as busy the next day", () => {
    const folder = mkdtempSync(join(tmpdir(), "traces-"));
    try {
      writeFileSync(join(folder, "a.csv"), "1,2,3\n60,50,40\n");
      writeFileSync(join(folder, "b.csv.gz"), gzipSync("70,80,90\n4,5,6\n"));
      const { days, samples, lines } = readTraces(folder);
      assert.deepEqual([days, samples], [2, 3]);
      assert.deepEqual(
        lines.map((line) => [...line]),
        [
          [1, 2, 3, 4, 5, 6],
          [60, 50, 40, 70, 80, 90],
        ],
      );
      writeFileSync(join(folder, "c.csv"), "1,2,3\n1,x,3\n");
      assert.throws(() => readTraces(folder), /c\.csv, line 2: not 3 numbers/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("are refused where there are none, or days are sampled otherwise", () => {
    const folder = mkdtempSync(join(tmpdir(), "traces-"));
    try {
      assert.throws(() => readTraces(folder), /holds no \.csv/);
    } finally {
      rmSync(folder, { recursive: true });
    }
    const day = (samples: number) => [new Float32Array(samples).fill(1)];
    assert.throws(() => joined([day(3), day(4)]), /as many samples/);
  });
});

describe("the landscape", () => {
  it("is as full as it is asked to be on average, of CPU and memory, whatever the seed", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.double({ min: 0.2, max: 0.6, noNaN: true }),
        (seed, fullness) => {
          const swarm = createSwarm({ clock: createClock(START), seed });
          const made = { nodes: 6, tasks: 60, seed, fullness, startMs: START, noise: 0 };
          const loads = landscapeOf(swarm, waves(), made);
          swarm.clock.runUntil(START + 60_000);
          const whole = { cpu: 0, memory: 0, hasCpu: 0, hasMemory: 0 };
          const steps = 24;
          for (let step = 0; step < steps; step += 1) {
            swarm.clock.runUntil(START + 60_000 + (step * 86_400_000) / steps);
            for (const [id, { cpuCores, memoryBytes }] of demands(swarm, loads)) {
              const has = swarm.store.nodes.get(id)?.facts.resources ?? { cpuCores: 0, memoryBytes: 0 };
              whole.cpu += cpuCores;
              whole.memory += memoryBytes;
              whole.hasCpu += has.cpuCores;
              whole.hasMemory += has.memoryBytes;
            }
          }
          assert.ok(Math.abs(whole.cpu / whole.hasCpu - fullness) < 0.03, `cpu ${whole.cpu / whole.hasCpu}`);
          assert.ok(
            Math.abs(whole.memory / whole.hasMemory - fullness) < 0.05,
            `memory ${whole.memory / whole.hasMemory}`,
          );
        },
      ),
      { numRuns: 8 },
    );
  });
});

describe("the meter", () => {
  it("counts minutes above a mark and above all there is, and the worst node's", () => {
    const swarm = aSimSwarm(2);
    const loads = { ofTask: () => ({ cpuCores: 0, memoryBytes: 0 }), ofNode: loadByNode };
    const meter = startMeter(swarm, loads, { cpu: 0.8, memory: 0.85 }, NOTHING_HAPPENED);
    pass(swarm, 600);
    const { overloadMinutes, starvedMinutes, worstNodeMinutes, fullest, moves } = meter.read();
    assert.deepEqual(
      [overloadMinutes, starvedMinutes, worstNodeMinutes, fullest, moves],
      [10, 10, 10, 1.25, 0],
    );
  });

  it("tells a start that nobody forced, and for how long a replica was away", () => {
    const swarm = aSimSwarm(2);
    const id = swarm.createService(aSpec({ replicas: 2 }));
    pass(swarm, 30);
    const loads = {
      ofTask: () => ({ cpuCores: 0, memoryBytes: 0 }),
      ofNode: () => ({ cpuCores: 0, memoryBytes: 0 }),
    };
    const happened = { ...NOTHING_HAPPENED };
    const meter = startMeter(swarm, loads, { cpu: 0.8, memory: 0.85 }, happened);
    const crash = (): void => {
      const [task] = swarm.store.tasksOf(id).filter(({ state }) => state === "running");
      swarm.crash(task?.id ?? "", "out of luck");
      pass(swarm, 60);
    };
    crash();
    assert.equal(meter.read().moves, 1);
    happened.forcedStarts += 1;
    crash();
    const { moves, starts, missingReplicaSeconds } = meter.read();
    assert.deepEqual([moves, starts], [1, 2]);
    // Swarm waits for five seconds before each restart.
    assert.ok(missingReplicaSeconds >= 10 && missingReplicaSeconds < 16, String(missingReplicaSeconds));
  });
});

describe("the policies", () => {
  it("live through the same, do something, and come to the same again", async () => {
    const played = new Map<string, Played>();
    for (const policy of POLICIES) played.set(policy.name, await play(policy, STAGE));
    const of = (name: string): Played => {
      const run = played.get(name);
      assert.ok(run !== undefined, name);
      return run;
    };
    const nothing = of("nothing");
    assert.ok(nothing.overloadMinutes > 0, "the stage has nothing to mend");
    assert.equal(nothing.moves, 0);
    for (const { policy, happened } of played.values()) {
      const { deploys, losses, drains, crashes } = happened;
      const same = nothing.happened;
      assert.deepEqual(
        [deploys, losses, drains, crashes],
        [same.deploys, same.losses, same.drains, same.crashes],
        policy,
      );
    }
    for (const name of [
      "free-memory",
      "descheduler-mean",
      "drs-like",
      "ballast",
      "ballast-quantiles",
      "ballast-now",
    ])
      assert.ok(of(name).moves > 0, `${name} moved nothing`);
    assert.ok(of("ballast").overloadMinutes < nothing.overloadMinutes / 2);
    const again = await play(policyNamed("free-memory"), STAGE);
    assert.deepEqual({ ...again, secondsUsed: 0 }, { ...of("free-memory"), secondsUsed: 0 });
  });
});

describe("the table", () => {
  it("adds seeds up, and shows the worst node of all", () => {
    const run = (seed: number, minutes: number): Played => ({
      ...{ policy: "nothing", nodes: 2, services: 1, tasks: 1, days: 1, seed, happened: NOTHING_HAPPENED },
      ...{
        overloadMinutes: minutes,
        starvedMinutes: 1,
        worstNodeMinutes: minutes,
        fullest: 1.5,
        moves: 3,
        starts: 3,
      },
      ...{ missingReplicaSeconds: 7, secondsUsed: 1 },
    });
    const row = tableOf([run(1, 10), run(2, 30)])
      .split("\n")
      .at(-1);
    assert.match(row ?? "", /^\| nothing +\| +40 \| +2 \| +30 \| +150 % \| +6 \| +14 \|$/);
  });
});

describe("the command line", () => {
  it("names what is wrong", () => {
    assert.throws(() => readOptions([]), /--data is missing/);
    assert.throws(
      () => readOptions(["--data", "x", "--only", "magic"]),
      /--only "magic": there are nothing, /,
    );
    assert.throws(() => readOptions(["--data", "x", "--seeds", "1,b"]), /--seeds "b": write a number/);
    assert.throws(
      () => readOptions(["--data", "x", "--nodes", "9.5"]),
      /--nodes "9.5": write a whole number/,
    );
    assert.equal(readOptions(["--help"]), null);
  });
});

const STAGE: Stage = {
  ...{
    traces: waves(),
    nodes: 6,
    tasks: 40,
    fullness: 0.55,
    days: 0.15,
    learnDays: 0.1,
    seed: 3,
    lookSeconds: 600,
    effort: LITTLE_EFFORT,
  },
};

function policyNamed(name: string) {
  const policy = POLICIES.find((each) => each.name === name);
  assert.ok(policy !== undefined);
  return policy;
}

/** Fifty machines that rise and fall at their own hours, sampled every five minutes over a day. */
function waves(): Traces {
  const day = Array.from({ length: 50 }, (_, machine) =>
    Float32Array.from({ length: 288 }, (_point, at) => {
      const turn = ((at / 288) * (1 + (machine % 3)) + machine / 7) * 2 * Math.PI;
      return Math.round((5 + machine) * (1 + 0.7 * Math.sin(turn)));
    }),
  );
  assert.ok(day.every((line) => meanOf(line) > 0));
  return joined([day]);
}

function loadByNode(id: string) {
  return id === "n1" ? { cpuCores: 5, memoryBytes: 0 } : { cpuCores: 1, memoryBytes: 0 };
}
