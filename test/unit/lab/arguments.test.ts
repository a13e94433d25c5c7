import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseCommandLine } from "../../../lab/cli/arguments.ts";

describe("the lab's command line", () => {
  it("fills in what was left out", () => {
    const parsed = parseCommandLine(["up", "3", "--name", "demo"]);
    assert(parsed.ok);
    assert.deepEqual(parsed.command, { kind: "up", images: false });
    assert.deepEqual(parsed.options, {
      name: "demo",
      dir: "/var/tmp/ballast-lab/demo",
      subnet: "10.77.0.0/24",
      engine: "system",
      nodes: 3,
      managers: 1,
    });
  });

  it("leaves what stands after -- to the command inside", () => {
    const parsed = parseCommandLine(["exec", "node2", "--name=a", "--", "docker", "ps", "--help", "--json"]);
    assert(parsed.ok);
    assert.deepEqual(parsed.command, {
      kind: "exec",
      node: "node2",
      argv: ["docker", "ps", "--help", "--json"],
    });
  });

  it("lists every fault at once", () => {
    const parsed = parseCommandLine(["up", "0", "two", "--managers", "x", "--foo", "--json", "--name", "A_"]);
    assert(!parsed.ok);
    for (const part of ["up 0", '"two"', "--managers", "--foo", "--json", '"A_"'])
      assert(
        parsed.faults.some((fault) => fault.includes(part)),
        `${part} in ${parsed.faults.join("\n")}`,
      );
  });

  it("refuses what it does not know or lacks", () => {
    for (const argv of [
      [],
      ["up"],
      ["start"],
      ["fault", "burn", "node1"],
      ["exec", "node1"],
      ["down", "--name"],
      ["down", "--json=1"],
    ])
      assert(!parseCommandLine(argv).ok, argv.join(" "));
  });
});
