import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EXPLANATION, explanationLines } from "../../../cli/explanation.ts";
import { explain } from "../../../scheduler/decide/explain/explain.ts";
import { decide } from "../../../scheduler/decide/decide.ts";
import { aNode, aPolicy, aSwarm, NOW, stands } from "../../support/swarm-builder.ts";

const SWARM = aSwarm(
  [aNode("n1"), aNode("n2")],
  stands("web", [{ on: "n1", cpu: 1.8 }]),
  stands("db", [{ on: "n1", cpu: 1.7 }], { mode: "global" }),
);

/** As it comes over HTTP. */
function linesFor(subject: Parameters<typeof explain>[3]): readonly string[] {
  const policy = aPolicy();
  const explanation = explain(SWARM, policy, decide(SWARM, policy, NOW), subject);
  return explanationLines(EXPLANATION.parse(JSON.parse(JSON.stringify(explanation))));
}

describe("an explanation on the terminal", () => {
  it("says of what moves where to, for which goal and why", () => {
    const lines = linesFor({ kind: "service", id: "web" });
    assert.match(lines[0] ?? "", /^web moves from n1 to n2/);
    assert.match(lines[1] ?? "", /^planned: web\.1 from n1 to n2 \(overload: n1 stands at 88 % cpu/);
  });

  it("says of what does not move the rule, and what would unlock it", () => {
    const lines = linesFor({ kind: "service", id: "db" });
    assert.match(lines[0] ?? "", /^db does not move: mode/);
    assert.ok(lines.includes("not planned: db (db.1) to n2"), lines.join("\n"));
    assert.ok(lines.some((line) => /^ {2}mode: /.test(line)));
    assert.ok(lines.some((line) => /^ {2}to unlock it: /.test(line)));
  });

  it("says of the whole swarm what was decided", () => {
    const [answer, ...more] = linesFor(null);
    assert.match(answer ?? "", /web from n1 to n2/);
    assert.equal(more.length, 1);
  });
});
