import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decide } from "../../../../scheduler/decide/decide.ts";
import { aNode, aPolicy, aSwarm, NOW, stands, type Standing } from "../../../support/swarm-builder.ts";

const NODES = [aNode("n1"), aNode("n2"), aNode("n3")];
const PINNED = { mounts: [{ type: "volume", target: "/data", readOnly: false, shared: false }] };

function stuckBy(...standings: readonly Standing[]): { cause: string; reason: string } {
  const { outcome, cause, reason, moves } = decide(aSwarm(NODES, ...standings), aPolicy(), NOW);
  assert.equal(outcome, "stuck");
  assert.deepEqual(moves, []);
  return { cause, reason };
}

describe("a hot swarm in which no move is allowed", () => {
  it("names the node, its load and the rule that binds", () => {
    assert.deepEqual(stuckBy(stands("db", [{ on: "n1", cpu: 3.6 }], PINNED)), {
      cause: "local-data",
      reason:
        "n1 stands at 90 % cpu and no move is allowed " +
        "(local-data: its volume mount at /data may hold data of this node)",
    });
  });
  it("names the rule that spoke most often", () => {
    const { cause, reason } = stuckBy(
      stands("db", [{ on: "n1", cpu: 0.2 }], PINNED),
      stands("web", [{ on: "n1", cpu: 3.4 }]),
    );
    assert.equal(cause, "headroom");
    assert.match(reason, /it would bring n2 to 85 % cpu, above 60 %/);
  });
  it("names what holds on the worst node, however much is refused on another", () => {
    const { cause, reason } = stuckBy(
      stands("db", [{ on: "n1", cpu: 3.9 }], PINNED),
      ...["a", "b", "c"].map((id) =>
        stands(id, [{ on: "n2", cpu: 1.2 }], { labels: { "ballast.move": "never" } }),
      ),
    );
    assert.equal(cause, "local-data");
    assert.match(reason, /^n1 stands at 98 % cpu .*local-data/);
  });
  it("says so when what burdens the node is no task of Swarm", () => {
    const swarm = aSwarm(NODES);
    const used = { cpuCores: 3.8, memoryBytes: 0 };
    const burdened = { capacity: { cpuCores: 4, memoryBytes: 1 }, used, remainder: used };
    const nodeUsage = { ...swarm.nodeUsage, n2: burdened };
    const { outcome, cause, reason } = decide({ ...swarm, nodeUsage }, aPolicy(), NOW);
    assert.equal(outcome, "stuck");
    assert.equal(cause, "no-tasks");
    assert.equal(reason, "n2 stands at 95 % cpu and no move is allowed (no task of a service stands on it)");
  });
  it("lists each refusal once, with task and node where they matter", () => {
    const { refusals } = decide(
      aSwarm(NODES, stands("web", [{ on: "n1", cpu: 3.4 }]), stands("db", [{ on: "n1", cpu: 0.2 }], PINNED)),
      aPolicy(),
      NOW,
    );
    assert.deepEqual(
      refusals.map(({ filter, task, node }) => [filter, task, node]),
      [
        ["local-data", "db.1", null],
        ["headroom", "web.1", "n2"],
        ["headroom", "web.1", "n3"],
      ],
    );
  });
});

describe("a hot swarm in which time alone would allow a move", () => {
  it("settles, and says what it waits for", () => {
    const fresh = { updatedAtMs: NOW - 1000 };
    const decision = decide(aSwarm(NODES, stands("web", [{ on: "n1", cpu: 3.4 }], fresh)), aPolicy(), NOW);
    assert.equal(decision.outcome, "settling");
    assert.equal(decision.cause, "quiet");
    assert.match(decision.reason, /^n1 stands at \d+ % cpu; waiting \(quiet: its spec was written 1 s ago/);
  });
});
