import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { containers } from "../../../../agent/collectors/containers.ts";
import { root } from "../../../../agent/collectors/root.ts";
import type { CgroupTree } from "../../../../agent/sources/cgroup/tree.ts";
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

const V2_TEXTS = { "cpu.stat": "usage_usec 1500000\n", "memory.current": "4096\n" };

function namesOf(lines: readonly string[], metric: string): readonly string[] {
  return lines
    .filter((line) => line.startsWith(`${metric}{`))
    .map((line) => /\bid="([^"]*)"/.exec(line)?.[1] ?? "");
}

describe("containers", () => {
  it("says whose a container's series are, with the labels that are meant for it and no others", () => {
    const lines = seriesOf(containers, {
      version: 2,
      now: 100,
      containers: [
        { cgroup: `/docker/${WEB}`, texts: V2_TEXTS, identity: { ...WEB_IDENTITY, image: "web:1" } },
      ],
    });
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
    ].join(",");
    assert.deepEqual(lines, [
      `container_cpu_usage_seconds_total{${labels},cpu="total"} 1.5`,
      `container_memory_usage_bytes{${labels}} 4096`,
      `container_start_time_seconds{${labels}} 1700000100`,
      `container_last_seen{${labels}} 100`,
    ]);
  });

  it("exports containers outside the swarm, without swarm labels", () => {
    const lines = seriesOf(containers, {
      version: 2,
      now: 1,
      containers: [{ cgroup: "/x", texts: { "memory.current": "1" }, identity: PLAIN_IDENTITY }],
    });
    assert.equal(lines[0], 'container_memory_usage_bytes{id="/x",name="plain",image="busybox"} 1');
  });

  it("exports a container that Docker does not know by its cgroup alone", () => {
    const texts = { "memory.current": "1" };
    const lines = seriesOf(containers, {
      version: 2,
      now: 1,
      containers: [{ cgroup: "/x", texts, identity: null }],
    });
    assert.deepEqual(lines, ['container_memory_usage_bytes{id="/x"} 1', 'container_last_seen{id="/x"} 1']);
  });

  it("skips a container that vanished between the walk and the read", async () => {
    const gone: CgroupTree = {
      version: 2,
      containers: () => [
        { id: WEB, cgroup: "/web" },
        { id: PLAIN, cgroup: "/plain" },
      ],
      read: (cgroup) => (cgroup === "/web" ? {} : V2_TEXTS),
    };
    const raw = await containers.read(fixtureSources("v2", undefined, { cgroups: gone }));
    assert.ok(raw);
    assert.deepEqual(namesOf(seriesOf(containers, raw), "container_last_seen"), ["/plain"]);
  });

  it("finds the containers of both drivers under version 2, and nothing inside of one", async () => {
    const raw = await containers.read(fixtureSources("v2"));
    assert.deepEqual(raw?.containers.map(({ cgroup }) => cgroup).sort(), [
      `/system.slice/docker-${WEB}.scope`,
      `/user.slice/user-1000.slice/docker-${PLAIN}.scope`,
    ]);
  });

  it("looks below the node's cgroup only: the neighbours' containers are not ours", async () => {
    const all = await containers.read(fixtureSources("v1"));
    assert.equal(all?.containers.length, 3);
    assert.ok(all.containers.some(({ cgroup }) => cgroup.endsWith(NEIGHBOUR)));
    const ours = await containers.read(
      fixtureSources("v1", { cgroup: "/node1", cpuCores: null, memoryBytes: null }),
    );
    assert.deepEqual(ours?.containers.map(({ cgroup }) => cgroup).sort(), [
      `/node1/${WEB}`,
      `/node1/${PLAIN}`,
    ]);
  });

  it("asks who is who before it reads", async () => {
    const asked: string[][] = [];
    const identity = {
      ...knownIdentity({}),
      learn: (ids: readonly string[]) => {
        asked.push([...ids].sort());
        return Promise.resolve();
      },
    };
    await containers.read(fixtureSources("v2", undefined, { identity }));
    assert.deepEqual(asked, [[WEB, PLAIN].sort()]);
  });

  it("has no data without control groups", async () => {
    assert.equal(await containers.read(fixtureSources("v1", undefined, { cgroups: null })), null);
  });
});

describe("root", () => {
  it("takes memory from meminfo where the root of a version 2 tree has none", async () => {
    const raw = await root.read(fixtureSources("v2"));
    assert.ok(raw);
    const lines = seriesOf(root, raw);
    assert.ok(lines.includes('container_memory_usage_bytes{id="/"} 3221225472'));
    assert.ok(lines.includes('container_memory_working_set_bytes{id="/"} 2684354560'));
    assert.ok(lines.includes('container_spec_memory_limit_bytes{id="/"} 4294967296'));
  });

  it("is the node's cgroup when the node is one", async () => {
    const raw = await root.read(fixtureSources("v1", { cgroup: "/node1", cpuCores: 0.5, memoryBytes: 1e9 }));
    assert.ok(raw);
    const lines = seriesOf(root, raw);
    assert.ok(lines.includes('container_cpu_usage_seconds_total{id="/",cpu="total"} 6'));
    assert.ok(lines.includes('container_spec_memory_limit_bytes{id="/"} 1000000000'));
  });
});
