import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HELP, parseCommandLine } from "../../../demo/options.ts";

function faultsOf(...argv: readonly string[]): readonly string[] {
  const parsed = parseCommandLine(argv);
  assert.equal(parsed.kind, "faults");
  return parsed.faults;
}

describe("the demo's command line", () => {
  it("without options starts two nodes of the lab demo and stays", () => {
    const parsed = parseCommandLine([]);
    assert.equal(parsed.kind, "run");
    assert.equal(parsed.options.once, false);
    const { name, subnet, engine, nodes } = parsed.options.lab;
    assert.deepEqual(
      { name, subnet, engine, nodes },
      {
        name: "demo",
        subnet: "10.79.0.0/24",
        engine: "system",
        nodes: 2,
      },
    );
  });

  it("takes every option", () => {
    const parsed = parseCommandLine(["--once", "--name=x", "--subnet", "10.9.9.0/24", "--engine", "trixie"]);
    assert.equal(parsed.kind, "run");
    assert.equal(parsed.options.once, true);
    const { name, subnet, engine, dir } = parsed.options.lab;
    assert.deepEqual([name, subnet, engine], ["x", "10.9.9.0/24", "trixie"]);
    assert.match(dir, /\/x$/);
  });

  it("says every fault at once", () => {
    const faults = faultsOf("--fast", "--once=yes", "--subnet", "10.9.9.0/16", "--engine", "now", "--name=");
    assert.deepEqual(
      faults.map((fault) => fault.split(/[: ]/)[0]),
      ["--fast", "--once", "--name", "--subnet"],
    );
    assert.match(faultsOf("more", "--name", "A")[0] ?? "", /unexpected "more"/);
    assert.equal(faultsOf("more", "--name", "A").length, 2);
  });

  it("names every option in its help", () => {
    assert.equal(parseCommandLine(["--nonsense", "--help"]).kind, "help");
    for (const option of ["--once", "--name", "--subnet", "--engine", "--help"])
      assert.ok(HELP.includes(`  ${option}`), option);
  });
});
