import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { DecisionBrief, SchedulerEvent } from "../../../../scheduler/events/event.ts";
import { grafanaParcels } from "../../../../scheduler/outgoing/grafana.ts";
import { NOW } from "../../../support/swarm-builder.ts";
import { aMove, aState } from "../events/fixture.ts";

const AT = new Date(NOW).toISOString();

function decided(outcome: DecisionBrief["outcome"], plan: DecisionBrief["plan"] = []): SchedulerEvent {
  const data: DecisionBrief = {
    decision: "d1",
    stage: "decided",
    trigger: "schedule",
    outcome,
    cause: "cpu",
    reason: "n1 is above its mark",
    imbalance: 0.5,
    imbalanceAfter: 0.1,
    leads: true,
    withheld: null,
    moves: plan.length,
    plan,
    results: [],
  };
  return { id: "r-1", type: "decision", at: AT, data };
}

/** What Grafana is sent of these, one after the other. */
function shown(...events: readonly SchedulerEvent[]): readonly unknown[] {
  const parcelOf = grafanaParcels({ url: "http://grafana:3000/sub", token: "t0ken" });
  return events.map((event) => {
    const post = parcelOf(event)?.post(NOW);
    if (post === undefined) return null;
    assert.equal(post.url, "http://grafana:3000/sub/api/annotations");
    assert.deepEqual(post.headers, { Authorization: "Bearer t0ken" });
    return JSON.parse(post.body) as unknown;
  });
}

describe("an annotation in Grafana", () => {
  it("is a region of a move from its begin to its end, however it ended but by giving way", () => {
    const moves = (["landed", "undone", "failed", "gave_way"] as const).map((outcome): SchedulerEvent => ({
      id: "r-1",
      type: "move",
      at: AT,
      data: aMove({ outcome }),
    }));
    const region = { time: NOW - 30_000, timeEnd: NOW };
    const of = (outcome: string) => ({
      ...region,
      tags: ["ballast", "move", outcome, "service:web", "node:worker-1", "node:worker-2"],
      text: `web from worker-1 to worker-2: ${outcome}: its new task runs`,
    });
    assert.deepEqual(shown(...moves), [of("landed"), of("undone"), of("failed"), null]);
  });

  it("is a point of a decision that plans or cannot, once until another comes to something else", () => {
    const plan = [
      { service: "web", from: "n1", to: "n2", goal: "marks" },
      { service: "web", from: "n1", to: "n3", goal: "marks" },
    ];
    const point = { time: NOW, text: "plan: n1 is above its mark" };
    const planned = {
      ...point,
      tags: ["ballast", "decision", "plan", "service:web", "node:n1", "node:n2", "node:n3"],
    };
    const stuck = { time: NOW, text: "stuck: n1 is above its mark", tags: ["ballast", "decision", "stuck"] };
    assert.deepEqual(
      shown(
        decided("level"),
        decided("plan", plan),
        decided("plan", plan),
        decided("stuck"),
        decided("level"),
        decided("plan", plan),
      ),
      [null, planned, null, stuck, null, planned],
    );
  });

  it("is not made of anything else", () => {
    assert.deepEqual(shown({ id: "r-1", type: "state", at: AT, data: aState(1) }), [null]);
  });
});
