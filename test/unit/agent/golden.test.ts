import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { createCollectors } from "../../../agent/collectors/list.ts";
import { createMetricsPage } from "../../../agent/metrics_page.ts";
import { createSampler } from "../../../agent/sampler.ts";
import { selfFamilies } from "../../../agent/self.ts";
import type { NodeOptions } from "../../../agent/sources/node.ts";
import { renderFamilies } from "../../../agent/exposition.ts";
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

/** What promtool finds wrong, without what node_exporter's own names of meminfo's fields make it find. */
function lint(text: string): readonly string[] | null {
  const { error, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], {
    input: text,
    encoding: "utf8",
  });
  if (error !== undefined) return null;
  const faults = `${stdout}${stderr}`.split("\n").filter((line) => line.trim() !== "");
  return faults.filter(
    (line) => !/^node_memory_\S+ metric names should be written in 'snake_case'/.test(line),
  );
}

describe("the exposition", () => {
  for (const { file, host, node } of GOLDEN) {
    const path = join(import.meta.dirname, "../../golden", file);

    it(`is as in ${file}`, async () => {
      const text = await expositionOf(host, node);
      if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(path, text);
      assert.equal(text, readFileSync(path, "utf8"));
    });

    it(`has nothing that promtool would mend (${file})`, async (t) => {
      const faults = lint(await expositionOf(host, node));
      if (faults === null) t.skip("promtool is not installed");
      else assert.deepEqual(faults, []);
    });
  }

  it("of the agent itself has nothing that promtool would mend", async (t) => {
    const text = await renderFamilies(selfFamilies("0.1.0", 0.5, knownIdentity({})));
    assert.match(text, /^ballast_build_info\{component="agent",version="0.1.0"/m);
    assert.match(text, /^ballast_agent_sample_age_seconds 0.5$/m);
    assert.match(text, /^ballast_agent_docker_up 1$/m);
    const faults = lint(text);
    if (faults === null) t.skip("promtool is not installed");
    else assert.deepEqual(faults, []);
  });
});
