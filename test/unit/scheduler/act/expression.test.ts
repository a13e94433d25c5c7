import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { steeringConstraints, type Layout } from "../../../../scheduler/act/expression.ts";
import { refusingConstraint } from "../../../../scheduler/domain/constraint.ts";
import { RUNS } from "../../../support/random-world.ts";
import { aNode } from "../../../support/swarm-builder.ts";

function copiesOn(copies: readonly string[], nodeId: string): number {
  return copies.filter((copy) => copy === nodeId).length;
}

function eligible(nodes: readonly string[], constraints: readonly string[]): readonly string[] {
  return nodes.filter((nodeId) => refusingConstraint(aNode(nodeId), constraints) === null);
}

/** Swarm's rule: of the eligible nodes, those with the fewest tasks of the service. Which of them is its own affair. */
function choices({ nodes, copies }: Layout, constraints: readonly string[]): readonly string[] {
  const able = eligible(nodes, constraints);
  const fewest = Math.min(...able.map((nodeId) => copiesOn(copies, nodeId)));
  return able.filter((nodeId) => copiesOn(copies, nodeId) === fewest);
}

/** What the planner's rule `steerable` lets through: the target has fewer copies than each node whose copies stay. */
function isSteerable({ copies, from, to }: Layout): boolean {
  if (copies.length === 1) return true;
  const stay = copies.filter((nodeId) => nodeId !== from && nodeId !== to);
  return stay.every((nodeId) => copiesOn(copies, nodeId) > copiesOn(copies, to));
}

const someLayout: fc.Arbitrary<Layout> = fc
  .array(fc.constantFrom(0, 0, 1, 1, 2, 3), { minLength: 2, maxLength: 7 })
  .chain((counts) => {
    const nodes = counts.map((_, index) => `n${index + 1}`);
    const copies = nodes.flatMap((nodeId, index) => Array<string>(counts[index] ?? 0).fill(nodeId));
    return fc.record({
      nodes: fc.constant(nodes),
      copies: fc.constant(copies),
      from: fc.constantFrom(...(copies.length > 0 ? copies : ["n1"])),
      to: fc.constantFrom(...nodes),
    });
  })
  .filter(({ copies, from, to }) => copies.includes(from) && from !== to);

describe("steeringConstraints", () => {
  it("leave Swarm no choice but the target", () => {
    fc.assert(
      fc.property(someLayout.filter(isSteerable), (layout) => {
        assert.deepEqual(choices(layout, steeringConstraints(layout)), [layout.to]);
      }),
      RUNS,
    );
  });

  it("still fit every copy that stands elsewhere than on the node to be left, and none that stands there", () => {
    fc.assert(
      fc.property(someLayout, (layout) => {
        const able = eligible(layout.nodes, steeringConstraints(layout));
        for (const copy of layout.copies) assert.equal(able.includes(copy), copy !== layout.from);
      }),
      RUNS,
    );
  });

  it("are one for the only copy and else one for each node that is shut out, in whatever order nodes and copies come", () => {
    fc.assert(
      fc.property(someLayout, (layout) => {
        const constraints = steeringConstraints(layout);
        const shutOut = layout.nodes.length - eligible(layout.nodes, constraints).length;
        assert.equal(constraints.length, layout.copies.length === 1 ? 1 : shutOut);
        const turned = { ...layout, nodes: layout.nodes.toReversed(), copies: layout.copies.toReversed() };
        assert.deepEqual(steeringConstraints(turned).toSorted(), constraints.toSorted());
      }),
      RUNS,
    );
  });

  it("read as the documentation has them", () => {
    const nodes = ["n1", "n2", "n3", "n4"];
    const ofOne = steeringConstraints({ from: "n1", to: "n2", copies: ["n1"], nodes });
    assert.deepEqual(ofOne, ["node.id==n2"]);
    const ofThree = steeringConstraints({ from: "n1", to: "n2", copies: ["n1", "n3", "n1"], nodes });
    assert.deepEqual(ofThree, ["node.id!=n1", "node.id!=n4"]);
  });
});
