import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Manager, NodeChange } from "../../../../../scheduler/domain/daily.ts";
import type { DrainOrder } from "../../../../../scheduler/domain/order.ts";
import { quorumOf } from "../../../../../scheduler/govern/permit/node-rules.ts";
import { permit } from "../../../../../scheduler/govern/permit/permit.ts";
import { aSwarm, NOW, stands } from "../../../../support/swarm-builder.ts";
import { ALL, against, detailOf, factsOf, ofNode, REACHABLE, SSD, STEER, WORKERS } from "./asking.ts";

describe("of a node", () => {
  const PINNED = stands("db", [{ on: "n1" }, { on: "n1" }], { constraints: SSD });
  const drain: NodeChange = { act: "availability", availability: "drain" };
  const activate: NodeChange = { act: "availability", availability: "active" };

  it("Ballast's own labels are not written, by force neither", () => {
    for (const act of [
      { act: "labels", set: { "ballast.x": "1" }, remove: [] },
      { act: "labels", set: {}, remove: ["ballast.x"] },
    ] as const)
      assert.deepEqual(against(ofNode("n1", act, true)), ["policy own-labels"]);
  });

  it("a label that running tasks rely on is changed by force only, after saying what Swarm would shut down", () => {
    for (const act of [
      { act: "labels", set: { disk: "hdd" }, remove: [] },
      { act: "labels", set: {}, remove: ["disk"] },
    ] as const) {
      assert.deepEqual(against(ofNode("n1", act), factsOf(PINNED)), ["state evicted"]);
      assert.match(detailOf(ofNode("n1", act), factsOf(PINNED)), /db \(2 tasks, node.labels.disk==ssd\)/);
      assert.deepEqual(against(ofNode("n1", act, true), factsOf(PINNED)), []);
    }
  });

  it("a label that no constraint minds is changed freely, and so is one where the task is gone", () => {
    const facts = factsOf(PINNED);
    assert.deepEqual(
      against(ofNode("n1", { act: "labels", set: { zone: "a", disk: "SSD" }, remove: [] }), facts),
      [],
    );
    assert.deepEqual(against(ofNode("n2", { act: "labels", set: { disk: "hdd" }, remove: [] }), facts), []);
    const ended = factsOf(stands("db", [{ on: "n1", state: "shutdown" }], { constraints: SSD }));
    assert.deepEqual(against(ofNode("n1", { act: "labels", set: {}, remove: ["disk"] }), ended), []);
  });

  it("a label that a constraint shuns is no better", () => {
    const shy = factsOf(stands("web", [{ on: "n2" }], { constraints: ["node.labels.disk!=ssd"] }));
    const act = { act: "labels", set: { disk: "ssd" }, remove: [] } as const;
    assert.deepEqual(against(ofNode("n2", act), shy), ["state evicted"]);
  });

  it("nothing is written while a task is being moved from it: the enforcer would end it", () => {
    const facts = factsOf(stands("web", [{ on: "n1" }], { steer: STEER }));
    for (const act of [
      drain,
      { act: "labels", set: { zone: "a" }, remove: [] },
      { act: "role", role: "manager" },
    ] as const)
      assert.deepEqual(against(ofNode("n1", act, true), facts), ["state moving"]);
    assert.deepEqual(against(ofNode("n1", activate, true), facts), [], "nothing is written");
  });

  it("a drain that cuts is made by force only, with the way that does not cut", () => {
    const facts = factsOf(
      stands("web", [{ on: "n1" }]),
      stands("agent", [{ on: "n1" }, { on: "n2" }], { mode: "global" }),
    );
    assert.deepEqual(against(ofNode("n1", drain), facts), ["state cut"]);
    assert.match(detailOf(ofNode("n1", drain), facts), /web \(1 task\); POST \/v1\/nodes\/n1\/drain/);
    assert.doesNotMatch(detailOf(ofNode("n1", drain), facts), /agent/);
    assert.deepEqual(against(ofNode("n1", drain, true), facts), []);
    assert.deepEqual(against(ofNode("n2", drain), facts), [], "global tasks end with any drain");
    assert.deepEqual(against(ofNode("n1", drain, false, { availability: "drain" }), facts), []);
  });

  it("what a drain order would undo is not begun", () => {
    const order: DrainOrder = {
      kind: "drain",
      id: "d1",
      node: "n1",
      force: false,
      reason: "",
      at: new Date(NOW).toISOString(),
    };
    const facts = { ...factsOf(), orders: [order] };
    assert.deepEqual(against(ofNode("n1", activate, true, { availability: "drain" }), facts), [
      "state ordered",
    ]);
    assert.match(detailOf(ofNode("n1", activate), facts), /\/v1\/nodes\/n1\/restore/);
    assert.deepEqual(against(ofNode("n1", drain), facts), []);
    assert.deepEqual(against(ofNode("n2", activate), facts), []);
  });

  it("taking a paused node up again ends what no longer belongs there", () => {
    const paused = { availability: "pause", labels: {} } as const;
    assert.deepEqual(against(ofNode("n1", activate, false, paused), factsOf(PINNED)), ["state evicted"]);
    assert.deepEqual(against(ofNode("n1", activate, false, { availability: "pause" }), factsOf(PINNED)), []);
  });

  it("is remarked on where no other takes new tasks", () => {
    const facts = aSwarm([...WORKERS.slice(0, 1)]);
    const verdict = permit(ofNode("n1", { act: "availability", availability: "pause" }), facts, ALL);
    assert.ok(verdict.permitted);
    assert.deepEqual(verdict.notes, ["no other node takes new tasks"]);
  });
});

describe("of a node's role", () => {
  const demote: NodeChange = { act: "role", role: "worker" };
  const promote: NodeChange = { act: "role", role: "manager" };
  const lost = (...ids: readonly string[]): readonly Manager[] =>
    REACHABLE.map((manager) => ({ ...manager, reachable: !ids.includes(manager.id) }));

  it("the one that leads is not demoted, nor the last, by force neither", () => {
    assert.match(detailOf(ofNode("m1", demote, true)), /it leads the managers/);
    const alone = [{ id: "m1", leader: true, reachable: true }];
    assert.match(detailOf(ofNode("m1", demote, true, {}, alone)), /the last manager/);
  });

  it("none is demoted where those left could not decide, by force neither", () => {
    assert.deepEqual(against(ofNode("m2", demote, true, {}, lost("m3"))), ["state quorum"]);
    assert.match(
      detailOf(ofNode("m2", demote, false, {}, lost("m3"))),
      /of the 2 managers left 1 could be reached, and 2 are needed/,
    );
    assert.deepEqual(against(ofNode("m3", demote, false, {}, lost("m3"))), [], "the one that is lost may go");
  });

  it("of any managers that are left more than half can be reached", () => {
    const someManagers = fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }).map((reachable) =>
      reachable.map((is, at): Manager => ({
        id: at === 0 ? "m2" : `x${at}`,
        leader: at === 1,
        reachable: is,
      })),
    );
    fc.assert(
      fc.property(someManagers, (managers) => {
        const permitted = against(ofNode("m2", demote, true, {}, managers)).length === 0;
        const left = managers.slice(1);
        const heard = left.filter(({ reachable }) => reachable).length;
        assert.equal(permitted, heard > left.length / 2);
      }),
    );
  });

  it("a demotion tells what it costs: a loss of two managers is one too many", () => {
    assert.deepEqual([1, 2, 3, 4, 5].map(quorumOf), [1, 2, 2, 3, 3]);
    const verdict = permit(ofNode("m2", demote), factsOf(), ALL);
    assert.ok(verdict.permitted);
    assert.deepEqual(verdict.notes, [
      "with 2 managers the swarm stands the loss of 0, no more than with one manager less",
    ]);
  });

  it("tasks for managers only are told of, but for Ballast's own parts", () => {
    const constraints = ["node.role==manager"];
    const own = stands("scheduler", [{ on: "m2" }], { constraints, labels: { "ballast.part": "scheduler" } });
    assert.deepEqual(against(ofNode("m2", demote), factsOf(own)), []);
    const facts = factsOf(own, stands("proxy", [{ on: "m2" }], { constraints }));
    assert.deepEqual(against(ofNode("m2", demote), facts), ["state evicted"]);
    assert.match(detailOf(ofNode("m2", demote), facts), /: proxy \(1 task, node.role==manager\)$/);
    const shy = factsOf(stands("web", [{ on: "n1" }], { constraints: ["node.role!=manager"] }));
    assert.deepEqual(against(ofNode("n1", promote), shy), ["state evicted"]);
  });

  it("only a node that is there is promoted", () => {
    assert.deepEqual(against(ofNode("n1", promote)), []);
    assert.deepEqual(against(ofNode("n1", promote, true, { state: "down" })), ["state ready"]);
    assert.deepEqual(against(ofNode("m2", promote, false, { state: "down" })), [], "it is one already");
  });
});
