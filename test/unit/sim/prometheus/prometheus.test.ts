import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { madeUpLoads } from "../../../../sim/loads.ts";
import { createPrometheus, type PrometheusOptions } from "../../../../sim/prometheus/prometheus.ts";
import type { Swarm } from "../../../../sim/swarm/swarm.ts";
import { aSimSwarm, aSpec, GIB, pass, rewrite } from "../fixture.ts";

const WINDOW = { windowSeconds: 300, maxAgeSeconds: 60 };
const SETTLED_SECONDS = 3600;

function setUp(over: Partial<PrometheusOptions> = {}, noise = 0) {
  const swarm = aSimSwarm(3);
  const id = swarm.createService(aSpec({ placement: { Constraints: ["node.id==n2"] } }));
  const services = new Map([[id, { cpuCores: 2, memoryBytes: GIB }]]);
  const loads = madeUpLoads({ services, beside: { cpuCores: 0.2, memoryBytes: GIB / 2 }, noise });
  pass(swarm, SETTLED_SECONDS);
  return { swarm, id, prometheus: createPrometheus({ swarm, loads, ...WINDOW, ...over }) };
}

/** Its owner has the task stand on another node. */
function move(swarm: Swarm, id: string, to: string): void {
  rewrite(
    swarm,
    id,
    aSpec({ placement: { Constraints: [`node.id==${to}`] }, update: { Order: "start-first" } }),
  );
}

function close(actual: number | undefined, wanted: number, share = 0.02): void {
  assert.ok(
    Math.abs((actual ?? Number.NaN) - wanted) <= wanted * share,
    `${actual ?? "nothing"} is not about ${wanted}`,
  );
}

describe("what a simulated Prometheus tells", () => {
  it("tells the truth of what has not changed for long", async () => {
    const { swarm, prometheus } = setUp();
    const { nodeUsage, taskUsage, ages, report } = await prometheus.usage.read(swarm.clock.now());
    close(nodeUsage["n2"]?.used.cpuCores, 2.2);
    close(nodeUsage["n2"]?.used.memoryBytes, 1.5 * GIB);
    close(nodeUsage["n2"]?.remainder.cpuCores, 0.2);
    close(nodeUsage["n3"]?.used.cpuCores, 0.2);
    const [task] = swarm.store.tasks.values();
    close(taskUsage[task?.id ?? ""]?.cpuCores, 2);
    assert.ok(Object.values(ages).every((age) => age >= 0 && age <= 15));
    assert.deepEqual(report.doubts, []);
  });

  it("lags a move: what has left is averaged in for a whole window, and what has come is not known before", async () => {
    const { swarm, id, prometheus } = setUp();
    move(swarm, id, "n3");
    pass(swarm, 152);
    const half = await prometheus.usage.read(swarm.clock.now());
    close(half.nodeUsage["n2"]?.used.cpuCores, 1.2, 0.1);
    close(half.nodeUsage["n3"]?.used.cpuCores, 1.2, 0.1);
    close(half.nodeUsage["n2"]?.used.memoryBytes, 1.5 * GIB);
    const young = swarm.store.tasksOf(id).find(({ nodeId }) => nodeId === "n3");
    close(half.taskUsage[young?.id ?? ""]?.cpuCores, 1, 0.1);
    pass(swarm, 165);
    const whole = await prometheus.usage.read(swarm.clock.now());
    close(whole.nodeUsage["n2"]?.used.cpuCores, 0.2);
    close(whole.nodeUsage["n3"]?.used.cpuCores, 2.2);
    close(whole.taskUsage[young?.id ?? ""]?.cpuCores, 2);
  });

  it("knows no more CPU than a node has, whatever is asked of it", async () => {
    const { swarm, id, prometheus } = setUp();
    rewrite(swarm, id, aSpec({ replicas: 4, placement: { Constraints: ["node.id==n2"] } }));
    pass(swarm, 600);
    const { nodeUsage, taskUsage } = await prometheus.usage.read(swarm.clock.now());
    close(nodeUsage["n2"]?.used.cpuCores, 4, 0.001);
    const ofTasks = Object.values(taskUsage).reduce((sum, { cpuCores }) => sum + cpuCores, 0);
    close(ofTasks, 4 * (8 / 8.2), 0.001);
  });

  it("has nothing of a node that is lost, and of one that returned not before its window is covered", async () => {
    const { swarm, prometheus } = setUp();
    swarm.lose("n3");
    pass(swarm, 90);
    const lost = await prometheus.usage.read(swarm.clock.now());
    assert.equal(lost.ages["n3"], undefined);
    assert.equal(lost.nodeUsage["n3"], undefined);
    swarm.revive("n3");
    pass(swarm, 60);
    const back = await prometheus.usage.read(swarm.clock.now());
    assert.ok((back.ages["n3"] ?? 99) <= 15);
    assert.equal(back.nodeUsage["n3"], undefined);
    pass(swarm, 300);
    assert.ok((await prometheus.usage.read(swarm.clock.now())).nodeUsage["n3"] !== undefined);
  });

  it("loses samples to scrapes that fail, gets others late, and jumps by the noise and no further", async () => {
    const scraping = { missShare: 0.04, lateShare: 0.5, lateSeconds: 20 };
    const { swarm, prometheus } = setUp({ scraping }, 0.1);
    let missing = 0;
    let old = 0;
    const seen: number[] = [];
    for (let look = 0; look < 200; look += 1) {
      pass(swarm, 15);
      const { ages, nodeUsage } = await prometheus.usage.read(swarm.clock.now());
      if (ages["n2"] === undefined) missing += 1;
      else if (ages["n2"] > 15) old += 1;
      const cores = nodeUsage["n2"]?.used.cpuCores;
      if (cores !== undefined) seen.push(cores);
    }
    assert.ok(missing > 2 && missing < 20, `${missing} looks without a sample`);
    assert.ok(old > 40, `${old} looks at an old sample`);
    assert.ok(seen.length > 100 && seen.length < 200, `${seen.length} windows are covered`);
    for (const cores of seen) close(cores, 2.2, 0.15);
    assert.ok(new Set(seen).size > 50, "it jumps");
  });

  it("tells nothing when it is away, and says so", async () => {
    const { swarm, prometheus } = setUp({ isAway: () => true });
    const { nodeUsage, report } = await prometheus.usage.read(swarm.clock.now());
    assert.deepEqual(nodeUsage, {});
    assert.match(report.doubts.join(), /simulated.*did not answer/);
  });
});
