import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { Account } from "../../../../agent/collectors/container_account.ts";
import { createContainer } from "../../../../agent/collectors/container.ts";
import { createLabelsOf } from "../../../../agent/collectors/container_labels.ts";
import { openCgroups } from "../../../../agent/sources/cgroup/tree.ts";
import type { Sources } from "../../../../agent/sources/sources.ts";
import { createCgroupFolder, type CgroupFolder } from "../../../support/cgroup-folder.ts";
import { fixtureSources, knownIdentity, NEIGHBOUR, PLAIN, WEB } from "../fixture.ts";

const FIGURES = {
  cpuSeconds: 2,
  memoryBytes: 300,
  inactiveFileBytes: 100,
  readBytes: 10,
  writtenBytes: 20,
};

// Who makes cgroups where, as [what it is, the container's cgroup, its id].
const LAYOUTS: readonly (readonly [string, string, string])[] = [
  ["the cgroupfs driver", `/docker/${WEB}`, WEB],
  ["the systemd driver", `/system.slice/docker-${WEB}.scope`, WEB],
  ["a parent of the user's", `/batch/${WEB}`, WEB],
  ["a parent within a parent", `/batch/night/heavy/${WEB}`, WEB],
  ["a slice within a slice", `/batch.slice/batch-night.slice/docker-${WEB}.scope`, WEB],
  ["a rootless daemon", `/user.slice/user-1000.slice/user@1000.service/user.slice/docker-${WEB}.scope`, WEB],
  ["a rootless daemon without slices", `/user.slice/user-1000.slice/user@1000.service/docker/${WEB}`, WEB],
];

function folderOf(t: TestContext, version: 1 | 2): CgroupFolder {
  const sysfs = mkdtempSync(join(tmpdir(), "cgroups-"));
  t.after(() => {
    rmSync(sysfs, { recursive: true });
  });
  return createCgroupFolder(sysfs, version);
}

function sourcesOf({ sysfs }: CgroupFolder): Sources {
  return fixtureSources("v2", undefined, { cgroups: openCgroups(sysfs), identity: knownIdentity({}) });
}

async function read(sources: Sources): Promise<readonly Account[]> {
  return (await createContainer(() => true, createLabelsOf([])).read(sources)) ?? [];
}

for (const version of [1, 2] as const) {
  describe(`containers of cgroup version ${version}`, () => {
    for (const [name, cgroup, id] of LAYOUTS) {
      it(`are found where ${name} puts them`, async (t) => {
        const folder = folderOf(t, version);
        folder.write(cgroup, FIGURES);
        folder.write("/system.slice/docker.service", FIGURES);
        const sources = sourcesOf(folder);
        assert.deepEqual(sources.cgroups?.containers("/"), [{ id, cgroup }]);
        const [account, ...others] = await read(sources);
        assert.deepEqual([account?.labels, others], [{ id: cgroup }, []]);
        assert.equal(account?.use.cpuSeconds, 2);
        assert.equal(account.use.memoryWorkingSet, 200);
        assert.equal(account.use.disks?.[0]?.writtenBytes, 20);
      });
    }

    it("count what a Docker inside of them runs as their own", async (t) => {
      const folder = folderOf(t, version);
      folder.write(`/docker/${WEB}`, FIGURES);
      folder.write(`/docker/${WEB}/docker/${PLAIN}`, FIGURES);
      folder.write(`/docker/${WEB}/system.slice/docker-${NEIGHBOUR}.scope`, FIGURES);
      const accounts = await read(sourcesOf(folder));
      assert.deepEqual(
        accounts.map(({ labels }) => labels["id"]),
        [`/docker/${WEB}`],
      );
    });

    it("are all shown when there are a thousand, and others get their turn meanwhile", async (t) => {
      const folder = folderOf(t, version);
      // One file each: laying out a thousand whole cgroups would take longer than all else here.
      const [place, file] = version === 1 ? ["cpu,cpuacct", "cpuacct.usage"] : ["", "memory.current"];
      const cgroups = Array.from(
        { length: 1000 },
        (_, index) => `/docker/${String(index).padStart(64, "0")}`,
      );
      for (const [index, cgroup] of cgroups.entries()) {
        const path = join(folder.sysfs, "fs/cgroup", place, cgroup);
        mkdirSync(path, { recursive: true });
        writeFileSync(join(path, file), `${index}000000000\n`);
      }
      let turns = 0;
      let turn = setImmediate(function again() {
        turns += 1;
        turn = setImmediate(again);
      });
      const accounts = await read(sourcesOf(folder));
      clearImmediate(turn);
      const shown = new Map(
        accounts.map(({ labels, use }) => [labels["id"], use.cpuSeconds ?? (use.memoryUsage ?? 0) / 1e9]),
      );
      assert.deepEqual(
        cgroups.map((cgroup) => shown.get(cgroup)),
        cgroups.map((_, index) => index),
      );
      assert.ok(turns >= 14, `${turns} turns`);
    });

    it("may go while they are read", async (t) => {
      const folder = folderOf(t, version);
      folder.write(`/docker/${WEB}`, FIGURES);
      folder.write(`/docker/${PLAIN}`, FIGURES);
      const sources = sourcesOf(folder);
      const { cgroups } = sources;
      assert.ok(cgroups);
      const found = cgroups.containers("/");
      folder.remove(`/docker/${PLAIN}`);
      const accounts = await read({ ...sources, cgroups: { ...cgroups, containers: () => found } });
      assert.deepEqual(
        accounts.map(({ labels }) => labels["id"]),
        [`/docker/${WEB}`],
      );
    });
  });
}
