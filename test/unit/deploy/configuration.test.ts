import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as z from "zod";
import { readYaml } from "../../support/repository.ts";

const prometheusSchema = z.object({
  rule_files: z.array(z.string()),
  scrape_configs: z.array(z.object({ job_name: z.string() })),
});

describe("demo/", () => {
  it("scrapes the jobs and loads the rules of deploy/prometheus.yml", () => {
    const [deployed, demo] = ["deploy", "demo"].map((folder) =>
      prometheusSchema.parse(readYaml(`${folder}/prometheus.yml`)),
    );
    assert.deepEqual(demo, deployed);
  });

  it("sets in ballast.yml what deploy/ballast.yml sets", () => {
    assert.deepEqual(keysOf(readYaml("demo/ballast.yml")), keysOf(readYaml("deploy/ballast.yml")));
  });
});

function keysOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return null;
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, keysOf(below)]));
}
