import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import * as z from "zod";
import { ConfigError, readAll } from "../../../common/config/fault.ts";
import { loadConfig } from "../../../common/config/load.ts";
import { yamlFile } from "../../../common/config/yaml.ts";
import { count, duration, flag, text } from "../../../common/config/types.ts";
import { settingsOf } from "../../../common/config/settings.ts";

const SCHEMA = z.strictObject({
  password: text("a password").default("none"),
  act: z
    .strictObject({ quietPeriod: duration().prefault("10m"), dryRun: flag().prefault(false) })
    .prefault({}),
  limits: z.strictObject({ moves: count(1, 9).optional() }).prefault({}),
});

const SCOPE = { prefix: "BALLAST_", foreignPrefixes: ["BALLAST_AGENT_"] };

let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "ballast-config-"));
});
after(() => {
  rmSync(folder, { recursive: true });
});

function fileWith(content: string): string {
  const file = join(folder, "ballast.yml");
  writeFileSync(file, content);
  return file;
}

function load(
  env: NodeJS.ProcessEnv,
  file: string | null = null,
  args: readonly string[] = [],
): z.output<typeof SCHEMA> {
  return loadConfig(SCHEMA, { args, env, scope: SCOPE, file: file === null ? null : yamlFile(file) });
}

function faultsOf(env: NodeJS.ProcessEnv, file: string | null = null): readonly string[] {
  try {
    load(env, file);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.faults.map(({ place, problem }) => `${place}: ${problem}`);
  }
}

describe("settingsOf", () => {
  it("tells each leaf's flag, whether it is a switch, and its default as one would write it", () => {
    assert.deepEqual(
      settingsOf(SCHEMA, "BALLAST_").map(({ flag, isSwitch, byDefault }) => [flag, isSwitch, byDefault]),
      [
        ["password", false, "none"],
        ["act.quiet-period", false, "10m"],
        ["act.dry-run", true, "false"],
        ["limits.moves", false, null],
      ],
    );
  });

  it("names every leaf's variable", () => {
    assert.deepEqual(
      settingsOf(SCHEMA, "BALLAST_").map(({ variable }) => variable),
      ["BALLAST_PASSWORD", "BALLAST_ACT_QUIET_PERIOD", "BALLAST_ACT_DRY_RUN", "BALLAST_LIMITS_MOVES"],
    );
  });
});

describe("a configuration", () => {
  it("has defaults for all that has", () => {
    assert.deepEqual(load({}), { password: "none", act: { quietPeriod: 600, dryRun: false }, limits: {} });
  });

  it("comes from the file, and from the environment above it", () => {
    const file = fileWith("act:\n  quietPeriod: 5m\n  dryRun: yes\n");
    const config = load({ BALLAST_ACT_QUIET_PERIOD: "1h", OTHER: "x" }, file);
    assert.deepEqual(config.act, { quietPeriod: 3600, dryRun: true });
  });

  it("comes from the command line above all", () => {
    const file = fileWith("act:\n  quietPeriod: 5m\n");
    const { act } = load({ BALLAST_ACT_QUIET_PERIOD: "1h" }, file, [
      "--act.quiet-period=2h",
      "--act.dry-run",
    ]);
    assert.deepEqual(act, { quietPeriod: 7200, dryRun: true });
  });

  it("takes an empty file, and an empty variable for one that is not set", () => {
    assert.equal(load({ BALLAST_PASSWORD: "" }, fileWith("")).password, "none");
  });
});

describe("NAME_FILE", () => {
  it("gives the file's content without its last newline", () => {
    const secret = join(folder, "secret");
    writeFileSync(secret, "s3cret \n");
    assert.equal(load({ BALLAST_PASSWORD_FILE: secret }).password, "s3cret");
    const period = join(folder, "period");
    writeFileSync(period, "2m\r\n");
    assert.equal(load({ BALLAST_ACT_QUIET_PERIOD_FILE: period }).act.quietPeriod, 120);
  });

  it("is a fault beside NAME", () => {
    assert.deepEqual(faultsOf({ BALLAST_PASSWORD_FILE: "/x", BALLAST_PASSWORD: "y" }), [
      "BALLAST_PASSWORD_FILE: BALLAST_PASSWORD is set too; keep one of them",
    ]);
  });

  it("is a fault when it cannot be read", () => {
    assert.deepEqual(faultsOf({ BALLAST_PASSWORD_FILE: "/nowhere/x" }), [
      "BALLAST_PASSWORD_FILE: cannot read /nowhere/x (ENOENT); name a file that can be read",
    ]);
  });
});

describe("the faults of a configuration", () => {
  it("tell an unknown variable, with what was meant", () => {
    assert.deepEqual(faultsOf({ BALLAST_ACT_QUIET_TIME: "1m" }), [
      "BALLAST_ACT_QUIET_TIME: no such setting; did you mean BALLAST_ACT_QUIET_PERIOD?",
    ]);
    assert.deepEqual(faultsOf({ BALLAST_XYZ: "1" }), ["BALLAST_XYZ: no such setting; remove it"]);
  });

  it("tell what was meant by a name that only lacks or has too much in its middle", () => {
    assert.deepEqual(faultsOf({ BALLAST_PASWORD: "x" }), [
      "BALLAST_PASWORD: no such setting; did you mean BALLAST_PASSWORD?",
    ]);
  });

  it("do not blame a variable for a longer name in the file", () => {
    const file = fileWith("passwords: x\n");
    assert.deepEqual(faultsOf({ BALLAST_PASSWORD: "y" }, file), [
      `${file}: passwords: no such setting; remove it or mend its name`,
    ]);
  });

  it("leave a neighbour's variables to the neighbour", () => {
    assert.deepEqual(faultsOf({ BALLAST_AGENT_ANYTHING: "1" }), []);
  });

  it("come all at once, each with the place where it is mended", () => {
    const file = fileWith("act:\n  quietPeriod: soon\n  quitePeriod: 1m\nlimits:\n  moves: 3\n");
    const faults = faultsOf({ BALLAST_LIMITS_MOVES: "many", BALLAST_NONSENSE: "1" }, file);
    assert.equal(faults.length, 4);
    const places = faults.map((fault) => fault.replace(/: (no such|"|is ).*$/, "")).sort();
    assert.deepEqual(
      places,
      [
        `${file}: act.quietPeriod`,
        `${file}: act.quitePeriod`,
        "BALLAST_LIMITS_MOVES",
        "BALLAST_NONSENSE",
      ].sort(),
    );
  });

  it("read as one message", () => {
    assert.throws(() => load({ BALLAST_LIMITS_MOVES: "x", BALLAST_PASSWORD_FILE: "/nowhere" }), {
      name: "ConfigError",
      message: [
        "bad configuration, 2 faults:",
        "  BALLAST_PASSWORD_FILE: cannot read /nowhere (ENOENT); name a file that can be read",
        '  BALLAST_LIMITS_MOVES: "x" is out of range; write a whole number from 1 to 9',
      ].join("\n"),
    });
  });

  it("give bad YAML its line and column", () => {
    const file = fileWith("act:\n  quietPeriod: 1m\n bad\n");
    const [fault, ...more] = faultsOf({}, file);
    assert.deepEqual(more, []);
    assert.match(fault ?? "", new RegExp(`^${file}:3:\\d+: no valid YAML \\(.+\\); mend that line$`));
  });

  it("tell a file that is no mapping or cannot be read", () => {
    const file = fileWith("- a\n- b\n");
    assert.deepEqual(faultsOf({}, file), [
      `${file}: the top of the file is no mapping; write \`key: value\` lines`,
    ]);
    assert.match(faultsOf({}, "/nowhere.yml")[0] ?? "", /^\/nowhere\.yml: cannot be read/);
  });
});

describe("a file that cannot be read", () => {
  it("is told of with what is wrong in the environment, and nothing is guessed of the rest", () => {
    const env = { BALLAST_ACT_DRY_RUN: "perhaps", BALLAST_ACT_QUIET: "1m" };
    const faults = faultsOf(env, fileWith("act:\n  bad: [\n"));
    assert.equal(faults.length, 3);
    assert.match(faults[0] ?? "", /ballast\.yml:\d+:\d+: no valid YAML/);
    assert.match(faults[1] ?? "", /^BALLAST_ACT_QUIET: no such setting/);
    assert.match(faults[2] ?? "", /^BALLAST_ACT_DRY_RUN: "perhaps" is neither yes nor no/);
  });
});

describe("readAll", () => {
  const bad = (place: string) => () => {
    throw new ConfigError([{ place, problem: "is bad" }]);
  };

  it("returns what each read", () => {
    assert.deepEqual(readAll([() => 1, () => "two"]), [1, "two"]);
  });

  it("throws the faults of all, in their order", () => {
    assert.throws(
      () => readAll([bad("a"), () => 1, bad("b")]),
      (error: unknown) =>
        error instanceof ConfigError && error.faults.map(({ place }) => place).join() === "a,b",
    );
  });

  it("lets pass what is no fault of a configuration", () => {
    const broken = () => {
      throw new TypeError("a bug");
    };
    assert.throws(() => readAll([bad("a"), broken]), TypeError);
  });
});
