import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { nodeCgroup } from "../../../../agent/collectors/node_cgroup.ts";
import { createIdleMeter } from "../../../../agent/sources/node.ts";
import { fixtureSources, seriesOf, standingClock } from "../fixture.ts";

describe("a node that is a cgroup", () => {
  it("has the cgroup's use and the configured capacity", async () => {
    const sources = fixtureSources("v1", { cgroup: "/node1", cpuCores: 0.5, memoryBytes: 1_000_000_000 });
    const raw = await nodeCgroup.read(sources);
    assert.ok(raw);
    assert.deepEqual(seriesOf(nodeCgroup, raw), [
      'node_cpu_seconds_total{cpu="0",mode="user"} 4',
      'node_cpu_seconds_total{cpu="0",mode="system"} 2',
      'node_cpu_seconds_total{cpu="0",mode="idle"} 0',
      "node_memory_MemTotal_bytes 1000000000",
      "node_memory_MemFree_bytes 720000000",
      "node_memory_MemAvailable_bytes 720000000",
    ]);
  });

  it("never has less than no memory left", async () => {
    const raw = await nodeCgroup.read(
      fixtureSources("v1", { cgroup: "/node1", cpuCores: 1, memoryBytes: 1000 }),
    );
    assert.ok(raw);
    assert.ok(seriesOf(nodeCgroup, raw).includes("node_memory_MemAvailable_bytes 0"));
  });

  it("counts what its capacity leaves unused as idle", async () => {
    const clock = standingClock();
    const sources = fixtureSources("v1", { cgroup: "/node1", cpuCores: 0.5, memoryBytes: null }, { clock });
    await nodeCgroup.read(sources);
    clock.at = 10;
    const raw = await nodeCgroup.read(sources);
    assert.equal(raw?.idleSeconds, 5);
  });
});

describe("capacity", () => {
  it("is the cgroup's limits when none is configured", () => {
    const sources = fixtureSources("v2", {
      cgroup: "/system.slice/docker-aaaa" + "1b".repeat(30) + ".scope",
      cpuCores: null,
      memoryBytes: null,
    });
    assert.deepEqual(sources.node.capacity(sources.procfs), { cpuCores: 0.5, memoryBytes: 268_435_456 });
  });

  it("is the machine's when the cgroup has no limits", () => {
    const sources = fixtureSources("v1", { cgroup: "/node1", cpuCores: null, memoryBytes: null });
    assert.deepEqual(sources.node.capacity(sources.procfs), { cpuCores: 2, memoryBytes: 4_294_967_296 });
  });
});

describe("the idle meter", () => {
  it("never goes back, and owes nothing after use beyond the capacity", () => {
    const meter = createIdleMeter();
    meter.advance(100, 0.5, 0);
    assert.equal(meter.advance(120, 0.5, 10), 0);
    assert.equal(meter.advance(121, 0.5, 20), 4);
  });

  it("takes a count that starts anew for what it is", () => {
    const meter = createIdleMeter();
    meter.advance(100, 1, 0);
    assert.equal(meter.advance(3, 1, 10), 7);
  });
});
