import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { ConfigError } from "../../../common/config/fault.ts";
import { policyOf, readSchedulerConfig, type SchedulerConfig } from "../../../scheduler/config.ts";

function fromFile(yaml: string): SchedulerConfig {
  const folder = mkdtempSync(join(tmpdir(), "ballast-resources-"));
  try {
    const file = join(folder, "ballast.yml");
    writeFileSync(file, yaml);
    return readSchedulerConfig({ BALLAST_CONFIG: file });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message;
  }
  return assert.fail("it was taken");
}

const GPU = `
resources:
  gpu:
    capacity: gpu_count
    used: sum by (instance) (gpu_busy)
    task: sum by (instance, container_label_com_docker_swarm_task_id) (gpu_of_task)
    high: 90%
    target: 60%
`;

describe("the resources that the policy adds", () => {
  it("are none by default", () => {
    assert.deepEqual(readSchedulerConfig({}).resources, []);
    assert.deepEqual(Object.keys(policyOf(readSchedulerConfig({})).marks), ["cpu", "memory"]);
  });

  it("are known by name, as a variable or in the file, where their marks can be others", () => {
    const named = readSchedulerConfig({ BALLAST_RESOURCES: "network, disk,pressure" });
    assert.deepEqual(
      named.resources.map(({ name }) => name),
      ["network", "disk", "pressure"],
    );
    const { marks } = policyOf(fromFile("resources:\n  network:\n  disk: { high: 50%, target: 0.4 }\n"));
    assert.deepEqual(marks["network"], { high: 0.8, target: 0.7, quantile: 0.95 });
    assert.deepEqual(marks["disk"], { high: 0.5, target: 0.4, quantile: 0.95 });
  });

  it("are whatever the file asks Prometheus for", () => {
    const [gpu] = fromFile(GPU).resources;
    assert.equal(gpu?.name, "gpu");
    assert.equal(gpu.capacity, "gpu_count");
    assert.deepEqual(gpu.marks, { high: 0.9, target: 0.6, quantile: 0.95 });
  });

  const faults: readonly (readonly [what: string, read: () => unknown, words: RegExp])[] = [
    [
      "a name nobody knows",
      () => readSchedulerConfig({ BALLAST_RESOURCES: "gpu" }),
      /gpu.* lacks a query; write capacity, used and task .*network, disk, pressure/,
    ],
    [
      "one that is measured anyway",
      () => fromFile("resources:\n  cpu: {}\n"),
      /resources\.cpu: .*marks\.cpu/,
    ],
    [
      "a name that is none",
      () => fromFile("resources:\n  'Net work': {}\n"),
      /is no name; write small letters/,
    ],
    [
      "a target above the high mark",
      () => fromFile("resources:\n  network: { target: 90% }\n"),
      /resources\.network\.target: 0\.9 is not below high \(0\.8\)/,
    ],
    [
      "a setting that there is not",
      () => fromFile("resources:\n  network: { hihg: 90% }\n"),
      /hihg: no such/,
    ],
    ["a list", () => fromFile("resources: [network]\n"), /resources: .*(record|object)/],
    ["an empty query", () => fromFile("resources:\n  network: { used: '' }\n"), /network\.used: is empty/],
  ];
  for (const [what, read, words] of faults)
    it(`refuse ${what}`, () => {
      assert.match(refusal(read), words);
    });
});
