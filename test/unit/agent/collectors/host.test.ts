import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { loadavg } from "../../../../agent/collectors/loadavg.ts";
import { machine } from "../../../../agent/collectors/machine.ts";
import { meminfo } from "../../../../agent/collectors/meminfo.ts";
import { meta } from "../../../../agent/collectors/meta.ts";
import { os } from "../../../../agent/collectors/os.ts";
import { time } from "../../../../agent/collectors/time.ts";
import { uname } from "../../../../agent/collectors/uname.ts";
import { createFiles } from "../../../../agent/sources/files.ts";
import { parseOsRelease } from "../../../../agent/sources/os_release.ts";
import { parsePageSize, readSystem } from "../../../../agent/sources/system.ts";
import { createZone, zoneOf } from "../../../../agent/sources/zone.ts";
import { fixtureSources, knownIdentity, seriesOf } from "../fixture.ts";

const NOWHERE = createFiles("/nowhere");

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
  it("tells the sample's moment, the zone and what the machine tells time by", async () => {
    const raw = await time.read(fixtureSources("v1"));
    assert.ok(raw !== null);
    assert.deepEqual(seriesOf(time, raw), [
      "node_time_seconds 1700001000",
      'node_time_zone_offset_seconds{time_zone="UTC"} 0',
      'node_time_clocksource_available_info{device="0",clocksource="tsc"} 1',
      'node_time_clocksource_available_info{device="0",clocksource="kvm-clock"} 1',
      'node_time_clocksource_current_info{device="0",clocksource="tsc"} 1',
    ]);
  });

  it("omits the clock sources where sysfs has none", async () => {
    const raw = await time.read(fixtureSources("v1", undefined, { sysfs: NOWHERE }));
    assert.deepEqual(raw?.clocksources, []);
  });
});

describe("the time zone", () => {
  it("has the name of its season, which the offset tells", () => {
    const berlin = "CET-1CEST,M3.5.0,M10.5.0/3";
    assert.deepEqual(zoneOf(berlin, 3600), { name: "CET", offsetSeconds: 3600 });
    assert.deepEqual(zoneOf(berlin, 7200), { name: "CEST", offsetSeconds: 7200 });
    assert.equal(zoneOf("EST5EDT,M3.2.0,M11.1.0", -18_000).name, "EST");
    assert.equal(zoneOf("IST-5:30", 19_800).name, "IST");
    assert.equal(zoneOf("<+0330>-3:30", 12_600).name, "+0330");
    assert.equal(zoneOf("UTC0", 0).name, "UTC");
  });

  it("is called by its offset where no rule is to be read", () => {
    assert.deepEqual(
      [0, 3600, -12_600].map((offset) => zoneOf("", offset).name),
      ["UTC", "+01", "-0330"],
    );
    assert.equal(createZone({ TZ: "No/Such_Zone" })(0).name.length > 0, true);
  });
});

describe("uname", () => {
  it("takes the node's name from the daemon, because the system call answers with the container's", async () => {
    const raw = await uname.read(fixtureSources("v1"));
    assert.equal(raw?.nodename, "node1");
  });

  it("falls back on the system call without a daemon", async () => {
    const raw = await uname.read(fixtureSources("v1", undefined, { identity: knownIdentity({}, null) }));
    assert.ok(raw !== null);
    assert.deepEqual(seriesOf(uname, raw), [
      'node_uname_info{sysname="Linux",release="6.1.0",version="#1 SMP",machine="x86_64",nodename="f00ba4",domainname="(none)"} 1',
    ]);
  });
});

describe("os", () => {
  it("tells distribution and version, an unknown label empty as node_exporter does", async () => {
    const raw = await os.read(fixtureSources("v1"));
    assert.ok(raw !== null);
    const empty = ["image_id", "image_version"].map((label) => `${label}=""`).join(",");
    assert.deepEqual(seriesOf(os, raw), [
      `node_os_info{build_id="",id="debian",id_like="",${empty},name="Debian GNU/Linux",` +
        'pretty_name="Debian GNU/Linux 12 (bookworm)",variant="",variant_id="",version="12 (bookworm)",' +
        'version_codename="bookworm",version_id="12"} 1',
      'node_os_version{id="debian",id_like="",name="Debian GNU/Linux"} 12',
    ]);
  });

  it("omits the version of a distribution that has none, and keeps major and minor of one that has more", () => {
    assert.equal(seriesOf(os, "ID=arch\nNAME=Arch\n").length, 1);
    assert.match(seriesOf(os, "ID=alpine\nVERSION_ID=3.20.3\n")[1] ?? "", / 3\.2$/);
  });

  it("has no data without a host's root", async () => {
    assert.equal(await os.read(fixtureSources("v1", undefined, { rootfs: NOWHERE })), null);
  });

  it("reads values as a shell would", () => {
    const text = '# NO=comment\nA=plain\nB="quo\\"ted \\$x"\nC=\'sin\\gle\'\nnonsense\nD=\n';
    assert.deepEqual(
      [...parseOsRelease(text)],
      [
        ["A", "plain"],
        ["B", 'quo"ted $x'],
        ["C", "sin\\gle"],
        ["D", ""],
      ],
    );
  });
});

describe("the system's facts", () => {
  it("hold the page size that the kernel hands to every process", () => {
    const auxv = Buffer.alloc(48);
    for (const [at, word] of [33n, 7n, 6n, 65_536n, 0n, 0n].entries()) auxv.writeBigUInt64LE(word, at * 8);
    assert.equal(parsePageSize(auxv), 65_536);
    assert.equal(parsePageSize(Buffer.alloc(8)), null);
    assert.ok(Number.isInteger(Math.log2(readSystem().pageSize)));
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
    assert.equal(machine.read(fixtureSources("v1", undefined, { procfs: NOWHERE })), null);
  });
});
