import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { refusingConstraint } from "../../../../scheduler/domain/constraint.ts";
import { aNode } from "../../../support/swarm-builder.ts";

type Case = readonly [address: string, value: string, within: boolean];

/** What == answers; != answers the opposite. */
const WELL_FORMED: readonly Case[] = [
  ["10.1.2.3", "10.1.2.3", true],
  ["10.1.2.3", "10.1.2.4", false],
  ["10.1.2.3", "10.0.0.0/8", true],
  ["10.1.2.3", "10.1.2.0/24", true],
  ["10.1.2.3", "10.1.3.0/24", false],
  ["10.1.2.3", "10.1.2.3/32", true],
  ["10.1.2.4", "10.1.2.3/32", false],
  ["10.1.2.3", "0.0.0.0/0", true],
  ["10.1.2.3", "10.1.2.0/024", true],
  // The bits behind the prefix do not count.
  ["10.1.2.3", "10.9.9.9/8", true],
  ["2001:db8::2", "2001:db8::2", true],
  ["2001:db8::2", "2001:DB8:0:0:0:0:0:2", true],
  ["2001:db8::2", "2001:db8::3", false],
  ["2001:db8::2", "2001:db8::/32", true],
  ["2001:db9::2", "2001:db8::/32", false],
  ["2001:db8::2", "::/0", true],
  ["2001:db8::2", "0.0.0.0/0", false],
  ["2001:db8::2", "10.0.0.0/8", false],
  // An IPv4 address and the IPv6 form of it are one.
  ["10.1.2.3", "::ffff:10.1.2.3", true],
  ["::ffff:10.1.2.3", "10.1.2.3", true],
  ["::ffff:a01:203", "10.1.2.3", true],
  ["::ffff:10.1.2.3", "10.0.0.0/8", true],
  ["10.1.2.3", "::ffff:10.0.0.0/104", true],
  ["11.1.2.3", "::ffff:10.0.0.0/104", false],
  ["10.1.2.3", "::ffff:0:0/96", true],
  ["2001:db8::2", "::ffff:0:0/96", false],
  // A network wider than all of IPv4 is an IPv6 network, and holds no IPv4 address in either form.
  ["10.1.2.3", "::/0", false],
  ["::ffff:10.1.2.3", "::/0", false],
  ["10.1.2.3", "::ffff:0:0/90", false],
  ["10.1.2.3", "::/96", false],
  // A node of which the managers know no address.
  ["", "10.1.2.3", false],
  ["", "0.0.0.0/0", false],
  ["not an address", "10.1.2.3", false],
  ["fe80::1", "fe80::1", true],
  ["fe80::1%eth0", "fe80::1", false],
];

/** Neither an address nor a network: no node matches, whatever the operator. */
const MALFORMED = [
  "10.1.2",
  "10.1.2.256",
  "010.1.2.3",
  "10.1.2.3/33",
  "10.1.2.3/",
  "10.1.2.3/ 8",
  "10.1.2.3/-1",
  "10.1.2.3/8/8",
  "10.1.2.3/255.0.0.0",
  "/8",
  "2001:db8::/129",
  "2001:db8:::1",
  "[2001:db8::1]",
  "10.1.2.*",
  "web-1",
];

describe("a constraint on node.ip", () => {
  for (const [address, value, within] of WELL_FORMED) {
    it(`${JSON.stringify(address)} is ${within ? "" : "not "}within ${value}`, () => {
      const node = aNode("n", { address });
      assert.equal(refusingConstraint(node, [`node.ip==${value}`]) === null, within);
      assert.equal(refusingConstraint(node, [`Node.IP != ${value}`]) === null, !within);
    });
  }
  for (const value of MALFORMED) {
    it(`${value} matches no node`, () => {
      const node = aNode("n", { address: "10.1.2.3" });
      assert.notEqual(refusingConstraint(node, [`node.ip==${value}`]), null);
      assert.notEqual(refusingConstraint(node, [`node.ip!=${value}`]), null);
    });
  }
});
