import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { contextOf } from "../../../../scheduler/decide/candidates.ts";
import { decideLightly } from "../../../support/decide-lightly.ts";
import { forecastDrain } from "../../../../scheduler/decide/search/empty.ts";
import { afterMove, viewOf } from "../../../../scheduler/decide/view.ts";
import type { DrainOrder } from "../../../../scheduler/domain/order.ts";
import type { Snapshot } from "../../../../scheduler/domain/snapshot.ts";
import { aNode, aPolicy, aSwarm, GIB, NOW, stands } from "../../../support/swarm-builder.ts";

const NODES = [aNode("n1"), aNode("n2"), aNode("n3")];

function draining(snapshot: Snapshot, node: string, over: Partial<DrainOrder> = {}): Snapshot {
  const at = new Date(NOW).toISOString();
  return {
    ...snapshot,
    orders: [{ kind: "drain", id: "o1", node, force: false, reason: "", at, ...over }],
  };
}

function forecast(snapshot: Snapshot, node: string) {
  return forecastDrain(viewOf(snapshot), node, contextOf(snapshot, aPolicy(), NOW));
}

describe("a drain", () => {
  const swarm = aSwarm(
    NODES,
    stands("a", [{ on: "n1", cpu: 0.5 }]),
    stands("b", [{ on: "n1", cpu: 0.5 }, { on: "n2" }]),
    stands("c", [{ on: "n3", cpu: 2 }]),
  );

  it("moves off the node in every mode, one task of a service a round, to the coolest", () => {
    for (const mode of ["observe", "advise", "act"] as const) {
      const { outcome, cause, moves } = decideLightly(draining(swarm, "n1"), aPolicy({ mode }), NOW);
      assert.deepEqual([outcome, cause], ["plan", "drain"]);
      assert.deepEqual(
        moves.map(({ service, to }) => [service, to]),
        [
          ["a", "n2"],
          ["b", "n3"],
        ],
      );
      assert.match(moves[0]?.reason ?? "", /^n1 is being drained/);
    }
  });

  it("does not wait for what Ballast would wait for by itself, nor for a measurement", () => {
    const young = aSwarm(
      NODES,
      stands("a", [{ on: "n1", stateSinceMs: NOW - 1000 }], { updatedAtMs: NOW - 1000 }),
    );
    const { moves } = decideLightly(draining({ ...young, taskUsage: {} }, "n1"), aPolicy(), NOW);
    assert.equal(moves.length, 1);
  });

  it("needs no measurements, and spreads tasks as Swarm would then; but a swarm that can be read", () => {
    const away = { source: "prometheus", ageSeconds: null, doubts: ["it is away"] } as const;
    const names = ["a", "b", "c", "d"];
    const standing = aSwarm(NODES, ...names.map((id) => stands(id, [{ on: "n1" }])));
    const blind = {
      ...standing,
      nodeUsage: {},
      taskUsage: {},
      inputs: [...standing.inputs.slice(0, 1), away],
    };
    const policy = aPolicy({ movesPerRound: 4 });
    assert.deepEqual(
      decideLightly(draining(blind, "n1"), policy, NOW).moves.map(({ to }) => to),
      ["n2", "n3", "n2", "n3"],
    );
    assert.equal(decideLightly(blind, policy, NOW).outcome, "untrusted");
    const deaf = { ...blind, inputs: [{ ...away, source: "swarm" as const }] };
    assert.deepEqual(decideLightly(draining(deaf, "n1"), policy, NOW).moves, []);
  });

  it("takes a node above its marks rather than none, but a cooler one first", () => {
    const full = { cpu: 3.5 };
    const tight = aSwarm(
      NODES.slice(0, 2),
      stands("a", [{ on: "n1", cpu: 1 }]),
      stands("z", [{ on: "n2", ...full }]),
    );
    assert.deepEqual(
      forecast(tight, "n1").moves.map(({ to }) => to),
      ["n2"],
    );
    const wide = aSwarm(NODES, stands("a", [{ on: "n1", cpu: 1 }]), stands("z", [{ on: "n2", ...full }]));
    assert.deepEqual(
      forecast(wide, "n1").moves.map(({ to }) => to),
      ["n3"],
    );
  });

  it("brings nothing to a node that is being drained", () => {
    const hot = aSwarm(NODES, ...["a", "b", "c"].map((id) => stands(id, [{ on: "n1", cpu: 1.25 }])));
    const { moves } = decideLightly(draining(hot, "n2"), aPolicy({ mode: "act" }), NOW);
    assert.ok(moves.length > 0 && moves.every(({ to }) => to === "n3"));
  });

  it("tells beforehand what would be cut, left pending or ended, and by which rule", () => {
    const reserved = { reservations: { cpuCores: 0, memoryBytes: 20 * GIB } };
    const mixed = aSwarm(
      NODES,
      stands("data", [{ on: "n1" }], {
        mounts: [{ type: "bind", target: "/data", readOnly: false, shared: false }],
      }),
      stands("huge", [{ on: "n1" }], reserved),
      stands("everywhere", [{ on: "n1" }], { mode: "global", replicas: null }),
      stands("free", [{ on: "n1" }]),
    );
    const { moves, cut, pending, ended } = forecast(mixed, "n1");
    assert.deepEqual(
      moves.map(({ service }) => service),
      ["free"],
    );
    assert.deepEqual(
      cut.map(({ service, filter }) => [service, filter]),
      [["data", "local-data"]],
    );
    assert.deepEqual(
      pending.map(({ service, filter }) => [service, filter]),
      [["huge", "reservations"]],
    );
    assert.deepEqual(ended, ["everywhere"]);
  });

  it("forecasts every task of the node once, and never the node itself as a target", () => {
    const standing = fc.record({
      copies: fc.array(fc.constantFrom("n1", "n2", "n3"), { minLength: 1, maxLength: 4 }),
      bound: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(standing, { maxLength: 6 }), (services) => {
        const snapshot = aSwarm(
          NODES,
          ...services.map(({ copies, bound }, index) =>
            stands(
              `s${index}`,
              copies.map((on) => ({ on, cpu: 0.1 })),
              bound ? { mounts: [{ type: "bind", target: "/d", readOnly: false, shared: false }] } : {},
            ),
          ),
        );
        const { moves, cut, pending, ended } = forecast(snapshot, "n1");
        const there = snapshot.tasks.filter(({ nodeId }) => nodeId === "n1");
        const told = [...moves.map(({ taskId }) => taskId), ...[...cut, ...pending].map(({ task }) => task)];
        assert.deepEqual(told.toSorted(), there.map(({ id }) => id).toSorted());
        assert.deepEqual(ended, []);
        const end = moves.reduce(afterMove, viewOf(snapshot));
        assert.equal(end.nodes.get("n1")?.tasks.length, cut.length + pending.length);
      }),
    );
  });
});
