import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createCollectors } from "../../../agent/collectors/list.ts";
import { createMetricsPage } from "../../../agent/metrics_page.ts";
import { createSampler } from "../../../agent/sampler.ts";
import { selfFamilies } from "../../../agent/self.ts";
import type { NodeOptions } from "../../../agent/sources/node.ts";
import { renderFamilies } from "../../../agent/exposition.ts";
import { assertGolden } from "../../support/golden.ts";
import { assertLintFree } from "../../support/promtool.ts";
import { fixtureSources, knownIdentity, SILENT, SPACE } from "./fixture.ts";

const MACHINE: NodeOptions = { cgroup: null, cpuCores: null, memoryBytes: null };

// UPDATE_GOLDEN=1 writes the files anew; look at the difference before you commit it.
const GOLDEN: readonly { readonly file: string; readonly host: string; readonly node: NodeOptions }[] = [
  { file: "agent.prom", host: "v1", node: MACHINE },
  { file: "agent-cgroup-v2.prom", host: "v2", node: MACHINE },
  {
    file: "agent-node-is-a-cgroup.prom",
    host: "v1",
    node: { cgroup: "/node1", cpuCores: 0.5, memoryBytes: 1e9 },
  },
];

async function expositionOf(host: string, node: NodeOptions): Promise<string> {
  const sources = fixtureSources(host, node);
  const collectors = createCollectors((path) => Promise.resolve(path === "/rootfs/mnt/share" ? null : SPACE));
  const sampler = createSampler({
    collectors,
    sources,
    log: SILENT,
    interval: 5,
    maxAge: 1,
    collectorTimeout: 5,
  });
  return await createMetricsPage(sampler, () => []).metrics();
}

/** What node_exporter's own names of meminfo's fields make promtool find. */
const MEMINFO = /^node_memory_\S+ metric names should be written in 'snake_case'/;

describe("the exposition", () => {
  for (const { file, host, node } of GOLDEN) {
    it(`is as in ${file}`, async () => {
      assertGolden(file, await expositionOf(host, node));
    });

    it(`has nothing that promtool would mend (${file})`, async (t) => {
      assertLintFree(t, await expositionOf(host, node), MEMINFO);
    });
  }

  it("of the agent itself has nothing that promtool would mend", async (t) => {
    const text = await renderFamilies(selfFamilies("0.1.0", 0.5, knownIdentity({})));
    assert.match(text, /^ballast_build_info\{component="agent",version="0.1.0"/m);
    assert.match(text, /^ballast_agent_sample_age_seconds 0.5$/m);
    assert.match(text, /^ballast_agent_docker_up 1$/m);
    assertLintFree(t, text);
  });
});
