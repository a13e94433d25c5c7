import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { inspect, isDeepStrictEqual } from "node:util";
import { answerTo, readCommand } from "../../../agent/cli.ts";
import { agentSettings, readConfig, type AgentConfig } from "../../../agent/config.ts";
import { ConfigError } from "../../../common/config/fault.ts";
import type { Setting } from "../../../common/config/settings.ts";

const folder = mkdtempSync(join(tmpdir(), "ballast-cli-"));
after(() => {
  rmSync(folder, { recursive: true });
});

describe("--help", () => {
  const help = answerTo(["--help"]) ?? "";

  for (const { flag, variable, isSwitch, description, byDefault } of agentSettings()) {
    it(`tells of --${flag}`, () => {
      const start = help.indexOf(isSwitch ? `\n  --[no-]${flag}\n` : `\n  --${flag}=VALUE\n`);
      assert.ok(start > 0);
      const entry = help.slice(start, help.indexOf(`Variable: ${variable}\n`, start));
      assert.doesNotMatch(entry.slice(1), /\n {2}-/, "the variable belongs to another flag");
      const words = entry.replace(/\s+/g, "");
      assert.notEqual(description, "");
      assert.ok(words.includes(description.replace(/\s+/g, "")));
      if (byDefault !== null && byDefault !== "") assert.ok(words.includes(`Default:${byDefault}`));
    });
  }

  it("fits into a hundred columns", () => {
    assert.deepEqual(
      help.split("\n").filter((line) => line.length > 100 || line !== line.trimEnd()),
      [],
    );
  });

  it("is given for -h, and wherever it stands, but not for a flag's value", () => {
    for (const args of [["-h"], ["--bogus", "--help"], ["--version", "--help"]])
      assert.equal(answerTo(args), help);
    assert.equal(answerTo(["--path.procfs=--help"]), null);
    assert.equal(answerTo([]), null);
  });
});

describe("--version", () => {
  it("names the program, its version and Node's", () => {
    const answer = answerTo(["--version"]) ?? "";
    assert.match(answer, /^ballast agent, version \d+\.\d+\.\d+\n/);
    assert.ok(answer.includes(process.version));
  });
});

describe("a setting's flag and variable", () => {
  // The first of these that a setting takes and that changes something is what it is tried with.
  const CANDIDATES = ["true", "false", "/x", ":1", "tcp://h:1", "7s", "warn", "2"];
  const base = { BALLAST_AGENT_NODE_CGROUP: "/node" };

  function attempt(env: NodeJS.ProcessEnv, args: readonly string[] = []): AgentConfig | null {
    try {
      return readConfig(env, args);
    } catch (error) {
      assert.ok(error instanceof ConfigError);
      return null;
    }
  }

  function changing({ variable }: Setting): string | undefined {
    const before = readConfig(base);
    return CANDIDATES.find((value) => {
      const config = attempt({ ...base, [variable]: value });
      return config !== null && !isDeepStrictEqual(config, before);
    });
  }

  for (const setting of agentSettings()) {
    it(`say the same thing: --${setting.flag}`, () => {
      const value = changing(setting);
      assert.notEqual(value, undefined, "no value of it changes anything");
      const others = Object.fromEntries(Object.entries(base).filter(([name]) => name !== setting.variable));
      const flagged = attempt(others, [`--${setting.flag}=${value ?? ""}`]);
      assert.deepEqual(flagged, attempt({ ...base, [setting.variable]: value }), inspect(value));
    });
  }
});

describe("a command line", () => {
  it("is a configuration", async () => {
    const config = await readCommand(["--log.level=warn"], { BALLAST_AGENT_PATH_SYSFS: "/x" });
    assert.deepEqual([config.log.level, config.path.sysfs], ["warn", "/x"]);
  });

  it("brings the faults of its web configuration file along with its own", async () => {
    const file = join(folder, "web.yml");
    writeFileSync(file, "bogus: 1\n");
    for (const [args, env] of [
      [["--stray", `--web.config.file=${file}`], {}],
      [["--stray"], { BALLAST_AGENT_WEB_CONFIG_FILE: file }],
    ] as const) {
      await assert.rejects(readCommand(args, env), (error: unknown) => {
        assert.ok(error instanceof ConfigError);
        assert.deepEqual(
          error.faults.map(({ place }) => place),
          ["--stray", `${file}: bogus`],
        );
        return true;
      });
    }
  });

  it("is good with a good file", async () => {
    const file = join(folder, "good.yml");
    writeFileSync(file, "http_server_config: {http2: false}\n");
    const { web } = await readCommand([`--web.config.file=${file}`], {});
    assert.equal(web.config.file, file);
  });
});
