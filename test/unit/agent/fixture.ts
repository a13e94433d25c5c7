import { join } from "node:path";
import { pino } from "pino";
import type { Log } from "../../../common/log.ts";
import type { Collector } from "../../../agent/collectors/contract.ts";
import { openCgroups } from "../../../agent/sources/cgroup/tree.ts";
import type { ContainerIdentity, NodeIdentity } from "../../../agent/sources/docker/api.ts";
import type { Identity } from "../../../agent/sources/docker/identity.ts";
import { createFiles } from "../../../agent/sources/files.ts";
import { createNode, type NodeOptions } from "../../../agent/sources/node.ts";
import type { Sources } from "../../../agent/sources/sources.ts";
import type { SpaceUse } from "../../../agent/sources/statfs.ts";

/** The three containers of the fixture trees in test/fixtures/agent. */
export const WEB = `aaaa${"1b".repeat(30)}`;
export const PLAIN = `bbbb${"2c".repeat(30)}`;
export const NEIGHBOUR = `c0ffee${"0d".repeat(29)}`;

export const SILENT: Log = pino({ enabled: false });

export const NODE: NodeIdentity = { name: "node1", swarmNodeId: "n0de1d" };

export const WEB_IDENTITY: ContainerIdentity = {
  name: "shop_web.1.t4sk1d",
  image: 'shop/web:1.2@sha256:"quoted"',
  labels: {
    "com.docker.swarm.node.id": "n0de1d",
    "com.docker.swarm.service.id": "s3rv1ce1d",
    "com.docker.swarm.service.name": "shop_web",
    "com.docker.swarm.task.id": "t4sk1d",
    "com.docker.swarm.task.name": "shop_web.1.t4sk1d",
    "com.docker.stack.namespace": "shop",
    "com.example.other": "not exported",
  },
  startedAt: 1_700_000_100,
  pid: 4711,
  hostNetwork: false,
  health: "healthy",
};

export const PLAIN_IDENTITY: ContainerIdentity = {
  name: "plain",
  image: "busybox",
  labels: {},
  startedAt: 1_700_000_200,
  pid: 4712,
  hostNetwork: true,
  health: null,
};

export const SPACE: SpaceUse = { size: 1000, free: 600, avail: 500, files: 100, filesFree: 90 };

export function fixtureRoot(host: string): string {
  return join(import.meta.dirname, "../../fixtures/agent", host);
}

/** An identity that knows what it is given and never asks anyone. */
export function knownIdentity(
  known: Readonly<Record<string, ContainerIdentity>>,
  node: NodeIdentity | null = NODE,
): Identity {
  return {
    up: true,
    age: 0,
    node,
    container: (id) => known[id] ?? null,
    onChange: () => undefined,
    learn: () => Promise.resolve(),
    follow: () => Promise.resolve(),
  };
}

/** A clock that stands until it is moved. */
export function standingClock(): Sources["clock"] & { at: number } {
  const clock = { at: 0, now: () => 1_700_001_000 + clock.at, monotonic: () => clock.at };
  return clock;
}

/** A fixture host as the agent's sources, every part replaceable. */
export function fixtureSources(
  host: string,
  node: NodeOptions = { cgroup: null, cpuCores: null, memoryBytes: null },
  parts: Partial<Sources> = {},
): Sources {
  const cgroups = parts.cgroups === undefined ? openCgroups(join(fixtureRoot(host), "sys")) : parts.cgroups;
  return {
    procfs: createFiles(join(fixtureRoot(host), "proc")),
    sysfs: createFiles(join(fixtureRoot(host), "sys")),
    rootfs: createFiles(join(fixtureRoot(host), "rootfs")),
    udev: createFiles(join(fixtureRoot(host), "udev")),
    cgroups,
    node: createNode(node, cgroups),
    identity: knownIdentity({ [WEB]: WEB_IDENTITY, [PLAIN]: PLAIN_IDENTITY }),
    system: {
      sysname: "Linux",
      release: "6.1.0",
      version: "#1 SMP",
      machine: "x86_64",
      hostname: "f00ba4",
      pageSize: 4096,
      zone: () => ({ name: "UTC", offsetSeconds: 0 }),
    },
    clock: standingClock(),
    ...parts,
  };
}

/** One series per line, `name{labels} value`: short to write down and to compare. */
export function seriesOf<Raw>(collector: Collector<Raw>, raw: Raw): readonly string[] {
  return collector.parse(raw).flatMap(({ name, points }) =>
    points.map(({ value, labels, shared }) => {
      const pairs = Object.entries({ ...shared, ...labels }).map(([key, text]) => `${key}="${text}"`);
      return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}`;
    }),
  );
}
