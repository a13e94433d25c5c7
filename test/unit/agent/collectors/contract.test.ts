import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import fc from "fast-check";
import type { NamedCollector } from "../../../../agent/collectors/contract.ts";
import { createCollectors } from "../../../../agent/collectors/list.ts";
import { COLLECTOR_DEFAULTS } from "../../../../agent/collectors/names.ts";
import { readConfig } from "../../../../agent/config.ts";
import type { Family } from "../../../../agent/metric.ts";
import { createFiles, type Files } from "../../../../agent/sources/files.ts";
import type { NodeOptions } from "../../../../agent/sources/node.ts";
import type { Sources } from "../../../../agent/sources/sources.ts";
import { fixtureSources, knownIdentity, SPACE } from "../fixture.ts";

const EVERY = Object.keys(COLLECTOR_DEFAULTS).map((name) => `--collector.${name}`);
const CGROUP: NodeOptions = { cgroup: "/node1", cpuCores: 0.5, memoryBytes: 1e9 };
const HOSTS = [fixtureSources("v1"), fixtureSources("v2"), fixtureSources("v1", CGROUP)];

// Peers' own names that break the rule; dashboards know them so.
const COUNTERS_WITHOUT_TOTAL = new Set(["container_memory_failcnt"]);
// The node as a whole and its containers are series of the same metrics, as cAdvisor has them.
const SHARING = new Set(["root", "container"]);

const NOWHERE = createFiles("/nowhere");
const EMPTY: Partial<Sources> = {
  procfs: NOWHERE,
  sysfs: NOWHERE,
  rootfs: NOWHERE,
  udev: NOWHERE,
  cgroups: null,
  identity: knownIdentity({}, null),
};

function collectors(): readonly NamedCollector[] {
  const images = [{ tags: ["web:1"], digests: [], bytes: 5000 }];
  return createCollectors(readConfig({}, EVERY), () => Promise.resolve(SPACE), { latest: () => images });
}

/** Every file there is, and every folder, with what is drawn in it. */
function filesOf(text: string, names: readonly string[]): Files {
  return { root: "/nowhere", read: () => text, folders: () => names, entries: () => names };
}

function assertSound(family: Family): void {
  const { name, help, type, points } = family;
  assert.match(name, /^[a-zA-Z_:][\w:]*$/);
  assert.ok(help.length > 0, `${name} says nothing`);
  const endsInTotal = name.endsWith("_total");
  if (type === "counter") assert.ok(endsInTotal || COUNTERS_WITHOUT_TOTAL.has(name), `${name} is a counter`);
  else assert.ok(!endsInTotal, `${name} is no counter`);
  const seen = new Set<string>();
  for (const { labels, shared, value } of points) {
    const all = { ...shared, ...labels };
    for (const label of Object.keys(all)) assert.match(label, /^(?!__)[a-zA-Z_]\w*$/, name);
    assert.ok(Number.isFinite(value), `${name} is ${value}`);
    const key = JSON.stringify(Object.entries(all).sort());
    assert.ok(!seen.has(key), `${name} has ${key} twice`);
    seen.add(key);
  }
}

describe("every collector", () => {
  const all = collectors();
  const found = new Map<string, Family[]>();

  before(async () => {
    for (const sources of HOSTS) {
      for (const { name, ...collector } of all) {
        const raw = await collector.read(sources);
        if (raw === null) continue;
        const families = collector.parse(raw);
        // The same matter, parsed again, gives the same: nothing is kept and nothing is counted there.
        assert.deepEqual(collector.parse(raw), families, name);
        const names = families.map((family) => family.name);
        assert.deepEqual(names, [...new Set(names)], `${name} writes a metric twice`);
        found.set(name, [...(found.get(name) ?? []), ...families]);
      }
    }
  });

  it("is one of those that have a name", () => {
    assert.deepEqual(
      all.map(({ name }) => name),
      Object.keys(COLLECTOR_DEFAULTS),
    );
  });

  it("has data on one of the fixture hosts, but for what only asks programs", () => {
    const without = all.map(({ name }) => name).filter((name) => !found.has(name));
    assert.deepEqual(
      without.filter((name) => !["elsewhere", "gpu", "hardware"].includes(name)),
      [],
    );
  });

  it("writes sound names, types, labels and values", () => {
    for (const families of found.values()) families.forEach(assertSound);
  });

  it("writes metrics that no other writes for the same kind of node, but for root and container", () => {
    for (const kind of ["machine", "cgroup"]) {
      const own = all.filter(
        ({ name, describes }) => !SHARING.has(name) && (describes === kind || describes === "either"),
      );
      const names = own.flatMap(({ name }) => [...new Set(found.get(name)?.map((family) => family.name))]);
      assert.deepEqual(names, [...new Set(names)], kind);
    }
  });

  for (const collector of collectors()) {
    it(`bears a host that has nothing: ${collector.name}`, async () => {
      const raw = await collector.read(fixtureSources("v1", undefined, EMPTY));
      if (raw !== null) collector.parse(raw).forEach(assertSound);
    });
  }

  it("bears whatever text stands in the kernel's files", async () => {
    const unit = fc.string({ unit: "grapheme", maxLength: 60 });
    const lines = fc.array(
      fc.oneof(
        unit,
        fc.constantFrom("cpu0 1 2", "cpu0", "8 0 sda 1 2", "eth0: 1", "Tcp: a", "Tcp: 1", "TCP: mem 1"),
        fc.constantFrom(
          "30 1 0:1 / / rw - ext4 x",
          "- -",
          "a: 1 kB",
          "E:A=",
          "some total=1",
          "ID=x",
          "1-0,9",
        ),
      ),
      { maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(lines, fc.array(unit, { maxLength: 3 }), async (drawn, names) => {
        const files = filesOf(drawn.join("\n"), names);
        const sources = fixtureSources("v1", undefined, {
          ...EMPTY,
          procfs: files,
          sysfs: files,
          rootfs: files,
          udev: files,
        });
        for (const collector of all) {
          const raw = await collector.read(sources);
          if (raw !== null) for (const { name } of collector.parse(raw)) assert.match(name, /^[a-zA-Z_]\w*$/);
        }
      }),
      { numRuns: 200 },
    );
  });
});
