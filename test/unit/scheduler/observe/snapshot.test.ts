import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NO_HISTORY } from "../../../../scheduler/domain/history.ts";
import { NO_MEMORY } from "../../../../scheduler/domain/memory.ts";
import type { Node } from "../../../../scheduler/domain/node.ts";
import type { Resources } from "../../../../scheduler/domain/resources.ts";
import { isTrusted } from "../../../../scheduler/domain/snapshot.ts";
import { createObserver } from "../../../../scheduler/observe/observer.ts";
import { snapshotOf } from "../../../../scheduler/observe/snapshot.ts";
import type { HistoryReader, SwarmReading, UsageReading } from "../../../../scheduler/ports.ts";
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
    nodeUsage: { n1: { capacity: USE, used: USE, remainder: USE } },
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
      windowSeconds: LIMITS.windowSeconds,
      taskUsage,
      images: {},
      history: NO_HISTORY,
      inputs: [report, usageReport],
      memory: NO_MEMORY,
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

describe("the past in a snapshot", () => {
  const past = { history: { ...NO_HISTORY, stepSeconds: 300, points: 288 }, doubts: ["it warns"] };

  it("is there as it was read, and its doubts are Prometheus's", () => {
    const snapshot = snapshotOf(swarm(), { ...usage(), past }, NOW, LIMITS);
    assert.deepEqual(snapshot.history, past.history);
    assert.deepEqual(snapshot.inputs[1]?.doubts, ["it warns"]);
    assert.equal(isTrusted(snapshot), false);
  });

  it("says nothing more when Prometheus is away", () => {
    const report = { source: "prometheus", ageSeconds: null, doubts: ["it is away"] } as const;
    const snapshot = snapshotOf(swarm(), { ...usage({ report }), past }, NOW, LIMITS);
    assert.deepEqual(snapshot.inputs[1]?.doubts, ["it is away"]);
  });
});

describe("what a node is measured to use beside its tasks", () => {
  it("is a doubt when it cannot be", () => {
    const doubtsOf = (remainder: Resources) =>
      join({}, { nodeUsage: { n1: { capacity: USE, used: USE, remainder } } }).inputs[1]?.doubts;
    assert.deepEqual(doubtsOf({ cpuCores: 2, memoryBytes: 1 }), []);
    assert.deepEqual(doubtsOf({ cpuCores: 2.5, memoryBytes: 1 }), [
      "alpha cannot be measured right: beside its tasks it uses 2.5 of 1 cores",
    ]);
    assert.equal(doubtsOf({ cpuCores: 1, memoryBytes: -1 })?.length, 1);
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

  it("asks for the past of what the managers tell of, at the same moment", async () => {
    const past = { history: { ...NO_HISTORY, stepSeconds: 300, points: 288 }, doubts: [] };
    const asked: (readonly [string, number])[] = [];
    const history: HistoryReader = {
      readHistory({ nodes, services, tasks }, atMs) {
        asked.push([[...nodes, ...services, ...tasks].map(({ id }) => id).join(), atMs]);
        return Promise.resolve(past);
      },
    };
    const read = () => Promise.resolve(usage());
    const whole = { read: () => Promise.resolve(swarm()) };
    const { snapshot } = await createObserver(whole, { read }, LIMITS, history)();
    assert.deepEqual(asked, [["n1,n2,web,web.1", snapshot.takenAtMs]]);
    assert.deepEqual(snapshot.history, past.history);
  });

  it("asks for no past while the managers cannot be read: all would seem to be gone", async () => {
    const history: HistoryReader = { readHistory: () => assert.fail("it asked") };
    const report = { source: "swarm", ageSeconds: null, doubts: ["it is away"] } as const;
    const away = { read: () => Promise.resolve(swarm({ nodes: [], services: [], tasks: [], report })) };
    const read = () => Promise.resolve(usage());
    const { snapshot } = await createObserver(away, { read }, LIMITS, history)();
    assert.deepEqual(snapshot.history, NO_HISTORY);
  });

  it("leads beside the leader and nowhere else", async () => {
    assert.equal((await observe({ nodes: [leader, aNode("n2")], ownNodeId: "n1" })).leads, true);
    assert.equal((await observe({ nodes: [leader, aNode("n2")], ownNodeId: "n2" })).leads, false);
    assert.equal((await observe({ nodes: [aNode("n1")], ownNodeId: "n1" })).leads, false);
    assert.equal((await observe({ nodes: [], ownNodeId: "" })).leads, false);
  });
});
