import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { contextOf, recheckMove } from "../../../../scheduler/decide/candidates.ts";
import { decide } from "../../../../scheduler/decide/decide.ts";
import { viewOf } from "../../../../scheduler/decide/view.ts";
import type { Refusal } from "../../../../scheduler/domain/decision.ts";
import type { Snapshot } from "../../../../scheduler/domain/snapshot.ts";
import type { Task } from "../../../../scheduler/domain/task.ts";
import { aNode, aPolicy, aSwarm, NOW, stands, without } from "../../../support/swarm-builder.ts";

const POLICY = aPolicy();
const PLANNED = aSwarm(
  [aNode("n1"), aNode("n2")],
  stands("web", [{ on: "n1", cpu: 1.7 }]),
  stands("db", [{ on: "n1", cpu: 1.7 }], { labels: { "ballast.move": "never" } }),
);
const [MOVE] = decide(PLANNED, POLICY, NOW).moves;

function recheck(fresh: Snapshot): Refusal | null {
  assert.ok(MOVE !== undefined);
  return recheckMove(viewOf(fresh), MOVE, contextOf(fresh, POLICY, NOW));
}

function withWeb(over: Partial<Task>): Snapshot {
  const tasks = PLANNED.tasks.map((task) => (task.serviceId === "web" ? { ...task, ...over } : task));
  return { ...PLANNED, tasks };
}

describe("recheckMove", () => {
  it("lets a move go ahead while nothing has changed", () => {
    assert.equal(recheck(PLANNED), null);
  });

  const changed: readonly (readonly [title: string, fresh: Snapshot, detail: RegExp])[] = [
    ["its task is gone", withWeb({ id: "web.another" }), /task or its target is gone/],
    ["its task has stopped", withWeb({ state: "failed" }), /task or its target is gone/],
    ["its task stands elsewhere", withWeb({ nodeId: "n2" }), /stands elsewhere/],
    [
      "its target is gone",
      { ...PLANNED, nodes: PLANNED.nodes.filter(({ id }) => id !== "n2") },
      /task or its target is gone/,
    ],
    [
      "its service is gone",
      { ...PLANNED, services: PLANNED.services.filter(({ id }) => id !== "web") },
      /its service or its measurement is gone/,
    ],
  ];
  for (const [title, fresh, detail] of changed) {
    it(`refuses when ${title}`, () => {
      const refusal = recheck(fresh);
      assert.equal(refusal?.filter, "changed");
      assert.match(refusal.detail, detail);
      assert.deepEqual([refusal.service, refusal.task, refusal.node], ["web", "web.1", "n2"]);
    });
  }

  it("asks the task filters again", () => {
    assert.equal(recheck(withWeb({ desired: "shutdown" }))?.filter, "replicas-running");
    const unmeasured = { ...PLANNED, taskUsage: without(PLANNED.taskUsage, "web.1") };
    assert.equal(recheck(unmeasured)?.filter, "usage-known");
    const services = PLANNED.services.map((service) => ({ ...service, updateState: "updating" }));
    assert.equal(recheck({ ...PLANNED, services })?.filter, "updating");
  });
  it("asks the target filters again", () => {
    const nodes = [aNode("n1"), aNode("n2", { state: "down" })];
    assert.equal(recheck({ ...PLANNED, nodes })?.filter, "node-state");
    const arrived = stands("new", [{ on: "n2", cpu: 1 }]);
    const crowded = {
      ...PLANNED,
      services: [...PLANNED.services, arrived.service],
      tasks: [...PLANNED.tasks, ...arrived.tasks],
    };
    assert.equal(recheck(crowded)?.filter, "settled");
    assert.equal(
      recheck({ ...crowded, taskUsage: { ...crowded.taskUsage, ...arrived.usage } })?.filter,
      "headroom",
    );
  });
  it("reckons with the load of now, not with that of the plan", () => {
    const grown = { "web.1": { cpuCores: 2.5, memoryBytes: 0 } };
    assert.equal(recheck({ ...PLANNED, taskUsage: { ...PLANNED.taskUsage, ...grown } })?.filter, "headroom");
  });
});
