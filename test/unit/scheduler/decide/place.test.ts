import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { place, type PlacedReplica } from "../../../../scheduler/decide/place.ts";
import { newService } from "../../../../scheduler/decide/place-wanted.ts";
import type { Policy } from "../../../../scheduler/domain/policy.ts";
import type { Resources } from "../../../../scheduler/domain/resources.ts";
import type { Service } from "../../../../scheduler/domain/service.ts";
import type { Snapshot } from "../../../../scheduler/domain/snapshot.ts";
import { aNode, aPolicy, aSwarm, GIB, NOW, stands, without } from "../../../support/swarm-builder.ts";

const ALL: Policy = aPolicy({ goals: ["overload", "together", "apart", "spread", "even", "preferred"] });
const ONE_CORE: Resources = { cpuCores: 1, memoryBytes: GIB };

function placed(
  snapshot: Snapshot,
  over: Partial<Service> = {},
  expected: Resources = ONE_CORE,
  unknown: readonly string[] = [],
): readonly PlacedReplica[] {
  const service = newService(over);
  return place(snapshot, ALL, NOW, { service, replicas: service.replicas ?? 0, expected, unknown });
}

function nodesOf(replicas: readonly PlacedReplica[]): readonly (string | null)[] {
  return replicas.map(({ node }) => node);
}

/** By node, the rules that refuse the first replica, with a mark for those that always would. */
function refusalsOf([first]: readonly PlacedReplica[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    (first?.refused ?? []).map(({ hostname, refusals }) => [
      hostname,
      refusals.map(({ filter, standing }) => (standing ? `${filter}!` : filter)),
    ]),
  );
}

const EMPTY = aSwarm([aNode("n1"), aNode("n2"), aNode("n3")]);

describe("where a new replica had best be started", () => {
  it("is where there is most room, the others ranked behind, with the loads and what speaks against", () => {
    const swarm = aSwarm(
      EMPTY.nodes,
      stands("a", [{ on: "n1", cpu: 1.2 }]),
      stands("b", [{ on: "n3", cpu: 0.4 }]),
    );
    const [first] = placed(swarm);
    assert.deepEqual(
      first?.ranked.map(({ hostname }) => hostname),
      ["n2", "n3", "n1"],
    );
    const [best, second] = first.ranked;
    assert.equal(best?.score, 1);
    assert.deepEqual(
      [best.before, best.after],
      [
        { cpu: 0, memory: 0 },
        { cpu: 0.25, memory: 1 / 16 },
      ],
    );
    assert.deepEqual(best.reasons, [
      "cpu from 0 % to 25 %, of which 60 % may be used",
      "memory from 0 % to 6 %, of which 60 % may be used",
      "no node is better by any goal",
    ]);
    assert.match(second?.reasons.at(-1) ?? "", /^it would leave the nodes less even \(even, 0\.\d+ more\)$/);
  });

  it("is another for each, as long as there is another, and none where all are refused", () => {
    const four = placed(EMPTY, { replicas: 4, maxReplicasPerNode: 1 });
    assert.deepEqual(nodesOf(four), ["n1", "n2", "n3", null]);
    assert.deepEqual(
      four[3]?.refused.map(({ refusals }) => refusals.map(({ filter }) => filter)),
      [["replicas-per-node"], ["replicas-per-node"], ["replicas-per-node"]],
    );
    assert.deepEqual(nodesOf(placed(EMPTY, { replicas: 0 })), []);
  });

  it("counts what those before it use, reserve and hold", () => {
    // Two of one core and one more than fits below 60 % of four cores.
    const two = aSwarm([aNode("n1"), aNode("n2")]);
    assert.deepEqual(nodesOf(placed(two, { replicas: 5 })), ["n1", "n2", "n1", "n2", null]);
    const reservations = { cpuCores: 0, memoryBytes: 9 * GIB };
    const little = { cpuCores: 0.1, memoryBytes: GIB };
    assert.deepEqual(nodesOf(placed(two, { replicas: 3, reservations }, little)), ["n1", "n2", null]);
    const hostPorts = [{ port: 80, protocol: "tcp" }];
    assert.deepEqual(nodesOf(placed(two, { replicas: 3, hostPorts }, little)), ["n1", "n2", null]);
  });

  it("follows the wishes: beside another service, spread over zones, off what it minds", () => {
    const zones = ["a", "a", "b"].map((zone, at) => aNode(`n${at + 1}`, { labels: { zone } }));
    const swarm = aSwarm(zones, stands("db", [{ on: "n2", cpu: 0.5 }]));
    assert.deepEqual(nodesOf(placed(swarm, { labels: { "ballast.follow": "db" } })), ["n2"]);
    assert.deepEqual(
      nodesOf(
        placed(
          swarm,
          { labels: { "ballast.prefer": "node.labels.zone==a" } },
          { ...ONE_CORE, cpuCores: 0.2 },
        ),
      ),
      ["n1"],
    );
    const little = { cpuCores: 0.1, memoryBytes: GIB / 8 };
    for (const spread of [
      { labels: { "ballast.spread": "node.labels.zone" } },
      { spreadOver: ["node.labels.zone"] },
    ]) {
      const [one, two] = nodesOf(placed(swarm, { replicas: 2, ...spread }, little));
      assert.deepEqual([one, two].sort(), ["n1", "n3"]);
    }
  });

  it("is spread over nodes without the label like over those with it", () => {
    const swarm = aSwarm([aNode("n1"), aNode("n2"), aNode("n3", { labels: { zone: "b" } })]);
    const little = { cpuCores: 0.1, memoryBytes: GIB / 8 };
    const places = nodesOf(placed(swarm, { replicas: 4, spreadOver: ["node.labels.zone"] }, little));
    assert.equal(places.filter((node) => node === "n3").length, 2);
  });

  it("is asked for some of the nodes only", () => {
    const wanted = { service: newService({}), replicas: 1, expected: ONE_CORE, unknown: [] };
    const [first] = place(EMPTY, ALL, NOW, wanted, new Set(["n3", "other"]));
    assert.deepEqual([first?.node, first?.ranked.length, first?.refused], ["n3", 1, []]);
  });
});

describe("a node is refused to a new replica", () => {
  it("by what would refuse it whatever else stood there, and by what would not", () => {
    const swarm = aSwarm(
      [
        aNode("n1", { availability: "drain" }),
        aNode("n2", { platform: { os: "linux", architecture: "aarch64" } }),
        aNode("n3", { resources: { cpuCores: 1, memoryBytes: 16 * GIB } }),
        aNode("n4"),
        aNode("n5"),
      ],
      stands("a", [{ on: "n4", cpu: 2 }]),
      stands("b", [{ on: "n5" }], { reservations: { cpuCores: 3, memoryBytes: 0 } }),
    );
    const refusals = refusalsOf(
      placed(swarm, {
        platforms: [{ os: "linux", architecture: "amd64" }],
        reservations: { cpuCores: 2, memoryBytes: 0 },
      }),
    );
    assert.deepEqual(refusals, {
      n1: ["node-state!"],
      n2: ["platform!"],
      n3: ["reservations!", "headroom"],
      n4: ["headroom"],
      n5: ["reservations"],
    });
  });

  it("where its load is not known, or that of the replica", () => {
    const blind = { ...EMPTY, nodeUsage: without(EMPTY.nodeUsage, "n1") };
    assert.deepEqual(refusalsOf(placed(blind)), { n1: ["settled!", "headroom"] });
    const [first] = placed(EMPTY, {}, ONE_CORE, ["nobody says how much"]);
    assert.equal(first?.node, null);
    for (const { refusals } of first.refused)
      assert.deepEqual(refusals, [{ filter: "usage-known", detail: "nobody says how much", standing: true }]);
    assert.deepEqual(refusalsOf(placed(EMPTY, { genericReservations: true }))["n1"], ["generic-resources!"]);
  });

  it("for good where it has none of what the replica uses", () => {
    const others = { ...EMPTY, others: ["network"] };
    const [[, usage] = []] = Object.entries(EMPTY.nodeUsage);
    assert.ok(usage !== undefined);
    const capacity = { ...usage.capacity, others: { network: 1e9 } };
    const wired = { ...others, nodeUsage: { ...EMPTY.nodeUsage, n2: { ...usage, capacity } } };
    const replicas = placed(wired, {}, { ...ONE_CORE, others: { network: 1e6 } });
    assert.deepEqual(nodesOf(replicas), ["n2"]);
    assert.deepEqual(refusalsOf(replicas), { n1: ["headroom!"], n3: ["headroom!"] });
  });

  it("neither by what is about moves, nor for an image that nobody looked for", () => {
    const swarm = { ...EMPTY, images: { n1: [], n2: [], n3: [] } };
    const over = { image: "new:1", labels: { "ballast.move": "never" }, replicas: 4 };
    const little = { cpuCores: 0.1, memoryBytes: GIB };
    assert.deepEqual(nodesOf(placed(swarm, over, little)), ["n1", "n2", "n3", "n1"]);
  });
});
