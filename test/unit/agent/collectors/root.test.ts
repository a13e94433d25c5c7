import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { root } from "../../../../agent/collectors/root.ts";
import { fixtureSources, seriesOf } from "../fixture.ts";

describe("root", () => {
  it("takes memory from meminfo where the root of a version 2 tree has none", async () => {
    const raw = await root.read(fixtureSources("v2"));
    assert.ok(raw);
    const lines = seriesOf(root, raw);
    assert.ok(lines.includes('container_memory_usage_bytes{id="/"} 3221225472'));
    assert.ok(lines.includes('container_memory_working_set_bytes{id="/"} 2684354560'));
    assert.ok(lines.includes('container_spec_memory_limit_bytes{id="/"} 4294967296'));
  });

  it("has the machine's disks and network", async () => {
    const raw = await root.read(fixtureSources("v1"));
    assert.ok(raw);
    const lines = seriesOf(root, raw);
    assert.ok(lines.includes('container_fs_reads_bytes_total{id="/",device="/dev/sda"} 9000000'));
    assert.ok(
      lines.some((line) => line.startsWith('container_network_receive_bytes_total{id="/",interface="eth0"}')),
    );
    assert.ok(!lines.some((line) => line.includes('interface="lo"')));
  });

  it("is the node's cgroup when the node is one, and the machine's network is not its own", async () => {
    const raw = await root.read(fixtureSources("v1", { cgroup: "/node1", cpuCores: 0.5, memoryBytes: 1e9 }));
    assert.ok(raw);
    const lines = seriesOf(root, raw);
    assert.ok(lines.includes('container_cpu_usage_seconds_total{id="/",cpu="total"} 6'));
    assert.ok(lines.includes('container_spec_memory_limit_bytes{id="/"} 1000000000'));
    assert.ok(lines.includes('container_threads{id="/"} 14'));
    assert.ok(!lines.some((line) => line.startsWith("container_network_")));
  });
});
