import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bridgePort, isLabNetns, nodeNetns, nodeOf, rootLink } from "../../../lab/names.ts";
import { labOptions, optionFaults } from "../../../lab/options.ts";

describe("the lab's names", () => {
  it("fit the kernel's limits at the longest that the options allow", () => {
    const options = labOptions({ name: "a".repeat(30), dir: `/var/${"d".repeat(75)}`, nodes: 50 });
    assert.deepEqual(optionFaults(options), []);
    const node = nodeOf(options, 50, false);
    assert(node.socket.length < 100);
    assert(rootLink(options.name).length <= 15);
    assert(bridgePort(node.name).length <= 15);
  });

  it("never belong to two labs", () => {
    assert(isLabNetns("a", nodeNetns("a", "node1")));
    assert(!isLabNetns("a", nodeNetns("a-b", "node1")));
    assert.notEqual(rootLink("a"), rootLink("b"));
  });

  it("give every node its place", () => {
    const options = labOptions({ name: "x", subnet: "10.9.8.0/24" });
    assert.deepEqual(nodeOf(options, 2, true), {
      name: "node2",
      address: "10.9.8.2",
      socket: "/var/tmp/ballast-lab/x/node2/docker.sock",
      cgroup: "/ballast-lab/x/node2",
      manager: true,
    });
  });
});

describe("the lab's options", () => {
  it("refuse folders that a lab must not delete", () => {
    for (const dir of ["/", "/tmp", "/a b/c", `/var/${"d".repeat(90)}`])
      assert.notDeepEqual(optionFaults(labOptions({ dir })), [], dir);
  });

  it("refuse subnets that are no /24", () => {
    for (const subnet of ["10.0.0.0/16", "10.0.0.1/24", "10.0.300.0/24", "fd00::/64"])
      assert.notDeepEqual(optionFaults(labOptions({ subnet })), [], subnet);
  });
});
