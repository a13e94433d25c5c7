import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { imbalanceOf, loadOf, ratioOf } from "../../../../scheduler/decide/load.ts";
import { timelineOf } from "../../../../scheduler/decide/timeline.ts";
import { viewOf, type NodeView } from "../../../../scheduler/decide/view.ts";
import { NOTHING } from "../../../../scheduler/domain/resources.ts";
import { aNode, aPolicy, aSwarm, GIB, stands, without } from "../../../support/swarm-builder.ts";

const NOW_ONLY = timelineOf({ points: 0 });
const { marks: MARKS } = aPolicy();

/** A node for each number: the cores in use, of four. */
function nodesUsing(...cores: readonly number[]): readonly NodeView[] {
  const nodes = cores.map((_, index) => aNode(`n${index}`));
  const standings = cores.map((cpu, index) => stands(`s${index}`, [{ on: `n${index}`, cpu }]));
  return [...viewOf(aSwarm(nodes, ...standings)).nodes.values()];
}

describe("a node's load", () => {
  it("is use over capacity, resource by resource", () => {
    const [node] = nodesUsing(3);
    assert.ok(node !== undefined);
    assert.deepEqual(loadOf(node, NOW_ONLY, MARKS), {
      cpu: { used: 3, capacity: 4, ratio: 0.75, peak: 0.75 },
      memory: { used: 0, capacity: 16 * GIB, ratio: 0, peak: 0 },
    });
  });
  it("is nothing where there is no capacity: what needs some is kept from coming", () => {
    assert.equal(ratioOf(NOTHING, NOTHING, "cpu"), 0);
  });
  it("is null of a node that was not measured", () => {
    const swarm = aSwarm([aNode("n1")]);
    const node = viewOf({ ...swarm, nodeUsage: without(swarm.nodeUsage, "n1") }).nodes.get("n1");
    assert.ok(node !== undefined);
    assert.equal(loadOf(node, NOW_ONLY, MARKS), null);
    assert.equal(imbalanceOf([node, ...nodesUsing(1)], NOW_ONLY), null);
  });
});

describe("the imbalance", () => {
  const cases: readonly (readonly [title: string, cores: readonly number[], expected: number | null])[] = [
    ["of no node", [], null],
    ["of one node", [4], null],
    ["of nodes alike", [2, 2, 2], 0],
    ["of all load on one of two", [4, 0], 1],
    ["of all load on one of five", [4, 0, 0, 0, 0], 1],
    ["of a half and a whole", [2, 4], 1 / 3],
    ["of hardly any load", [0.5, 0, 0], 0],
  ];
  for (const [title, cores, expected] of cases) {
    it(`${title} is ${expected}`, () => {
      const actual = imbalanceOf(nodesUsing(...cores), NOW_ONLY);
      if (expected === null || actual === null) assert.equal(actual, expected);
      else assert.ok(Math.abs(actual - expected) < 1e-9, String(actual));
    });
  }
  it("is that of the worst resource", () => {
    const swarm = aSwarm(
      [aNode("n1"), aNode("n2")],
      stands("web", [{ on: "n1", cpu: 2, gib: 16 }]),
      stands("db", [{ on: "n2", cpu: 2 }]),
    );
    assert.equal(imbalanceOf(viewOf(swarm).nodes.values(), NOW_ONLY), 1);
  });
});
