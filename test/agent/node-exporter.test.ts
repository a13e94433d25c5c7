import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startAgentProcess, type AgentProcess } from "../support/agent-process.ts";
import { parseExposition, type Series } from "../support/exposition.ts";
import { startNodeExporter, type NodeExporter } from "../support/node-exporter.ts";

// Debian changed some defaults; both are told the same.
const PATTERNS = [
  "--collector.filesystem.mount-points-exclude=^/(dev|proc|sys|var/lib/docker/.+)($|/)",
  "--collector.filesystem.fs-types-exclude=^(cgroup2?|devpts|devtmpfs|mqueue|nsfs|overlay|proc|squashfs|sysfs)$",
  "--collector.diskstats.device-exclude=^(z?ram|loop)\\d+$",
  "--collector.netdev.device-exclude=^nothing-is-called-so$",
];

/** What both write about themselves, each in its own way. */
const OWN = /^node_(meta|exporter_build_info|scrape_collector_\w+|textfile_scrape_error)$/;
/** What a node_exporter newer than Debian's has. */
const NEWER = /^node_(pressure_irq_stalled_seconds_total|netstat_TcpExt_(TCPOFOQueue|TCPRcvQDrop))$/;

/** Families of node_exporter's default collectors (not of its own process) that the agent lacks, each with why. */
const LACKING: readonly (readonly [RegExp, string])[] = [
  [/^node_arp_/, "of little use on a node: what cannot be reached shows in the services' own checks"],
  [/^node_(nf_conntrack|udp_queues|softnet)_?/, "what is dropped shows in netdev and netstat"],
  [/^node_schedstat_/, "the same in seconds per processor; pressure tells of waiting"],
  [/^node_timex_/, "a system call that Node does not have; node_time_seconds shows a skewed clock"],
  [/^node_entropy_/, "never runs out since Linux 5.6"],
  [/^node_selinux_/, "a setting, not a measurement"],
  [/^node_dmi_info$/, "ballast_node_hardware_info tells it"],
  [/^node_(hwmon|thermal_zone|cooling_device|power_supply|rapl)_/, "sensors"],
  [/^node_cpu_(scaling_)?frequency_/, "the collector cpufreq: sensors too"],
  [/^node_(bonding|md|nvme|edac|infiniband|fibrechannel|tape|ipvs)_/, "hardware that few swarm nodes have"],
  [/^node_(nfs|nfsd|xfs|zfs|btrfs|bcache)_/, "one kind of storage's own counters"],
];

interface Family {
  readonly type: string;
  readonly help: string;
  readonly series: ReadonlyMap<string, Series>;
}
type Page = ReadonlyMap<string, Family>;

async function pageOf(url: string): Promise<Page> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const helps = new Map([...text.matchAll(/^# HELP (\S+) (.*)$/gm)].map(([, name, help]) => [name, help]));
  const all = parseExposition(text);
  return new Map(
    [...text.matchAll(/^# TYPE (\S+) (.*)$/gm)].map(([, name = "", type = ""]) => {
      const own = all.filter((series) => series.name === name);
      const series = new Map(own.map((each) => [keyOf(each), each] as const));
      return [name, { type, help: helps.get(name) ?? "", series }] as const;
    }),
  );
}

function keyOf({ labels }: Series): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function labelNames({ series }: Family): readonly string[] {
  const names = [...series.values()].map(({ labels }) => Object.keys(labels).sort().join(","));
  return [...new Set(names)].sort();
}

/** Ours, but for what is not node_exporter's. */
function shared(page: Page): readonly (readonly [string, Family])[] {
  return [...page].filter(([name]) => name.startsWith("node_") && !OWN.test(name) && !NEWER.test(name));
}

let agent: AgentProcess;
let peer: NodeExporter;
// The peer's page was made after the first of ours and before the second.
let first: Page;
let theirs: Page;
let second: Page;

before(async () => {
  peer = await startNodeExporter(PATTERNS);
  agent = await startAgentProcess([
    ...PATTERNS,
    "--docker.host=unix:///nonexistent.sock",
    "--sample.max-age=0s",
  ]);
  first = await pageOf(agent.url);
  theirs = await pageOf(peer.url);
  second = await pageOf(agent.url);
});

after(async () => {
  await agent.stop();
  await peer.stop();
});

describe("the host's metrics, beside a real node_exporter's", () => {
  it("have its names, types, help texts and labels", () => {
    assert.ok(shared(first).length > 150, `only ${shared(first).length} families`);
    for (const [name, family] of shared(first)) {
      const its = theirs.get(name);
      assert.ok(its !== undefined, `node_exporter has no ${name}`);
      assert.equal(family.type, its.type, name);
      assert.equal(family.help, its.help, name);
      assert.deepEqual(labelNames(family), labelNames(its), name);
    }
  });

  it("are of the same things: disks, file systems, devices, processors", () => {
    for (const [name, family] of shared(first)) {
      assert.deepEqual(
        [...family.series.keys()].sort(),
        [...(theirs.get(name)?.series.keys() ?? [])].sort(),
        name,
      );
    }
  });

  it("lack only what is left out on purpose", () => {
    const lacking = [...theirs.keys()].filter(
      (name) =>
        name.startsWith("node_") &&
        !first.has(name) &&
        !OWN.test(name) &&
        !LACKING.some(([names]) => names.test(name)),
    );
    assert.deepEqual(lacking, []);
  });

  it("leave nothing out that they have", () => {
    for (const [names, reason] of LACKING) {
      assert.deepEqual(
        [...first.keys()].filter((name) => names.test(name)),
        [],
        reason,
      );
    }
  });
});

// Gauges that nothing on a machine at rest changes.
const STANDING =
  /^node_(boot_time_seconds|cpu_count|memory_(MemTotal|SwapTotal|VmallocTotal|CommitLimit|Hugepagesize)_bytes|memory_HugePages_Total|filefd_maximum|filesystem_(size_bytes|files|readonly|device_error)|network_(up|info|mtu_bytes|speed_bytes|flags|carrier|iface_\w+|protocol_type|transmit_queue_length|address_assign_type|device_id|net_dev_group|dormant|name_assign_type)|os_\w+|uname_info|disk_info|time_(zone|clocksource)_\w+|netstat_Ip_Forwarding)$/;
// Untyped, and all of them counters but for these.
const NO_COUNTER = /^node_netstat_(Tcp_CurrEstab|Ip_Forwarding)$/;

function valuesOf(name: string, key: string): readonly [number, number, number] {
  const [low, middle, high] = [first, theirs, second].map((page) => page.get(name)?.series.get(key)?.value);
  return [low ?? Number.NaN, middle ?? Number.NaN, high ?? Number.NaN];
}

describe("the host's values, beside a real node_exporter's", () => {
  it("are the same where nothing changes", () => {
    const standing = shared(first).filter(([name]) => STANDING.test(name));
    assert.ok(standing.length > 25, `only ${standing.length} families`);
    for (const [name, { series }] of standing) {
      for (const key of series.keys()) {
        const [mine, its] = valuesOf(name, key);
        assert.equal(mine, its, `${name} ${key}`);
      }
    }
  });

  it("lie on both sides of its own where they grow", () => {
    const isCounter = ([name, { type }]: readonly [string, Family]): boolean =>
      type === "counter" || (type === "untyped" && !NO_COUNTER.test(name));
    const growing = shared(first).filter(isCounter);
    assert.ok(growing.length > 80, `only ${growing.length} families`);
    for (const [name, { series }] of growing) {
      for (const key of series.keys()) {
        const [low, its, high] = valuesOf(name, key);
        // Both divide, not in the same order.
        const slack = Math.abs(high) * 1e-12;
        assert.ok(low - slack <= its && its <= high + slack, `${name} ${key}: ${low}, ${its}, ${high}`);
      }
    }
  });

  it("are near where they go up and down", () => {
    for (const name of ["node_memory_MemAvailable_bytes", "node_memory_MemFree_bytes", "node_time_seconds"]) {
      const [low, its] = valuesOf(name, "[]");
      assert.ok(Math.abs(low - its) < its / 2, `${name}: ${low}, ${its}`);
    }
  });
});
