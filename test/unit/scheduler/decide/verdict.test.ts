import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { worthOf, type Landing, type Worth } from "../../../../scheduler/decide/verdict.ts";
import type { Snapshot } from "../../../../scheduler/domain/snapshot.ts";
import { aNode, aPolicy, aSwarm, aTask, NOW, stands } from "../../../support/swarm-builder.ts";

const POLICY = aPolicy();
const LANDED_AT = NOW - 700_000;
const NODES = ["n1", "n2", "n3"].map((id) => aNode(id));

/** `web` came from n1 to n2, where n1 had stood at 85 % memory. */
function landing(over: Partial<Landing> = {}): Landing {
  const loadBefore = { cpu: 0.1, memory: 0.85 };
  return { serviceId: "web", from: "n1", to: "n2", landedAtMs: LANDED_AT, loadBefore, ...over };
}

/** Nodes of 16 GiB: what stands on n1 and n2 beside the 4 GiB of `web` on n2. */
function swarm(gib: { readonly n1: number; readonly n2: number; readonly web?: number }): Snapshot {
  return aSwarm(
    NODES,
    stands("web", [{ on: "n2", gib: gib.web ?? 4, stateSinceMs: LANDED_AT }]),
    stands("one", [{ on: "n1", gib: gib.n1 }]),
    stands("two", [{ on: "n2", gib: gib.n2 }]),
  );
}

function worth(snapshot: Snapshot, over: Partial<Landing> = {}, nowMs = NOW): Worth | null {
  return worthOf(landing(over), snapshot, POLICY, nowMs);
}

describe("the verdict on a landed move", () => {
  it("is that it was right where its node is no hotter than the old one was", () => {
    assert.equal(worth(swarm({ n1: 8, n2: 4 }))?.outcome, "kept");
    // Hot, and yet not more so than what it left.
    assert.equal(worth(swarm({ n1: 4, n2: 9.9 }))?.outcome, "kept");
  });

  it("is that things got worse where its node is hotter than the old one was, and would not be without it", () => {
    const found = worth(swarm({ n1: 4, n2: 11 }));
    assert.equal(found?.outcome, "worse");
    assert.match(
      found.detail,
      /n2 stands at 94 % memory, more than n1 did \(85 %\); back there it would be 69 %/,
    );
  });

  it("does not blame it for a node that would be as hot, or an origin that would be", () => {
    assert.equal(worth(swarm({ n1: 4, n2: 15, web: 0.5 }))?.outcome, "kept");
    assert.equal(worth(swarm({ n1: 11, n2: 11 }))?.outcome, "kept");
  });

  it("waits until the averages hold nothing of before", () => {
    assert.equal(worth(swarm({ n1: 4, n2: 11 }), { landedAtMs: NOW - 599_000 }), null);
  });

  it("waits for loads that can be trusted, and in the end says that it does not know", () => {
    const doubtful: Snapshot = {
      ...swarm({ n1: 4, n2: 11 }),
      inputs: [{ source: "prometheus", ageSeconds: null, doubts: ["it is away"] }],
    };
    assert.equal(worth(doubtful), null);
    assert.equal(worth(doubtful, { landedAtMs: NOW - 3_601_000 })?.outcome, "unknown");
  });

  it("is unknown when the task went on, or a node of it is gone", () => {
    const elsewhere = aSwarm(NODES, stands("web", [{ on: "n3", gib: 4 }]));
    assert.equal(worth(elsewhere)?.outcome, "unknown");
    assert.equal(worth(swarm({ n1: 4, n2: 11 }), { from: "n9" })?.outcome, "unknown");
  });

  it("is that things got worse, at once, where its tasks fail there and nowhere else", () => {
    const quiet = swarm({ n1: 4, n2: 4 });
    const failed = aTask("web.1x", {
      serviceId: "web",
      nodeId: "n2",
      state: "failed",
      desired: "shutdown",
      error: "exit 3",
      stateSinceMs: NOW - 1000,
    });
    const justLanded = { landedAtMs: NOW - 5000 };
    assert.deepEqual(worth({ ...quiet, tasks: [...quiet.tasks, failed] }, justLanded), {
      outcome: "worse",
      detail: "1 task(s) of it failed or ended there: exit 3",
    });
    const before = { ...failed, stateSinceMs: NOW - 6000 };
    assert.equal(worth({ ...quiet, tasks: [...quiet.tasks, before] }, justLanded), null);
    const everywhere = [...quiet.tasks, failed, { ...failed, id: "web.2x", nodeId: "n1" }];
    assert.equal(worth({ ...quiet, tasks: everywhere }, justLanded), null);
  });

  it("takes a task that ended there for one that failed, unless it was to end", () => {
    const quiet = swarm({ n1: 4, n2: 4 });
    const ended = aTask("web.1x", {
      serviceId: "web",
      nodeId: "n2",
      state: "complete",
      desired: "shutdown",
      stateSinceMs: NOW - 1000,
    });
    const justLanded = { landedAtMs: NOW - 5000 };
    const tasks = [...quiet.tasks, ended];
    assert.equal(worth({ ...quiet, tasks }, justLanded)?.outcome, "worse");
    const earlier = { ...ended, id: "web.1y", nodeId: "n1", stateSinceMs: NOW - 9000 };
    assert.equal(worth({ ...quiet, tasks: [...tasks, earlier] }, justLanded), null);
    const services = quiet.services.map((service) => ({ ...service, updatedAtMs: NOW - 2000 }));
    assert.equal(worth({ ...quiet, services, tasks }, justLanded), null);
  });
});
