import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readConfig } from "../../../agent/config.ts";
import { ConfigError } from "../../../common/config/fault.ts";

function faultsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.faults.map(({ place }) => place);
  }
}

describe("the agent's configuration", () => {
  it("needs nothing set", () => {
    assert.deepEqual(readConfig({ PATH: "/bin" }), {
      listen: { host: "", port: 9880 },
      paths: { procfs: "/proc", sysfs: "/sys", rootfs: "/" },
      docker: { host: { socketPath: "/var/run/docker.sock" } },
      node: {},
      sample: { interval: 5, maxAge: 1, timeout: 5 },
      log: { level: "info" },
    });
  });

  it("reads the environment", () => {
    const config = readConfig({
      BALLAST_AGENT_LISTEN: "127.0.0.1:1234",
      BALLAST_AGENT_PATHS_PROCFS: "/rootfs/proc",
      BALLAST_AGENT_DOCKER_HOST: "tcp://proxy:2375",
      BALLAST_AGENT_NODE_CGROUP: "/ballast-lab/demo/node1/",
      BALLAST_AGENT_NODE_CPU_CORES: "0.5",
      BALLAST_AGENT_NODE_MEMORY_BYTES: "536870912",
      BALLAST_AGENT_SAMPLE_MAX_AGE: "500ms",
    });
    assert.deepEqual(config.listen, { host: "127.0.0.1", port: 1234 });
    assert.equal(config.paths.procfs, "/rootfs/proc");
    assert.deepEqual(config.docker.host, { host: "proxy", port: 2375, protocol: "http" });
    assert.deepEqual(config.node, {
      cgroup: "/ballast-lab/demo/node1",
      cpuCores: 0.5,
      memoryBytes: 536_870_912,
    });
    assert.equal(config.sample.maxAge, 0.5);
  });

  it("tells every fault at once", () => {
    const faults = faultsOf({
      BALLAST_AGENT_LISTEN: "nowhere",
      BALLAST_AGENT_DOCKER_HOST: "http://x",
      BALLAST_AGENT_NODE_CGROUP: "/a/../b",
      BALLAST_AGENT_NODE_CPU_CORES: "-1",
      BALLAST_AGENT_SAMPLE_INTERVAL: "5",
      BALLAST_AGENT_LOG_LEVEL: "loud",
      BALLAST_AGENT_NODE_CORES: "1",
    });
    assert.deepEqual([...faults].sort(), [
      "BALLAST_AGENT_DOCKER_HOST",
      "BALLAST_AGENT_LISTEN",
      "BALLAST_AGENT_LOG_LEVEL",
      "BALLAST_AGENT_NODE_CGROUP",
      "BALLAST_AGENT_NODE_CORES",
      "BALLAST_AGENT_NODE_CPU_CORES",
      "BALLAST_AGENT_SAMPLE_INTERVAL",
    ]);
  });

  it("refuses a capacity without the cgroup that has it, and the root as a node's cgroup", () => {
    assert.deepEqual(faultsOf({ BALLAST_AGENT_NODE_CPU_CORES: "2" }), ["BALLAST_AGENT_NODE_CPU_CORES"]);
    assert.deepEqual(faultsOf({ BALLAST_AGENT_NODE_CGROUP: "/" }), ["BALLAST_AGENT_NODE_CGROUP"]);
  });
});
