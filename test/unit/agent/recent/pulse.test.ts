import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, it } from "node:test";
import { createRecentPage } from "../../../../agent/recent/page.ts";
import { createPulse, type Pulse } from "../../../../agent/recent/pulse.ts";
import { openCgroups } from "../../../../agent/sources/cgroup/tree.ts";
import { createFiles } from "../../../../agent/sources/files.ts";
import type { NodeOptions } from "../../../../agent/sources/node.ts";
import type { Sources } from "../../../../agent/sources/sources.ts";
import { createCgroupFolder, type CgroupFigures, type CgroupFolder } from "../../../support/cgroup-folder.ts";
import { fixtureSources, knownIdentity, SILENT, standingClock, WEB, WEB_IDENTITY } from "../fixture.ts";

const FIGURES: CgroupFigures = {
  cpuSeconds: 10,
  memoryBytes: 5000,
  inactiveFileBytes: 1000,
  readBytes: 100,
  writtenBytes: 200,
};
const CGROUP = `/docker/${WEB}`;
const MACHINE: NodeOptions = { cgroup: null, cpuCores: null, memoryBytes: null };

const folders: string[] = [];

interface World {
  readonly tree: CgroupFolder;
  readonly procfs: string;
  readonly clock: ReturnType<typeof standingClock>;
  readonly sources: Sources;
  readonly pulse: Pulse;
}

function worldOf(version: 1 | 2, node: NodeOptions = MACHINE): World {
  const folder = mkdtempSync(join(tmpdir(), "ballast-pulse-"));
  folders.push(folder);
  const tree = createCgroupFolder(join(folder, "sys"), version);
  const procfs = join(folder, "proc");
  mkdirSync(procfs);
  tree.write(CGROUP, FIGURES);
  const clock = standingClock();
  const sources = fixtureSources("v1", node, {
    cgroups: openCgroups(tree.sysfs),
    procfs: createFiles(procfs),
    identity: knownIdentity({ [WEB]: WEB_IDENTITY }),
    clock,
  });
  return { tree, procfs, clock, sources, pulse: createPulse({ sources, disks: () => true, log: SILENT }) };
}

function writeNetwork({ procfs }: World, received: number, sent: number): void {
  const folder = join(procfs, String(WEB_IDENTITY.pid), "net");
  mkdirSync(folder, { recursive: true });
  const line = (device: string, a: number, b: number): string =>
    `${device}: ${a} 1 0 0 0 0 0 0 ${b} 1 0 0 0 0 0 0\n`;
  writeFileSync(
    join(folder, "dev"),
    `Inter-|\n face |\n${line("   lo", 9999, 9999)}${line(" eth0", received, sent)}`,
  );
}

for (const version of [1, 2] as const) {
  describe(`the look at recent use, cgroup v${version}`, () => {
    it("gives each container its rates of the last second, and its working set", async () => {
      const world = worldOf(version);
      const { tree, clock, pulse } = world;
      writeNetwork(world, 1000, 2000);
      await pulse.look();
      tree.write(CGROUP, {
        ...FIGURES,
        cpuSeconds: 11.5,
        memoryBytes: 7000,
        readBytes: 400,
        writtenBytes: 200,
      });
      writeNetwork(world, 1600, 2010);
      clock.at += 1;
      await pulse.look();
      assert.deepEqual(pulse.containers[0]?.ring.latest()?.values, [1.5, 6000, 600, 10, 300, 0]);
    });

    it("begins anew with a container that stops and starts again", async () => {
      const { tree, clock, pulse } = worldOf(version);
      const lookAfter = async (cpuSeconds: number | null): Promise<void> => {
        if (cpuSeconds === null) tree.remove(CGROUP);
        else tree.write(CGROUP, { ...FIGURES, cpuSeconds });
        pulse.expectChange();
        clock.at += 1;
        await pulse.look();
      };
      for (const cpuSeconds of [10, 11, null, 0.5, 0.75]) await lookAfter(cpuSeconds);
      assert.deepEqual(
        pulse.containers[0]?.ring.after(-1).map(({ values }) => values[0]),
        [0.25],
      );
    });

    it("lets a container go when the cgroups are walked anew, at once when told of a change", async () => {
      const { tree, clock, pulse } = worldOf(version);
      await pulse.look();
      tree.remove(CGROUP);
      clock.at += 1;
      await pulse.look();
      assert.equal(pulse.containers.length, 1);
      pulse.expectChange();
      await pulse.look();
      assert.equal(pulse.containers.length, 0);
    });

    it("reads a node that is a cgroup from that cgroup, its network from its containers", async () => {
      const world = worldOf(version, { cgroup: "/docker", cpuCores: 2, memoryBytes: 10_000 });
      const { tree, clock, pulse } = world;
      tree.write("/docker", FIGURES);
      writeNetwork(world, 0, 0);
      await pulse.look();
      tree.write("/docker", { ...FIGURES, cpuSeconds: 12 });
      writeNetwork(world, 50, 7);
      clock.at += 2;
      await pulse.look();
      assert.deepEqual(pulse.node.ring.latest()?.values, [1, 4000, 25, 3.5, 0, 0]);
    });
  });
}

describe("the last minute as JSON", () => {
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  it("has a row a second for the node and for each container, null where nothing is known", async () => {
    const { tree, clock, pulse, sources } = worldOf(1);
    await pulse.look();
    tree.write(CGROUP, { ...FIGURES, cpuSeconds: 10.123456 });
    clock.at += 1;
    await pulse.look();
    const page = createRecentPage(pulse, sources);
    const view: unknown = JSON.parse(
      page.minute({ service: "shop_web", container: null, containers: "all" }),
    );
    assert.deepEqual(view, {
      now: 1_700_001_001,
      interval: 1,
      fields: [
        "at",
        "cpuCores",
        "memoryBytes",
        "receivedBytesPerSecond",
        "sentBytesPerSecond",
        "readBytesPerSecond",
        "writtenBytesPerSecond",
      ],
      node: {
        name: "node1",
        cpuCores: null,
        memoryBytes: null,
        rows: [[1_700_001_001, null, null, null, null, null, null]],
      },
      containers: [
        {
          id: WEB,
          name: "shop_web.1.t4sk1d",
          service: "shop_web",
          task: "t4sk1d",
          rows: [[1_700_001_001, 0.1235, 4000, null, null, 0, 0]],
        },
      ],
    });
  });

  it("has only the containers that are asked for", async () => {
    const { pulse, sources } = worldOf(1);
    await pulse.look();
    const page = createRecentPage(pulse, sources);
    const count = (query: Parameters<typeof page.minute>[0]): number =>
      (JSON.parse(page.minute(query)) as { containers: unknown[] }).containers.length;
    assert.equal(count({ service: null, container: null, containers: "all" }), 1);
    assert.equal(count({ service: null, container: WEB.slice(0, 12), containers: "all" }), 1);
    assert.equal(count({ service: null, container: "shop_web.1.t4sk1d", containers: "all" }), 1);
    assert.equal(count({ service: "other", container: null, containers: "all" }), 0);
    assert.equal(count({ service: null, container: "aa", containers: "all" }), 0);
    assert.equal(count({ service: null, container: null, containers: "none" }), 0);
  });

  it("tells a stream only what is new", async () => {
    const { clock, pulse, sources } = worldOf(1);
    const page = createRecentPage(pulse, sources);
    const rows = (): number =>
      (
        JSON.parse(page.second({ service: null, container: null, containers: "all" })) as {
          node: { rows: unknown[] };
        }
      ).node.rows.length;
    await pulse.look();
    assert.equal(rows(), 0);
    for (const at of [1, 2, 3]) {
      clock.at = at;
      await pulse.look();
    }
    assert.equal(rows(), 1);
    clock.at = 10;
    assert.equal(rows(), 0);
  });
});
