import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { waitFor, type LabNode } from "../../lab/lab.ts";
import type { AgentProcess } from "../support/agent-process.ts";
import { scrape, valueOf } from "../support/exposition.ts";
import {
  assertBetween,
  assertNear,
  bracketed,
  isNear,
  namesAll,
  recent,
  startNodeAgent,
  sumOf,
  type Bracketed,
} from "./support/agent.ts";
import {
  dockerStats,
  removeContainers,
  runContainer,
  setLoad,
  type TestContainer,
} from "./support/container.ts";
import { kernelFigures } from "./support/kernel.ts";
import { openTestLab, type TestLab } from "./support/lab.ts";

const MIB = 2 ** 20;
const CPU = "container_cpu_usage_seconds_total";
const QUIET_SECONDS = 12;
// CPU seconds: a second's worth on a machine with nothing else to do.
const LEAST_BURST = 0.2;

describe("what an agent says of containers that run", { concurrency: true }, () => {
  let test: TestLab;
  let node: LabNode;
  let agent: AgentProcess;
  before(async () => {
    test = await openTestLab();
    node = test.nodeNamed("node2");
    await removeContainers(node);
    agent = await startNodeAgent(test, "node2");
  });
  after(async () => {
    await agent.stop();
    await removeContainers(node);
  });

  /** A container that the agent knows by its name. */
  async function started(
    name: string,
    options: readonly string[] = [],
    cgroupParent?: string,
  ): Promise<TestContainer> {
    const container = await runContainer(node, name, options, cgroupParent);
    await namesAll(agent, [name]);
    return container;
  }

  it("CPU time is the kernel's, and its rate what docker stats shows", async () => {
    const burner = await started("burner", ["--env=LOAD_CPU=0.5"]);
    const all: Bracketed[] = [];
    await waitFor("docker stats and the agent to agree", async () => {
      const first = await bracketed(agent, burner.cgroup);
      const from = performance.now();
      const stats = await dockerStats(node, "burner");
      const seconds = (performance.now() - from) / 1000;
      const second = await bracketed(agent, burner.cgroup);
      all.push(first, second);
      const rate = (sumOf(second.page, CPU, "burner") - sumOf(first.page, CPU, "burner")) / seconds;
      // A busy machine may give it less than it wants, and not the same in each of two windows.
      if (rate > 0.02 && isNear(stats.cpuCores, rate, 0.2, 0.05)) return true;
      throw new Error(`docker stats says ${stats.cpuCores} cores, the agent ${rate}`);
    });
    for (const { before, page, after } of all)
      assertBetween(sumOf(page, CPU, "burner"), before.cpuSeconds, after.cpuSeconds, CPU);
    await setLoad(burner, "cpu=0");
  });

  it("memory is the kernel's and what docker stats shows, with its limit", async () => {
    const holder = await started("holder", ["--memory=256m", "--env=LOAD_MEMORY_MB=100"]);
    await waitFor("the memory to be held", () => kernelFigures(holder.cgroup).memoryBytes > 100 * MIB);
    const stats = await waitFor("the memory to stay as it is", async () => {
      const said = await dockerStats(node, "holder");
      const { before, page, after } = await bracketed(agent, holder.cgroup);
      // An idle Node frees and takes a page now and then.
      if (!isNear(before.memoryBytes, after.memoryBytes, 0, MIB)) return null;
      const usage = sumOf(page, "container_memory_usage_bytes", "holder");
      const workingSet = sumOf(page, "container_memory_working_set_bytes", "holder");
      assertNear(usage, after.memoryBytes, 0, "usage", MIB);
      assertNear(workingSet, after.workingSetBytes, 0, "working set", MIB);
      assert.equal(sumOf(page, "container_spec_memory_limit_bytes", "holder"), after.memoryLimitBytes);
      return isNear(workingSet, said.memoryBytes, 0.02) ? said : null;
    });
    assert.equal(stats.memoryLimitBytes, 256 * MIB);
  });

  it("throttling is the kernel's: periods and seconds that a limit took", async () => {
    const held = await started("held-back", ["--cpus=0.1", "--env=LOAD_CPU=0.5"]);
    const first = kernelFigures(held.cgroup);
    await waitFor(
      "ten periods to be throttled",
      () => kernelFigures(held.cgroup).throttledPeriods >= first.throttledPeriods + 10,
    );
    const { before, page, after } = await bracketed(agent, held.cgroup);
    const periods = sumOf(page, "container_cpu_cfs_throttled_periods_total", "held-back");
    const seconds = sumOf(page, "container_cpu_cfs_throttled_seconds_total", "held-back");
    assertBetween(periods, before.throttledPeriods, after.throttledPeriods, "throttled periods");
    assertBetween(seconds, before.throttledSeconds, after.throttledSeconds, "throttled seconds");
    assert.ok(seconds > 0);
    assert.equal(sumOf(page, "container_spec_cpu_quota", "held-back"), 10_000);
    assert.equal(sumOf(page, "container_spec_cpu_period", "held-back"), 100_000);
    await setLoad(held, "cpu=0");
  });

  it("a second's burst shows as a peak, which the average of its window hides", async () => {
    const burster = await started("burster");
    await waitFor("a quiet reading", async () => {
      const [, cores = 1] = (await rowsOf("burster")).at(-1) ?? [];
      return cores < 0.01;
    });
    const [idle, idleMs] = [kernelFigures(burster.cgroup).cpuSeconds, Date.now()];
    const { first, sinceMs } = await waitFor("a burst that the machine lets run", () => burst(burster));
    const overMs = Date.now();
    const rows = await waitFor(`${QUIET_SECONDS} readings after the burst`, async () => {
      const readings = await rowsOf("burster");
      return readings.filter(([at = 0]) => at > overMs / 1000).length >= QUIET_SECONDS && readings;
    });
    const second = await scrape(agent.url, { "User-Agent": "burst" });
    const seconds = (Date.now() - sinceMs) / 1000;
    const average = (sumOf(second, CPU, "burster") - sumOf(first, CPU, "burster")) / seconds;
    const peak = sumOf(second, "ballast_container_cpu_peak_cores", "burster");
    assert.ok(peak > 3 * average, `peak ${peak} of an average ${average}`);
    const within = rows.filter(([at = 0]) => at > sinceMs / 1000);
    assertNear(peak, Math.max(...within.map(([, cores = 0]) => cores)), 0, "the highest row", 0.001);
    // Each row is the rate since the row before: together they are what the kernel counted.
    const counted = rows.slice(1).reduce((sum, [at = 0, cores = 0], index) => {
      const [before = 0] = rows[index] ?? [];
      return at > idleMs / 1000 ? sum + cores * (at - before) : sum;
    }, 0);
    assertNear(counted, kernelFigures(burster.cgroup).cpuSeconds - idle, 0.1, "CPU seconds of all rows", 0.1);
  });

  /** Burns for a second between two looks at the kernel; null where others left it too little of the machine. */
  async function burst({ cgroup, exec }: TestContainer) {
    const first = await scrape(agent.url, { "User-Agent": "burst" });
    const sinceMs = Date.now();
    const before = kernelFigures(cgroup).cpuSeconds;
    await exec("sh", "-c", "timeout 1 sh -c 'while :; do :; done' || :");
    return kernelFigures(cgroup).cpuSeconds - before > LEAST_BURST ? { first, sinceMs } : null;
  }

  async function rowsOf(name: string): Promise<readonly (readonly number[])[]> {
    return (await recent(agent.url, `container=${name}`)).containers[0]?.rows ?? [];
  }

  it("a container below a cgroup parent of its own is found and named", async () => {
    const nested = await started("nested", [], `${node.cgroup}/shop/front`);
    const { before, page, after } = await bracketed(agent, nested.cgroup);
    assertBetween(sumOf(page, CPU, "nested"), before.cpuSeconds, after.cpuSeconds, CPU);
    assert.equal(valueOf(page, CPU, { id: nested.cgroup }), sumOf(page, CPU, "nested"));
  });
});
