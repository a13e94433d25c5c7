import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Node } from "../../../../scheduler/domain/node.ts";
import { isTrusted } from "../../../../scheduler/domain/snapshot.ts";
import { createObserver } from "../../../../scheduler/observe/observer.ts";
import { snapshotOf } from "../../../../scheduler/observe/snapshot.ts";
import type { SwarmReading, UsageReading } from "../../../../scheduler/ports.ts";
import { deepFreeze } from "../../../support/deep-freeze.ts";
import { aNode, aService, aTask, NOW } from "../../../support/swarm-builder.ts";

const LIMITS = { windowSeconds: 300, maxAgeSeconds: 60 };
const USE = { cpuCores: 1, memoryBytes: 1 };

function swarm(over: Partial<SwarmReading> = {}): SwarmReading {
  return {
    nodes: [aNode("n1", { hostname: "alpha" }), aNode("n2", { hostname: "bravo" })],
    services: [aService("web")],
    tasks: [aTask("web.1")],
    orders: [],
    ownNodeId: "n1",
    report: { source: "swarm", ageSeconds: 0.1, doubts: [] },
    ...over,
  };
}

function usage(over: Partial<UsageReading> = {}): UsageReading {
  return {
    nodeUsage: { n1: { capacity: USE, used: USE } },
    taskUsage: { "web.1": USE },
    ages: { n1: 5, n2: 60 },
    report: { source: "prometheus", ageSeconds: 60, doubts: [] },
    ...over,
  };
}

function join(swarmOver: Partial<SwarmReading> = {}, usageOver: Partial<UsageReading> = {}) {
  return snapshotOf(deepFreeze(swarm(swarmOver)), deepFreeze(usage(usageOver)), NOW, LIMITS);
}

function doubtsWith(ages: UsageReading["ages"]): readonly string[] {
  return join({}, { ages }).inputs[1]?.doubts ?? [];
}

describe("snapshotOf", () => {
  it("joins both readings and adds nothing", () => {
    const { nodes, services, tasks, orders, report } = swarm();
    const { nodeUsage, taskUsage, report: usageReport } = usage();
    const snapshot = join();
    assert.deepEqual(snapshot, {
      takenAtMs: NOW,
      nodes,
      services,
      tasks,
      orders,
      nodeUsage,
      taskUsage,
      images: {},
      inputs: [report, usageReport],
      memory: { lessons: [], regrets: [] },
    });
    assert.ok(isTrusted(snapshot));
  });

  it("doubts when a ready node has no sample, or one that is too old or from the future", () => {
    assert.deepEqual(doubtsWith({ n1: 5 }), ["no sample of bravo: its agent is down or not scraped"]);
    const old = "the newest sample of bravo is 60.1 s old, more than 60 s";
    assert.deepEqual(doubtsWith({ n1: 5, n2: 60.1 }), [old]);
    assert.match(doubtsWith({ n1: -61, n2: 0 })[0] ?? "", /alpha is -61\.0 s old/);
    assert.deepEqual(doubtsWith({ n1: -59, n2: 60 }), []);
    assert.equal(doubtsWith({}).length, 2);
  });

  it("asks no sample of a node that is not ready", () => {
    for (const state of ["down", "disconnected", "unknown"] satisfies readonly Node["state"][]) {
      const snapshot = join({ nodes: [aNode("n1"), aNode("n2", { state })] }, { ages: { n1: 5 } });
      assert.ok(isTrusted(snapshot), state);
    }
  });

  it("says once that Prometheus is away, and not for every node besides", () => {
    const report = { source: "prometheus", ageSeconds: null, doubts: ["it is away"] } as const;
    const snapshot = join({}, { ages: {}, report });
    assert.deepEqual(snapshot.inputs[1], report);
    assert.equal(isTrusted(snapshot), false);
  });

  it("leaves a task's usage out until it has run all of the window", () => {
    const ran = (seconds: number, state = "running") =>
      Object.keys(join({ tasks: [aTask("web.1", { state, stateSinceMs: NOW - seconds * 1000 })] }).taskUsage);
    assert.deepEqual(ran(300), ["web.1"]);
    assert.deepEqual(ran(299.9), []);
    assert.deepEqual(ran(3600, "shutdown"), []);
  });

  it("leaves usage of a task out that Swarm does not list", () => {
    assert.deepEqual(join({ tasks: [] }).taskUsage, {});
  });
});

describe("an observer", () => {
  const leader = aNode("n1", { role: "manager", leader: true });

  async function observe(reading: Partial<SwarmReading>) {
    const asked: number[] = [];
    const read = (atMs: number) => {
      asked.push(atMs);
      return Promise.resolve(usage());
    };
    const observation = await createObserver(
      { read: () => Promise.resolve(swarm(reading)) },
      { read },
      LIMITS,
    )();
    return { ...observation, asked };
  }

  it("asks usage at the moment that the snapshot is of", async () => {
    const before = Date.now();
    const { snapshot, asked } = await observe({});
    assert.deepEqual(asked, [snapshot.takenAtMs]);
    assert.ok(snapshot.takenAtMs >= before && snapshot.takenAtMs <= Date.now());
  });

  it("asks where images are that no registry is known to have, at the same moment", async () => {
    const services = [aService("web", { image: "web" }), aService("db", { image: "db:1@sha256:ab" })];
    const asked: (readonly [readonly string[], number])[] = [];
    const measured = {
      read: () => Promise.resolve(usage()),
      readImages(images: readonly string[], atMs: number) {
        asked.push([images, atMs]);
        return Promise.resolve({ n1: images });
      },
    };
    const reader = { read: () => Promise.resolve(swarm({ services })) };
    const { snapshot } = await createObserver(reader, measured, LIMITS)();
    assert.deepEqual(asked, [[["web:latest"], snapshot.takenAtMs]]);
    assert.deepEqual(snapshot.images, { n1: ["web:latest"] });
  });

  it("knows of no images where nobody can tell", async () => {
    assert.deepEqual((await observe({})).snapshot.images, {});
  });

  it("leads beside the leader and nowhere else", async () => {
    assert.equal((await observe({ nodes: [leader, aNode("n2")], ownNodeId: "n1" })).leads, true);
    assert.equal((await observe({ nodes: [leader, aNode("n2")], ownNodeId: "n2" })).leads, false);
    assert.equal((await observe({ nodes: [aNode("n1")], ownNodeId: "n1" })).leads, false);
    assert.equal((await observe({ nodes: [], ownNodeId: "" })).leads, false);
  });
});
