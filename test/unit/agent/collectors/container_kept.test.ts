import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Account } from "../../../../agent/collectors/container_account.ts";
import { createContainer } from "../../../../agent/collectors/container.ts";
import { createLabelsOf } from "../../../../agent/collectors/container_labels.ts";
import type { Labels } from "../../../../agent/metric.ts";
import type { ContainerIdentity } from "../../../../agent/sources/docker/api.ts";
import { fixtureSources, knownIdentity, seriesOf, standingClock, WEB, WEB_IDENTITY } from "../fixture.ts";
import { treeOf } from "./container_fixture.ts";

const EVERY = (): boolean => true;

describe("container, from sample to sample,", () => {
  it("keeps a container's labels object as long as it is told about with the same identity", async () => {
    const collector = createContainer(EVERY, createLabelsOf([]));
    const read = async (identity: ContainerIdentity): Promise<readonly Account[]> =>
      (await collector.read(
        fixtureSources("v2", undefined, { identity: knownIdentity({ [WEB]: identity }) }),
      )) ?? [];
    const before = await read(WEB_IDENTITY);
    const after = await read(WEB_IDENTITY);
    assert.equal(before.length, 2);
    const labelsOf = (accounts: readonly Account[]): readonly Labels[] =>
      accounts.flatMap(({ labels, disks, traffic }) => [
        labels,
        ...[...disks, ...traffic].map((of) => of.labels),
      ]);
    const again = labelsOf(after);
    assert.equal(again.length, 6);
    for (const [index, labels] of labelsOf(before).entries()) assert.equal(again[index], labels);
    const renamed = await read({ ...WEB_IDENTITY, name: "renamed" });
    assert.ok(renamed.some(({ labels }) => labels["name"] === "renamed"));
  });

  it("reads limits again when Docker tells of the container anew, and after a minute", async () => {
    const files = { "memory.current": "1\n", "memory.max": "100\n" };
    const cgroups = treeOf({ "/web": files });
    const collector = createContainer(EVERY, createLabelsOf([]));
    const clock = standingClock();
    const limitOf = async (identity: ContainerIdentity): Promise<number | null | undefined> => {
      const parts = { identity: knownIdentity({ [WEB]: identity }), cgroups, clock };
      return (await collector.read(fixtureSources("v2", undefined, parts)))?.[0]?.use.memoryLimit;
    };
    assert.equal(await limitOf(WEB_IDENTITY), 100);
    files["memory.max"] = "200\n";
    assert.equal(await limitOf(WEB_IDENTITY), 100);
    assert.equal(await limitOf({ ...WEB_IDENTITY }), 200);
    files["memory.max"] = "300\n";
    clock.at = 59;
    const updated = { ...WEB_IDENTITY };
    assert.equal(await limitOf(updated), 300);
    files["memory.max"] = "400\n";
    clock.at = 119;
    assert.equal(await limitOf(updated), 400);
  });

  it("leaves out a container that vanished, and only the figures that may not be read", async () => {
    const denied = new Error("EACCES: permission denied");
    const cgroups = treeOf({
      "/gone": {},
      "/half": { "memory.current": "4096\n", "memory.stat": denied, "cpu.stat": denied },
    });
    const collector = createContainer(EVERY, createLabelsOf([]));
    const raw = await collector.read(
      fixtureSources("v2", undefined, { cgroups, identity: knownIdentity({}) }),
    );
    assert.deepEqual(raw && seriesOf(collector, raw), [
      'container_memory_usage_bytes{id="/half"} 4096',
      'container_last_seen{id="/half"} 1700001000',
    ]);
  });

  it("fails when it may read nothing of any container", async () => {
    const denied = new Error("EACCES: permission denied");
    const cgroups = treeOf({ "/web": { "cpu.stat": denied, "memory.current": denied } });
    const collector = createContainer(EVERY, createLabelsOf([]));
    await assert.rejects(
      async () => collector.read(fixtureSources("v2", undefined, { cgroups, identity: knownIdentity({}) })),
      denied,
    );
  });
});
