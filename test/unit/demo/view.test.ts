import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Decision } from "../../../scheduler/domain/decision.ts";
import type { Snapshot } from "../../../scheduler/domain/snapshot.ts";
import type { JournalEntry } from "../../../scheduler/journal/journal.ts";
import { viewOf, withLoadsOf, type View } from "../../../demo/view.ts";
import { aMove, aNode, anEntry, aResult, aRow, aScore, aService, aSnapshot, aTask } from "./fixture.ts";

function viewFrom(
  snapshot: Snapshot,
  entries: readonly JournalEntry[] = [],
  plan: Partial<Decision> = {},
): View {
  return viewOf({ snapshot, plan: anEntry(plan).decision, entries }, "shop");
}

describe("the view", () => {
  it("counts each node's tasks and names the workload's", () => {
    const view = viewFrom(
      aSnapshot({
        nodes: [aNode("node10"), aNode("node2", { role: "manager", availability: "drain", state: "down" })],
        services: [aService("shop_web"), aService("shop_mail"), aService("ballast_agent")],
        tasks: [
          aTask("shop_mail", "node10"),
          aTask("shop_web", "node10"),
          aTask("shop_web", "node10", { id: "second" }),
          aTask("shop_web", "node10", { id: "old", desired: "shutdown" }),
          aTask("ballast_agent", "node10"),
        ],
        nodeUsage: {
          "id-node10": {
            capacity: { cpuCores: 0.5, memoryBytes: 1000 },
            used: { cpuCores: 0.4, memoryBytes: 250 },
            remainder: { cpuCores: 0, memoryBytes: 0 },
          },
        },
      }),
    );
    assert.deepEqual(view.nodes, [
      { ...aRow("node2"), role: "manager", cpu: null, memory: null, tasks: 0, note: "down, drain" },
      {
        ...aRow("node10"),
        cpu: 0.8,
        memory: 0.25,
        tasks: 4,
        workload: [
          { service: "web", count: 2 },
          { service: "mail", count: 1 },
        ],
      },
    ]);
    assert.equal(view.last, null);
  });

  it("shows a move under way by the names of its nodes", () => {
    const record = JSON.stringify({ moveId: "m1", from: "id-node2", to: "id-gone" });
    const services = [aService("shop_web", { moveId: "m1", deadline: "", record })];
    const { underWay } = viewFrom(aSnapshot({ nodes: [aNode("node2")], services }));
    assert.deepEqual(underWay, [
      { moveId: "m1", service: "shop_web", fromName: "node2", toName: "an unknown node" },
    ]);
  });

  it("shows what Ballast would move now", () => {
    const moves = [aMove("shop_web", "node2", "node4", "too hot")];
    assert.deepEqual(viewFrom(aSnapshot({}), [], { outcome: "plan", moves }).planned, [
      { service: "shop_web", fromName: "node2", toName: "node4", reason: "too hot" },
    ]);
  });

  it("lists finished moves oldest first, each with the reason its plan gave", () => {
    const entries = [
      anEntry({}, [aResult("m2", { service: "shop_mail" })]),
      anEntry({ outcome: "plan", moves: [aMove("shop_web", "node2", "node4", "too hot")] }, [aResult("m1")]),
    ];
    const { finished, last } = viewFrom(aSnapshot({}), entries);
    assert.deepEqual(
      finished.map(({ moveId, reason }) => [moveId, reason]),
      [
        ["m1", "too hot"],
        ["m2", "found under way, begun earlier"],
      ],
    );
    assert.equal(last?.outcome, "level");
    assert.equal(last.results.length, 1);
  });

  it("takes a decision's loads over those measured", () => {
    const { decision } = anEntry({ nodes: [aScore("node2", 0.97, 0.3)] });
    assert.deepEqual(withLoadsOf([aRow("node2", { tasks: 7 }), aRow("node3")], decision), [
      aRow("node2", { tasks: 7, cpu: 0.97, memory: 0.3 }),
      aRow("node3", { cpu: null, memory: null }),
    ]);
  });
});
