import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Account } from "../../../../agent/collectors/container_account.ts";
import { createContainer } from "../../../../agent/collectors/container.ts";
import { createLabelsOf } from "../../../../agent/collectors/container_labels.ts";
import type { ContainerIdentity } from "../../../../agent/sources/docker/api.ts";
import type { Sources } from "../../../../agent/sources/sources.ts";
import {
  fixtureSources,
  knownIdentity,
  NEIGHBOUR,
  PLAIN,
  PLAIN_IDENTITY,
  seriesOf,
  WEB,
  WEB_IDENTITY,
} from "../fixture.ts";
import { treeOf } from "./container_fixture.ts";

const EVERY = (): boolean => true;

/** What a new collector finds, with no labels of whose it is but the cgroup. */
async function linesOf(sources: Sources): Promise<readonly string[] | null> {
  const collector = createContainer(EVERY, createLabelsOf([]));
  const raw = await collector.read(sources);
  if (raw === null) return null;
  return seriesOf(
    collector,
    raw.map((account) => ({ ...account, labels: { id: account.labels["id"] ?? "" } })),
  );
}

/** The series of one container of a fixture, without even that. */
async function seriesOfOne(host: string, id: string): Promise<readonly string[]> {
  const collector = createContainer(EVERY, createLabelsOf([]));
  const raw = await collector.read(fixtureSources(host));
  const accounts = raw?.filter(({ labels }) => labels["id"]?.includes(id)) ?? [];
  return seriesOf(
    collector,
    accounts.map((account) => ({ ...account, labels: {} })),
  );
}

function idsOf(accounts: readonly Account[] | null): readonly string[] {
  return (accounts ?? []).map(({ labels }) => labels["id"] ?? "");
}

describe("container", () => {
  it("tells of a version 1 container all that its files tell", async () => {
    assert.deepEqual(await seriesOfOne("v1", WEB), [
      'container_cpu_usage_seconds_total{cpu="total"} 5.25',
      "container_cpu_user_seconds_total 3.75",
      "container_cpu_system_seconds_total 1.5",
      "container_cpu_cfs_periods_total 100",
      "container_cpu_cfs_throttled_periods_total 7",
      "container_cpu_cfs_throttled_seconds_total 1.5",
      "container_memory_usage_bytes 200000000",
      "container_memory_working_set_bytes 190000000",
      "container_memory_rss 150000000",
      "container_memory_cache 50000000",
      "container_memory_mapped_file 20000000",
      "container_memory_swap 4096",
      "container_memory_max_usage_bytes 210000000",
      "container_memory_failcnt 5",
      "container_oom_events_total 2",
      "container_threads 3",
      "container_threads_max 100",
      "container_spec_memory_limit_bytes 268435456",
      "container_spec_cpu_quota 50000",
      "container_spec_cpu_period 100000",
      "container_spec_cpu_shares 1024",
      "container_start_time_seconds 1700000100",
      "container_last_seen 1700001000",
      "container_health_state 1",
      'container_memory_failures_total{failure_type="pgfault",scope="container"} 30000',
      'container_memory_failures_total{failure_type="pgmajfault",scope="container"} 30',
      'container_memory_failures_total{failure_type="pgfault",scope="hierarchy"} 60000',
      'container_memory_failures_total{failure_type="pgmajfault",scope="hierarchy"} 60',
      'container_fs_reads_bytes_total{device="/dev/sda"} 2000000',
      'container_fs_reads_bytes_total{device="8:16"} 70',
      'container_fs_writes_bytes_total{device="/dev/sda"} 1500000',
      'container_fs_writes_bytes_total{device="8:16"} 60',
      'container_fs_reads_total{device="/dev/sda"} 200',
      'container_fs_reads_total{device="8:16"} 7',
      'container_fs_writes_total{device="/dev/sda"} 150',
      'container_fs_writes_total{device="8:16"} 6',
      'container_network_receive_bytes_total{interface="eth0"} 7000000',
      'container_network_receive_bytes_total{interface="eth1"} 50',
      'container_network_receive_packets_total{interface="eth0"} 5000',
      'container_network_receive_packets_total{interface="eth1"} 5',
      'container_network_receive_errors_total{interface="eth0"} 1',
      'container_network_receive_errors_total{interface="eth1"} 0',
      'container_network_receive_packets_dropped_total{interface="eth0"} 2',
      'container_network_receive_packets_dropped_total{interface="eth1"} 0',
      'container_network_transmit_bytes_total{interface="eth0"} 3000000',
      'container_network_transmit_bytes_total{interface="eth1"} 60',
      'container_network_transmit_packets_total{interface="eth0"} 4000',
      'container_network_transmit_packets_total{interface="eth1"} 6',
      'container_network_transmit_errors_total{interface="eth0"} 3',
      'container_network_transmit_errors_total{interface="eth1"} 0',
      'container_network_transmit_packets_dropped_total{interface="eth0"} 4',
      'container_network_transmit_packets_dropped_total{interface="eth1"} 0',
    ]);
  });

  it("tells of a version 2 container the pressure too, but no count of limit hits", async () => {
    const v1 = await seriesOfOne("v1", WEB);
    const v2 = await seriesOfOne("v2", WEB);
    assert.deepEqual(
      v2.filter((line) => !v1.includes(line)),
      [
        "container_spec_cpu_shares 998",
        "container_pressure_cpu_waiting_seconds_total 2.5",
        "container_pressure_cpu_stalled_seconds_total 1.5",
        "container_pressure_memory_waiting_seconds_total 0.1",
        "container_pressure_memory_stalled_seconds_total 0.05",
        "container_pressure_io_waiting_seconds_total 0.2",
        "container_pressure_io_stalled_seconds_total 0.15",
        'container_memory_failures_total{failure_type="pgfault",scope="container"} 60000',
        'container_memory_failures_total{failure_type="pgmajfault",scope="container"} 60',
      ],
    );
    assert.deepEqual(
      v1.filter((line) => !v2.includes(line)).map((line) => line.split(/[ {]/, 1)[0]),
      [
        "container_memory_failcnt",
        "container_spec_cpu_shares",
        "container_memory_failures_total",
        "container_memory_failures_total",
      ],
    );
  });

  it("omits what has no source: it is not zero", async () => {
    assert.deepEqual(await seriesOfOne("v2", PLAIN), [
      'container_cpu_usage_seconds_total{cpu="total"} 0.75',
      "container_cpu_user_seconds_total 0.5",
      "container_cpu_system_seconds_total 0.25",
      "container_memory_usage_bytes 100000000",
      "container_memory_working_set_bytes 90000000",
      "container_memory_rss 90000000",
      "container_memory_cache 10000000",
      "container_spec_memory_limit_bytes 0",
      "container_spec_cpu_period 100000",
      "container_spec_cpu_shares 2597",
      "container_start_time_seconds 1700000200",
      "container_last_seen 1700001000",
    ]);
  });

  it("says whose a container's series are, with the labels that are meant for it and no others", async () => {
    const identity = knownIdentity({ [WEB]: { ...WEB_IDENTITY, image: "web:1" } });
    const cgroups = treeOf({ [`/docker/${WEB}`]: { "memory.current": "1" } });
    const collector = createContainer(EVERY, createLabelsOf(["com.example.other"]));
    const raw = await collector.read(fixtureSources("v2", undefined, { identity, cgroups }));
    assert.ok(raw);
    const labels = [
      `id="/docker/${WEB}"`,
      'name="shop_web.1.t4sk1d"',
      'image="web:1"',
      'container_label_com_docker_swarm_node_id="n0de1d"',
      'container_label_com_docker_swarm_service_id="s3rv1ce1d"',
      'container_label_com_docker_swarm_service_name="shop_web"',
      'container_label_com_docker_swarm_task_id="t4sk1d"',
      'container_label_com_docker_swarm_task_name="shop_web.1.t4sk1d"',
      'container_label_com_docker_stack_namespace="shop"',
      'container_label_com_example_other="not exported"',
    ].join(",");
    assert.equal(seriesOf(collector, raw)[0], `container_memory_usage_bytes{${labels}} 1`);
  });

  it("exports a container outside the swarm without swarm labels, and one that Docker does not know by its cgroup", async () => {
    const identity = knownIdentity({ [WEB]: PLAIN_IDENTITY });
    const cgroups = treeOf({ "/x": { "memory.current": "1" }, "/y": { "memory.current": "2" } });
    const collector = createContainer(EVERY, createLabelsOf([]));
    const raw = await collector.read(fixtureSources("v2", undefined, { identity, cgroups }));
    assert.ok(raw);
    assert.deepEqual(seriesOf(collector, raw).slice(0, 2), [
      'container_memory_usage_bytes{id="/x",name="plain",image="busybox"} 1',
      'container_memory_usage_bytes{id="/y"} 2',
    ]);
  });

  it("shows those whose names pass, and those without a name", async () => {
    const identity = knownIdentity({ [WEB]: WEB_IDENTITY });
    const cgroups = treeOf({ "/web": { "memory.current": "1" }, "/other": { "memory.current": "1" } });
    const collector = createContainer((name) => name === "plain", createLabelsOf([]));
    const raw = await collector.read(fixtureSources("v2", undefined, { identity, cgroups }));
    assert.deepEqual(idsOf(raw), ["/other"]);
  });

  for (const [health, value] of [
    ["healthy", 1],
    ["starting", 0],
    ["unhealthy", 0],
  ] as const) {
    it(`writes ${health} as ${value}`, async () => {
      const identity = knownIdentity({ [WEB]: { ...WEB_IDENTITY, health } });
      const cgroups = treeOf({ "/web": { "memory.current": "1" } });
      const lines = await linesOf(fixtureSources("v2", undefined, { identity, cgroups }));
      assert.ok(lines?.includes(`container_health_state{id="/web"} ${value}`));
    });
  }

  it("does not take the host's devices, nor bridges within, for a container's own network", async () => {
    const labelsOf = createLabelsOf([]);
    const dev =
      "h\nh\n lo: 1 0 0 0 0 0 0 0 1 0 0 0 0 0 0 0\nveth1: 2 0 0 0 0 0 0 0 2 0 0 0 0 0 0 0\neth0:3 0 0 0 0 0 0 0 4 0 0 0 0 0 0 0\n";
    const shownOf = async (who: Partial<ContainerIdentity>): Promise<readonly string[]> => {
      const sources = fixtureSources("v2", undefined, {
        identity: knownIdentity({ [WEB]: { ...WEB_IDENTITY, ...who } }),
        cgroups: treeOf({ "/web": { "memory.current": "1" } }),
      });
      const procfs = { ...sources.procfs, read: (path: string) => (path === "4711/net/dev" ? dev : null) };
      const raw = await createContainer(EVERY, labelsOf).read({ ...sources, procfs });
      return raw?.flatMap(({ traffic }) => traffic.map(({ labels }) => labels["interface"] ?? "")) ?? [];
    };
    assert.deepEqual(await shownOf({}), ["eth0"]);
    assert.deepEqual(await shownOf({ hostNetwork: true }), []);
    assert.deepEqual(await shownOf({ pid: null }), []);
    assert.deepEqual(await shownOf({ pid: 1234 }), []);
  });

  it("asks who is who before it reads, unless all are known", async () => {
    const asked: string[][] = [];
    const learn = (ids: readonly string[]): Promise<void> => {
      asked.push([...ids].sort());
      return Promise.resolve();
    };
    const collector = createContainer(EVERY, createLabelsOf([]));
    await collector.read(fixtureSources("v2", undefined, { identity: { ...knownIdentity({}), learn } }));
    assert.deepEqual(asked, [[WEB, PLAIN].sort()]);
    const known = knownIdentity({ [WEB]: WEB_IDENTITY, [PLAIN]: PLAIN_IDENTITY });
    await collector.read(fixtureSources("v2", undefined, { identity: { ...known, learn } }));
    assert.equal(asked.length, 1);
  });

  it("finds the containers of both drivers under version 2, and nothing inside of one", async () => {
    const raw = await createContainer(EVERY, createLabelsOf([])).read(fixtureSources("v2"));
    assert.deepEqual([...idsOf(raw)].sort(), [
      `/system.slice/docker-${WEB}.scope`,
      `/user.slice/user-1000.slice/docker-${PLAIN}.scope`,
    ]);
  });

  it("looks below the node's cgroup only: the neighbours' containers are not ours", async () => {
    const all = await createContainer(EVERY, createLabelsOf([])).read(fixtureSources("v1"));
    assert.equal(all?.length, 3);
    assert.ok(idsOf(all).some((cgroup) => cgroup.endsWith(NEIGHBOUR)));
    const ours = await createContainer(EVERY, createLabelsOf([])).read(
      fixtureSources("v1", { cgroup: "/node1", cpuCores: null, memoryBytes: null }),
    );
    assert.deepEqual([...idsOf(ours)].sort(), [`/node1/${WEB}`, `/node1/${PLAIN}`]);
  });

  it("has no data without control groups", async () => {
    assert.equal(await linesOf(fixtureSources("v1", undefined, { cgroups: null })), null);
  });
});
