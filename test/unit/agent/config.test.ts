import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { agentSettings, collectorsOf, readConfig } from "../../../agent/config.ts";
import { COLLECTOR_DEFAULTS } from "../../../agent/collectors/names.ts";
import { ConfigError } from "../../../common/config/fault.ts";

function faultsOf(env: NodeJS.ProcessEnv, ...args: readonly string[]): readonly string[] {
  try {
    readConfig(env, args);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.faults.map(({ place, problem }) => `${place}: ${problem}`);
  }
}

function placesOf(env: NodeJS.ProcessEnv, ...args: readonly string[]): readonly string[] {
  return faultsOf(env, ...args)
    .map((fault) => fault.replace(/: .*$/, ""))
    .sort();
}

describe("the agent's configuration", () => {
  it("needs nothing set", () => {
    const { collector, ...rest } = readConfig({ PATH: "/bin" });
    assert.deepEqual(rest, {
      web: { listenAddress: { host: "", port: 9880 }, config: {} },
      path: { procfs: "/proc", sysfs: "/sys", rootfs: "/", udev: { data: "/run/udev/data" } },
      docker: { host: { socketPath: "/var/run/docker.sock" } },
      node: {},
      sample: { maxAge: 1 },
      log: { level: "info" },
    });
    assert.equal(collector.timeout, 5);
  });

  it("reads the environment", () => {
    const config = readConfig({
      BALLAST_AGENT_WEB_LISTEN_ADDRESS: "127.0.0.1:1234",
      BALLAST_AGENT_PATH_PROCFS: "/rootfs/proc",
      BALLAST_AGENT_DOCKER_HOST: "tcp://proxy:2375",
      BALLAST_AGENT_NODE_CGROUP: "/ballast-lab/demo/node1/",
      BALLAST_AGENT_NODE_CPU_CORES: "0.5",
      BALLAST_AGENT_NODE_MEMORY_BYTES: "536870912",
      BALLAST_AGENT_SAMPLE_MAX_AGE: "500ms",
    });
    assert.deepEqual(config.web.listenAddress, { host: "127.0.0.1", port: 1234 });
    assert.equal(config.path.procfs, "/rootfs/proc");
    assert.deepEqual(config.docker.host, { host: "proxy", port: 2375, protocol: "http" });
    assert.deepEqual(config.node, {
      cgroup: "/ballast-lab/demo/node1",
      cpuCores: 0.5,
      memoryBytes: 536_870_912,
    });
    assert.equal(config.sample.maxAge, 0.5);
  });

  it("reads flags, with their value behind them or behind a =, and takes them before the environment", () => {
    const env = { BALLAST_AGENT_PATH_PROCFS: "/from/env", BALLAST_AGENT_PATH_SYSFS: "/also/env" };
    const { path, web } = readConfig(env, ["--path.procfs", "/a=b", "--web.listen-address=:1"]);
    assert.equal(path.procfs, "/a=b");
    assert.equal(path.sysfs, "/also/env");
    assert.equal(web.listenAddress.port, 1);
  });

  it("has no two settings of one flag or one variable", () => {
    const settings = agentSettings();
    assert.equal(new Set(settings.map(({ flag }) => flag)).size, settings.length);
    assert.equal(new Set(settings.map(({ variable }) => variable)).size, settings.length);
  });

  it("takes an empty exclusion for none, as node_exporter does", () => {
    const { collector } = readConfig({}, ["--collector.filesystem.fs-types-exclude="]);
    assert.equal(collector["filesystem.fsTypesExclude"].test("tmpfs"), false);
    assert.equal(readConfig({}).collector["filesystem.fsTypesExclude"].test("proc"), true);
  });

  it("refuses a capacity without the cgroup that has it, and the root as a node's cgroup", () => {
    assert.deepEqual(placesOf({ BALLAST_AGENT_NODE_CPU_CORES: "2" }), ["BALLAST_AGENT_NODE_CPU_CORES"]);
    assert.deepEqual(placesOf({}, "--node.cgroup=/"), ["--node.cgroup"]);
  });
});

describe("the collectors that run", () => {
  const byDefault = Object.entries(COLLECTOR_DEFAULTS).flatMap(([name, on]) => (on ? [name] : []));

  it("are those that are on by default, but for what flags and variables say", () => {
    assert.deepEqual([...collectorsOf(readConfig({}))], byDefault);
    const env = { BALLAST_AGENT_COLLECTOR_LOADAVG: "false" };
    const names = collectorsOf(readConfig(env, ["--no-collector.gpu", "--collector.container_tasks"]));
    const expected = new Set([...byDefault, "container_tasks"]);
    expected.delete("gpu");
    expected.delete("loadavg");
    assert.deepEqual(new Set(names), expected);
  });

  it("are only those asked for by name when the defaults are off", () => {
    const args = ["--collector.disable-defaults", "--collector.cpu", "--collector.meminfo=yes"];
    assert.deepEqual([...collectorsOf(readConfig({}, args))], ["cpu", "meminfo"]);
  });
});

describe("what is wrong with flags and environment", () => {
  it("is told all at once", () => {
    const faults = placesOf(
      {
        BALLAST_AGENT_DOCKER_HOST: "http://x",
        BALLAST_AGENT_NODE_CGROUP: "/a/../b",
        BALLAST_AGENT_NODE_CPU_CORES: "-1",
        BALLAST_AGENT_SAMPLE_INTERVAL: "5",
        BALLAST_AGENT_NODE_CORES: "1",
      },
      "--web.listen-address=nowhere",
      "--log.level",
      "--collector.netdev.device-include=(",
      "--no-path.procfs",
      "--no-collector.cpu=1",
      "--bogus",
      "stray",
      "--sample.max-age=1s",
      "--sample.max-age=2s",
    );
    assert.deepEqual(
      faults,
      [
        "BALLAST_AGENT_DOCKER_HOST",
        "BALLAST_AGENT_NODE_CGROUP",
        "BALLAST_AGENT_NODE_CPU_CORES",
        "BALLAST_AGENT_SAMPLE_INTERVAL",
        "BALLAST_AGENT_NODE_CORES",
        "--web.listen-address",
        "--log.level",
        "--collector.netdev.device-include",
        "--no-path.procfs",
        "--no-collector.cpu",
        "--bogus",
        "stray",
        "--sample.max-age",
      ].sort(),
    );
  });

  const CASES: readonly (readonly [args: readonly string[], fault: string])[] = [
    [["--path.procfs"], "--path.procfs: has no value; write one behind it"],
    [["--log.level", "--collector.cpu"], "--log.level: has no value; write one behind it"],
    [["--collector.cpu", "--no-collector.cpu"], "--no-collector.cpu: is given twice; keep one"],
    [["--no-collector.cpu=yes"], "--no-collector.cpu: takes no value; remove it"],
    [["--collector.cpu=perhaps"], '--collector.cpu: "perhaps" is neither yes nor no; write true or false'],
    [["--collector.cpu", "false"], "false: stands for nothing here; remove it"],
    [["--no-log.level"], "--no-log.level: --log.level is no switch that could be off; remove it"],
    [["--path.profs=/x"], "--path.profs: no such flag; did you mean --path.procfs?"],
    [["-path.procfs=/x"], "-path.procfs: no such flag; did you mean --path.procfs?"],
    [["-xyz"], "-xyz: no such flag; remove it"],
    [["--"], "--: no such flag; remove it"],
    [["two\nlines"], '"two\\nlines": stands for nothing here; remove it'],
    [
      ["--collector.netdev.device-include=(\n"],
      '--collector.netdev.device-include: "(\\n" is no regular expression (Unterminated group); mend or remove it',
    ],
    [["--path.procfs="], "--path.procfs: is empty; write a folder, such as /rootfs/proc"],
  ];
  for (const [args, fault] of CASES) {
    it(`is of ${JSON.stringify(args)}: ${JSON.stringify(fault)}`, () => {
      assert.deepEqual(faultsOf({}, ...args), [fault]);
    });
  }

  it("names the variable that an older or misspelt one stands for", () => {
    assert.deepEqual(faultsOf({ BALLAST_AGENT_PATHS_PROCFS: "/x" }), [
      "BALLAST_AGENT_PATHS_PROCFS: no such setting; did you mean BALLAST_AGENT_PATH_PROCFS?",
    ]);
  });
});

describe("a command line of any words", () => {
  const flags = agentSettings().flatMap(({ flag }) => [`--${flag}`, `--no-${flag}`, `-${flag}`]);
  const value = fc.oneof(fc.string(), fc.constantFrom("", "1", "-", "--", "=", "/x", ":0", "(\n", "x\n"));
  const name = fc.oneof(
    fc.constantFrom(...flags, "--__proto__", "--constructor", "--toString", "--no-", "---"),
    fc.string().map((text) => `-${text}`),
  );
  const word = fc.oneof(
    name,
    value,
    fc.tuple(name, value).map(([left, right]) => `${left}=${right}`),
  );

  it("is read or refused with faults of one line each, and throws nothing else", () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (args) => {
        for (const fault of faultsOf({}, ...args)) {
          assert.match(fault, /^\S.*: .+$/);
          assert.doesNotMatch(fault, /\n/);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("is read when each flag stands there once with its default, whatever their order", () => {
    const given = agentSettings().flatMap(({ flag, isSwitch, byDefault }) =>
      isSwitch ? [`--no-${flag}`] : byDefault === null ? [] : [`--${flag}=${byDefault}`],
    );
    fc.assert(
      fc.property(fc.shuffledSubarray(given), (args) => {
        assert.deepEqual(faultsOf({}, ...args), []);
      }),
    );
  });
});
