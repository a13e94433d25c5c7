import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readCommandLine, type CommandLine } from "../../../cli/command-line.ts";
import { HELP } from "../../../cli/help.ts";

function read(line: string, env: NodeJS.ProcessEnv = {}): CommandLine {
  return readCommandLine(
    line.split(" ").filter((word) => word !== ""),
    env,
  );
}

function faultsOf(line: string, env: NodeJS.ProcessEnv = {}): readonly string[] {
  const parsed = read(line, env);
  assert.equal(parsed.kind, "faults");
  return parsed.faults;
}

describe("the command line", () => {
  it("reads a command with its options, in any order", () => {
    const parsed = read("--yes drain --force node2 --reason kernel");
    assert.deepEqual(parsed, {
      kind: "run",
      command: { kind: "drain", node: "node2", force: true, wait: true, reason: "kernel" },
      common: { url: "http://127.0.0.1:9881", token: null, json: false, yes: true },
    });
  });

  it("takes address and token from the environment, the flag first", () => {
    const env = { BALLAST_URL: "http://a:1/", BALLAST_TOKEN: "secret" };
    const parsed = read("orders --json", env);
    assert.ok(parsed.kind === "run");
    assert.deepEqual(parsed.common, { url: "http://a:1", token: "secret", json: true, yes: false });
    const flagged = read("orders --url https://b", env);
    assert.ok(flagged.kind === "run");
    assert.equal(flagged.common.url, "https://b");
  });

  it("reads what is to be explained, and says what lacks", () => {
    const subjectOf = (line: string) => {
      const parsed = read(line);
      assert.ok(parsed.kind === "run" && parsed.command.kind === "explain", line);
      return parsed.command.subject;
    };
    assert.equal(subjectOf("explain"), null);
    assert.deepEqual(subjectOf("explain node node2 --json"), { kind: "node", name: "node2" });
    assert.deepEqual(faultsOf("explain service"), ["explain: which service?"]);
    assert.match(
      faultsOf("explain web").join(),
      /"web" is unknown; write service, node or task, and its name/,
    );
    assert.match(faultsOf("explain node a b").join(), /"b" is one word too many/);
  });

  it("tells every fault at once, with the place", () => {
    assert.deepEqual(faultsOf("drain --for 2h --nope --url ftp://x --reason"), [
      "--for: does not belong to drain",
      "--nope: no such option; see ballast --help",
      "--reason: needs a value",
      "drain: which NODE?",
      '"ftp://x" is no address; write it as http://127.0.0.1:9881',
    ]);
    assert.deepEqual(faultsOf("pause a b"), ['pause: "b" is one word too many']);
    assert.match(faultsOf("drian node2")[0] ?? "", /no command "drian"; there are drain, restore/);
    assert.match(faultsOf("orders --token-file /nowhere/at/all")[0] ?? "", /ENOENT/);
    assert.deepEqual(faultsOf("orders --json=yes"), ["--json: takes no value"]);
  });

  it("helps when it is asked, or told nothing", () => {
    for (const line of ["", "--help", "drain -h", "nonsense --help"])
      assert.equal(read(line).kind, "help", line);
    assert.equal(read("--version").kind, "version");
    for (const verb of ["drain", "restore", "pause", "resume", "orders"])
      assert.ok(HELP.includes(`ballast ${verb}`), verb);
  });
});
