import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { productVersion } from "../../../common/version.ts";
import { decide } from "../../../scheduler/decide/decide.ts";
import { createMetrics, type SchedulerMetrics } from "../../../scheduler/metrics.ts";
import type { MoveResult } from "../../../scheduler/ports.ts";
import { assertGolden } from "../../support/golden.ts";
import { assertLintFree } from "../../support/promtool.ts";
import { aNode, aPolicy, aSwarm, NOW, stands, without } from "../../support/swarm-builder.ts";

/** n1 is full by two services, of which the one that may not move is too much by itself; n3 is not measured. */
const SWARM = aSwarm(
  [
    aNode("n1", { hostname: "alpha" }),
    aNode("n2", { hostname: "bravo" }),
    aNode("n3", { hostname: "charlie" }),
  ],
  stands("web", [{ on: "n1", cpu: 0.5, gib: 2 }]),
  stands("db", [{ on: "n1", cpu: 3.25, gib: 4 }], {
    mounts: [{ type: "volume", target: "/data", readOnly: false, shared: false }],
  }),
);
const SEEN = { ...SWARM, nodeUsage: without(SWARM.nodeUsage, "n3") };

const LANDED: MoveResult = {
  moveId: "m1",
  service: "web",
  fromName: "alpha",
  toName: "bravo",
  serviceId: "s1",
  fromId: "n1",
  toId: "n2",
  startSeconds: 0.5,
  collateral: 2,
  outcome: "landed",
  detail: "",
  seconds: 12.5,
};

/** One release's golden file serves the next. */
async function expositionOf({ registry }: SchedulerMetrics): Promise<string> {
  return (await registry.metrics()).replaceAll(`version="${productVersion()}"`, 'version="VERSION"');
}

async function afterOneMove(): Promise<string> {
  const metrics = createMetrics("act");
  metrics.decided(decide(SEEN, aPolicy({ mode: "act" }), NOW));
  metrics.moved(LANDED);
  metrics.recovered();
  metrics.hooked("alertmanager", "accepted");
  return expositionOf(metrics);
}

const EXPOSITIONS: readonly (readonly [file: string, exposition: () => Promise<string>])[] = [
  ["scheduler-fresh.prom", () => expositionOf(createMetrics("advise"))],
  ["scheduler.prom", afterOneMove],
];

describe("the scheduler's exposition", () => {
  for (const [file, exposition] of EXPOSITIONS) {
    it(`is as in ${file}`, async () => {
      assertGolden(file, await exposition());
    });

    it(`has nothing that promtool would mend (${file})`, async (t) => {
      assertLintFree(t, await exposition());
    });
  }

  it("shows what is not known by its absence, never by the last that was", async () => {
    const metrics = createMetrics("act");
    metrics.decided(decide(SWARM, aPolicy(), NOW));
    assert.match(await expositionOf(metrics), /^ballast_node_load_ratio\{node="alpha",resource="cpu"\}/m);
    const unread = { source: "swarm", ageSeconds: null, doubts: ["away"] } as const;
    const blind = { ...aSwarm([]), inputs: [unread] };
    metrics.decided(decide(blind, aPolicy(), NOW));
    const text = await expositionOf(metrics);
    assert.doesNotMatch(text, /^ballast_(node_load_ratio|cluster_imbalance_ratio|input_age_seconds)/m);
    assert.match(text, /^ballast_input_trusted 0$/m);
    assert.match(text, /^ballast_decisions_total\{outcome="untrusted",reason="swarm"\} 1$/m);
  });
});
