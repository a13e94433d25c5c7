import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cpu } from "../../../../agent/collectors/cpu.ts";
import { elsewhere } from "../../../../agent/collectors/elsewhere.ts";
import { loadavg } from "../../../../agent/collectors/loadavg.ts";
import { machine } from "../../../../agent/collectors/machine.ts";
import { meminfo } from "../../../../agent/collectors/meminfo.ts";
import { meta } from "../../../../agent/collectors/meta.ts";
import { time } from "../../../../agent/collectors/time.ts";
import { uname } from "../../../../agent/collectors/uname.ts";
import { createFiles } from "../../../../agent/sources/files.ts";
import { fixtureSources, knownIdentity, seriesOf } from "../fixture.ts";

describe("cpu", () => {
  it("tells seconds per processor and mode, and leaves the sum line out", () => {
    assert.deepEqual(seriesOf(cpu, "cpu  9 9 9 9 9 9 9 9\ncpu0 250 1 100 4000 30 0 5 4 50 0\nintr 1\n"), [
      'node_cpu_seconds_total{cpu="0",mode="user"} 2.5',
      'node_cpu_seconds_total{cpu="0",mode="nice"} 0.01',
      'node_cpu_seconds_total{cpu="0",mode="system"} 1',
      'node_cpu_seconds_total{cpu="0",mode="idle"} 40',
      'node_cpu_seconds_total{cpu="0",mode="iowait"} 0.3',
      'node_cpu_seconds_total{cpu="0",mode="irq"} 0',
      'node_cpu_seconds_total{cpu="0",mode="softirq"} 0.05',
      'node_cpu_seconds_total{cpu="0",mode="steal"} 0.04',
    ]);
  });

  it("leaves out what an old kernel does not count", () => {
    assert.equal(seriesOf(cpu, "cpu0 1 2 3 4\n").length, 4);
  });

  it("is a counter", () => {
    assert.equal(cpu.parse("")[0]?.type, "counter");
  });
});

describe("meminfo", () => {
  it("writes every field as node_exporter does", () => {
    assert.deepEqual(
      seriesOf(meminfo, "MemTotal:   4 kB\nActive(anon):  2 kB\nHugePages_Total:   3\nnonsense\n"),
      [
        "node_memory_MemTotal_bytes 4096",
        "node_memory_Active_anon_bytes 2048",
        "node_memory_HugePages_Total 3",
      ],
    );
  });
});

describe("loadavg", () => {
  it("tells the three averages", () => {
    assert.deepEqual(seriesOf(loadavg, "0.42 0.31 0.27 1/180 4321\n"), [
      "node_load1 0.42",
      "node_load5 0.31",
      "node_load15 0.27",
    ]);
  });
});

describe("time", () => {
  it("tells the sample's moment and the boot", () => {
    const series = ["node_time_seconds 12.5", "node_boot_time_seconds 1700000000"];
    assert.deepEqual(seriesOf(time, { now: 12.5, stat: "ctxt 1\nbtime 1700000000\n" }), series);
  });

  it("omits the boot where nothing tells it", () => {
    assert.deepEqual(seriesOf(time, { now: 1, stat: null }), ["node_time_seconds 1"]);
  });
});

describe("uname", () => {
  it("takes the node's name from the daemon, because the system call answers with the container's", async () => {
    const raw = await uname.read(fixtureSources("v1"));
    assert.equal(raw?.nodename, "node1");
  });

  it("falls back on the system call without a daemon", async () => {
    const raw = await uname.read(fixtureSources("v1", undefined, { identity: knownIdentity({}, null) }));
    assert.equal(raw?.nodename, "f00ba4");
  });
});

describe("meta", () => {
  it("joins by three labels", () => {
    assert.deepEqual(seriesOf(meta, { name: "node1", swarmNodeId: "abc" }), [
      'node_meta{node_id="abc",node_name="node1",container_label_com_docker_swarm_node_id="abc"} 1',
    ]);
  });

  it("has no data outside a swarm", () => {
    const identity = knownIdentity({}, { name: "lonely", swarmNodeId: "" });
    assert.equal(meta.read(fixtureSources("v1", undefined, { identity })), null);
  });
});

describe("machine", () => {
  it("tells what the machine has", () => {
    assert.deepEqual(machine.read(fixtureSources("v1")), { cpuCores: 2, memoryBytes: 4_294_967_296 });
  });

  it("has no data without procfs", () => {
    assert.equal(machine.read(fixtureSources("v1", undefined, { procfs: createFiles("/nowhere") })), null);
  });
});

describe("elsewhere", () => {
  it("has no data where there is a procfs", async () => {
    assert.equal(await elsewhere.read(fixtureSources("v1")), null);
  });

  it("writes milliseconds as seconds", () => {
    const raw = {
      cpus: [{ rawLoadUser: 1500, rawLoadSystem: 500, rawLoadIdle: 8000 }],
      memory: { total: 100, available: 40 },
    };
    assert.deepEqual(seriesOf(elsewhere, raw), [
      'node_cpu_seconds_total{cpu="0",mode="user"} 1.5',
      'node_cpu_seconds_total{cpu="0",mode="system"} 0.5',
      'node_cpu_seconds_total{cpu="0",mode="idle"} 8',
      "node_memory_MemTotal_bytes 100",
      "node_memory_MemAvailable_bytes 40",
    ]);
  });
});
