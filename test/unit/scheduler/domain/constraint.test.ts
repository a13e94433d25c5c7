import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  matchesConstraint,
  parseConstraint,
  refusingConstraint,
} from "../../../../scheduler/domain/constraint.ts";
import type { Node } from "../../../../scheduler/domain/node.ts";
import { aNode } from "../../../support/swarm-builder.ts";

const NODE = aNode("n1abc", {
  hostname: "Web-1.example",
  role: "manager",
  labels: { zone: "East", Zone: "upper", empty: "", "com.example.rack": "r1" },
  engineLabels: { storage: "ssd" },
  platform: { os: "linux", architecture: "x86_64" },
});

describe("parseConstraint", () => {
  const good: readonly (readonly [text: string, key: string, operator: "==" | "!=", value: string])[] = [
    ["node.id==abc", "node.id", "==", "abc"],
    ["node.id!=abc", "node.id", "!=", "abc"],
    ["  node.id  ==  abc  ", "node.id", "==", "abc"],
    ["\tnode.id\n==\r\nabc\t", "node.id", "==", "abc"],
    ["NODE.Labels.Zone==a", "NODE.Labels.Zone", "==", "a"],
    ["node.labels.a-b_c.d==1", "node.labels.a-b_c.d", "==", "1"],
    ["_x==1", "_x", "==", "1"],
    ["no.such.key==1", "no.such.key", "==", "1"],
    ["node.labels.x==two words", "node.labels.x", "==", "two words"],
    ["node.labels.x==a:b-c_d.*()?+[]\\^$|/9", "node.labels.x", "==", "a:b-c_d.*()?+[]\\^$|/9"],
    ["node.ip==2001:db8::/32", "node.ip", "==", "2001:db8::/32"],
  ];
  for (const [text, key, operator, value] of good) {
    it(`reads ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parseConstraint(text), { ok: true, constraint: { key, operator, value } });
    });
  }

  const bad: readonly (readonly [text: string, detail: RegExp])[] = [
    ["", /neither == nor !=/],
    ["node.id", /neither == nor !=/],
    ["node.id=abc", /neither == nor !=/],
    ["node.id = = abc", /neither == nor !=/],
    ["node.id>5", /neither == nor !=/],
    // Splits at the first operator, and == is tried before !=.
    ["node.id!=a==b", /key "node.id!=a" is invalid/],
    ["node.id==a!=b", /value "a!=b" is invalid/],
    ["node.id==a==b", /value "a==b" is invalid/],
    ["node.id===a", /value "=a" is invalid/],
    ["node.id!==a", /key "node.id!" is invalid/],
    ["==a", /key "" is invalid/],
    ["a==b", /key "a" is invalid/],
    ["1node==b", /key "1node" is invalid/],
    [".node==b", /key ".node" is invalid/],
    ["node id==b", /key "node id" is invalid/],
    ["node.labels.a/b==c", /key "node.labels.a\/b" is invalid/],
    ["node.labels.ä==c", /key "node.labels.ä" is invalid/],
    ["node.id==", /value "" is invalid/],
    ["node.id==   ", /value "" is invalid/],
    ["node.id==a,b", /value "a,b" is invalid/],
    ["node.id==a@b", /value "a@b" is invalid/],
    ["node.id==a<b", /value "a<b" is invalid/],
    ["node.id==é", /value "é" is invalid/],
    ['node.id=="abc"', /value ""abc"" is invalid/],
  ];
  for (const [text, detail] of bad) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      const parsed = parseConstraint(text);
      assert.ok(!parsed.ok);
      assert.match(parsed.detail, detail);
    });
  }
});

describe("a constraint on what a node is", () => {
  check(NODE, "node.id==n1abc", true);
  check(NODE, "node.id==N1ABC", true);
  check(NODE, "node.id==n1ab", false);
  check(NODE, "node.id!=n1abc", false);
  check(NODE, "node.id!=other", true);
  check(NODE, "NODE.ID==n1abc", true);
  check(NODE, "node.hostname==web-1.EXAMPLE", true);
  check(NODE, "node.hostname!=web-1.EXAMPLE", false);
  check(NODE, "node.hostname==web-1", false);
  check(NODE, "node.role==manager", true);
  check(NODE, "node.role==Manager", true);
  check(NODE, "node.role!=worker", true);
  check(NODE, "node.role==worker", false);
  check(NODE, "node.platform.os==Linux", true);
  check(NODE, "node.platform.os!=windows", true);
  check(NODE, "node.platform.arch==x86_64", true);
  // Only the platform filter knows that the two are one; the constraint compares words.
  check(NODE, "node.platform.arch==amd64", false);
  check(NODE, "node.platform.arch!=amd64", true);
  // No pattern matching, though the value may hold its characters.
  check(NODE, "node.hostname==web-.*", false);
  check(aNode("n", { hostname: "" }), "node.hostname==n", false);
  check(aNode("n", { hostname: "" }), "node.hostname!=n", true);
});

describe("a constraint on a label", () => {
  check(NODE, "node.labels.zone==east", true);
  check(NODE, "node.labels.zone==EAST", true);
  check(NODE, "node.labels.zone!=east", false);
  check(NODE, "NODE.LABELS.zone==east", true);
  check(NODE, "node.labels.Zone==upper", true);
  check(NODE, "node.labels.ZONE==east", false);
  check(NODE, "node.labels.ZONE!=east", true);
  check(NODE, "node.labels.com.example.rack==r1", true);
  // A label that is not there is the empty text.
  check(NODE, "node.labels.none==x", false);
  check(NODE, "node.labels.none!=x", true);
  check(NODE, "node.labels.empty!=x", true);
  check(NODE, "node.labels.constructor!=x", true);
  check(NODE, "node.labels.__proto__!=x", true);
  check(NODE, "engine.labels.storage==SSD", true);
  check(NODE, "Engine.Labels.storage==ssd", true);
  check(NODE, "engine.labels.Storage==ssd", false);
  check(NODE, "engine.labels.none!=x", true);
  // The two kinds of label are two name spaces.
  check(NODE, "engine.labels.zone==east", false);
  check(NODE, "node.labels.storage==ssd", false);
});

describe("a constraint with a key that Swarm does not know", () => {
  for (const key of ["node.zone", "node", "node.labels", "node.labels.", "engine.labels.", "node.platform"]) {
    check(NODE, `${key}==x`, false);
    check(NODE, `${key}!=x`, false);
  }
});

describe("refusingConstraint", () => {
  it("is null when every one of the list holds, and when the list is empty", () => {
    assert.equal(refusingConstraint(NODE, []), null);
    assert.equal(refusingConstraint(NODE, ["node.role==manager", "node.labels.zone==east"]), null);
  });
  it("is the first that does not hold", () => {
    const list = ["node.role==manager", "node.labels.zone==west", "node.id==other"];
    assert.equal(refusingConstraint(NODE, list), "node.labels.zone==west");
  });
  it("counts one that cannot be read as refusing", () => {
    assert.equal(refusingConstraint(NODE, ["node.id"]), "node.id");
  });
});

function check(node: Node, text: string, expected: boolean): void {
  it(`${JSON.stringify(text)} is ${expected}`, () => {
    const parsed = parseConstraint(text);
    assert.ok(parsed.ok);
    assert.equal(matchesConstraint(node, parsed.constraint), expected);
    assert.equal(refusingConstraint(node, [text]), expected ? null : text);
  });
}
