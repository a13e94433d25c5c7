import { describe, it } from "node:test";
import { decide } from "../../../../scheduler/decide/decide.ts";
import { assertGolden } from "../../../support/golden.ts";
import { aNode, aPolicy, aSwarm, GIB, NOW, stands, without } from "../../../support/swarm-builder.ts";

/** A plan; a node that stays hot, with refusals of both kinds; one that is away and one that is not measured. */
const SWARM = aSwarm(
  [
    aNode("n1", { hostname: "alpha", role: "manager", leader: true }),
    aNode("n2", { hostname: "bravo" }),
    aNode("n3", { hostname: "charlie", labels: { disk: "ssd" } }),
    aNode("n4", { hostname: "delta", availability: "drain" }),
    aNode("n5", { hostname: "echo" }),
  ],
  stands(
    "shop_web",
    [
      { on: "n1", cpu: 1.25, gib: 1 },
      { on: "n2", cpu: 1.25, gib: 1 },
    ],
    { constraints: ["node.hostname!=charlie"] },
  ),
  stands("shop_queue", [{ on: "n2", cpu: 2.25, gib: 2 }], {
    mounts: [{ type: "volume", target: "/var/lib/queue", readOnly: false, shared: false }],
  }),
  stands("shop_db", [{ on: "n1", cpu: 0.75, gib: 4 }], {
    mounts: [{ type: "volume", target: "/var/lib/db", readOnly: false, shared: false }],
  }),
  stands("batch_index", [{ on: "n1", cpu: 1.5, gib: 2 }], {
    constraints: ["node.labels.disk==ssd"],
    reservations: { cpuCores: 1, memoryBytes: 2 * GIB },
  }),
  stands("logs", [{ on: "n1", cpu: 0.125, gib: 0.25 }], { mode: "global", replicas: null }),
);

describe("the decision document", () => {
  it("is as the golden file has it", () => {
    const snapshot = { ...SWARM, nodeUsage: without(SWARM.nodeUsage, "n5") };
    const document = decide(snapshot, aPolicy(), NOW);
    assertGolden("decision.json", `${JSON.stringify(document, null, 2)}\n`);
  });
});
