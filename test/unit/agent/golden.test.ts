import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createCollectors } from "../../../agent/collectors/list.ts";
import { readConfig } from "../../../agent/config.ts";
import { createMetricsPage } from "../../../agent/exposition/page.ts";
import { writeFamilies } from "../../../agent/exposition/text.ts";
import { containerPeaks, nodePeaks } from "../../../agent/recent/peaks.ts";
import { createSampler } from "../../../agent/sampler.ts";
import { selfFamilies } from "../../../agent/self.ts";
import type { NodeOptions } from "../../../agent/sources/node.ts";
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
  // What is found out once, by a program of its own, differs from machine to machine.
  const config = readConfig({}, [
    "--no-collector.hardware",
    "--no-collector.gpu",
    "--collector.container_tasks",
  ]);
  const stuck = `${sources.rootfs.root}/mnt/share`;
  const collectors = createCollectors(config, (path) => Promise.resolve(path === stuck ? null : SPACE), {
    latest: () => null,
  });
  const sampler = createSampler({ collectors, sources, log: SILENT, maxAge: 1, collectorTimeout: 5 });
  const page = createMetricsPage({ sampler, momentary: () => [], counted: () => Promise.resolve("") });
  return [...(await page("a scraper"))].join("");
}

/**
 * What promtool finds in names that are not ours: node_exporter writes meminfo's fields as the kernel does, and
 * cAdvisor's count of memory limit hits has no `_total`.
 */
const PEERS =
  /^node_(memory|netstat)_\S+ metric names should be written in 'snake_case'|^container_memory_failcnt /;

describe("the exposition", () => {
  for (const { file, host, node } of GOLDEN) {
    it(`is as in ${file}`, async () => {
      assertGolden(file, await expositionOf(host, node));
    });

    it(`has nothing that promtool would mend (${file})`, async (t) => {
      assertLintFree(t, await expositionOf(host, node), PEERS);
    });
  }

  it("of the agent itself and of recent use has nothing that promtool would mend", (t) => {
    const readings = [{ at: 1, values: [0.5, 1000, 1, 2, 3, 4] }];
    const self = selfFamilies({
      version: "0.1.0",
      sampleAge: 0.5,
      window: 15,
      pulse: { interval: 1, took: 0.004 },
      identity: knownIdentity({}),
    });
    const peaks = [
      ...nodePeaks({ labels: {}, readings }),
      ...containerPeaks([{ labels: { id: "/docker/x" }, readings }]),
    ];
    const text = [...writeFamilies([...self, ...peaks])].join("");
    assert.match(text, /^ballast_build_info\{component="agent",version="0.1.0"/m);
    assert.match(text, /^ballast_agent_sample_age_seconds 0.5$/m);
    assert.match(text, /^ballast_agent_window_seconds 15$/m);
    assert.match(text, /^ballast_agent_docker_up 1$/m);
    assert.match(text, /^ballast_container_disk_peak_bytes_per_second\{id="\/docker\/x"\} 7$/m);
    assertLintFree(t, text);
  });
});
