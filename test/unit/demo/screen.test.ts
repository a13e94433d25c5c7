import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { changes, conclusionLine, finishedLine, picture } from "../../../demo/screen/lines.ts";
import { COLORED, PLAIN } from "../../../demo/screen/paint.ts";
import { bar, nodeTable, percent } from "../../../demo/screen/table.ts";
import { columns, cut, pad, widthOf } from "../../../demo/screen/text.ts";
import { aFinished, anEntry, aRow, aView } from "./fixture.ts";

const MARKS = { cpu: { high: 0.8, target: 0.7 }, memory: { high: 0.85, target: 0.75 } };
const MOVING = { moveId: "m1", service: "shop_web", fromName: "node2", toName: "node4" };

describe("text", () => {
  const red = COLORED.tone("bad", "red");

  it("is measured without its colours", () => {
    assert.equal(widthOf(`${red}→`), 4);
    assert.equal(pad(red, 5), `${red}  `);
  });

  it("is cut by columns and never ends in a colour", () => {
    assert.equal(cut("plain", 5), "plain");
    assert.equal(cut("plain", 3), "pla");
    assert.equal(cut(red, 3), red);
    assert.equal(cut(`a${red}b`, 2), "a\u001B[31mr\u001B[0m\u001B[0m");
  });

  it("lines up in columns", () => {
    assert.deepEqual(
      columns([
        ["a", "bb", "c"],
        ["aaa", "b"],
      ]),
      ["a    bb  c", "aaa  b"],
    );
    assert.deepEqual(columns([]), []);
  });
});

describe("bars", () => {
  it("fill by share and never spill over", () => {
    const drawn = [0, 0.5, 1, 1.4, -1].map((ratio) => bar(ratio, 4, PLAIN));
    assert.deepEqual(drawn, ["....", "##..", "####", "####", "...."]);
    assert.equal(percent(0.966), "97 %");
  });
});

describe("the table", () => {
  const rows = [
    aRow("node1", { role: "manager", cpu: 0.1, memory: 0.2, tasks: 4 }),
    aRow("node2", {
      cpu: 0.97,
      tasks: 7,
      workload: [
        { service: "web", count: 3 },
        { service: "mail", count: 1 },
      ],
    }),
    aRow("node3", { cpu: null, memory: null, note: "down" }),
  ];

  it("is plain where it must be", () => {
    assert.deepEqual(nodeTable(rows, MARKS, PLAIN), [
      "NODE   ROLE     CPU                        MEMORY             TASKS",
      "node1  manager  [##..............]   10 %  [##......]   20 %      4",
      "node2  worker   [################]   97 %  [##......]   25 %      7  web x3, mail",
      "node3  worker   [................]      ?  [........]      ?      1  down",
    ]);
  });

  it("shows by colour which node is above a mark", () => {
    const lines = nodeTable(
      [0.6, 0.75, 0.9].map((cpu) => aRow("n", { cpu })),
      MARKS,
      COLORED,
    );
    assert.deepEqual(
      // eslint-disable-next-line no-control-regex -- colours are control characters
      lines.slice(1).map((line) => /\u001B\[(\d+)m/.exec(line)?.[1]),
      ["32", "33", "31"],
    );
  });
});

describe("what is told", () => {
  const stuck = {
    ...anEntry({ outcome: "stuck", cause: "headroom", reason: "node2 is full" }).decision,
    results: [],
  };

  it("names a move with its reason, and what went wrong", () => {
    assert.equal(
      finishedLine(aFinished("m1"), PLAIN),
      "landed  shop_web from node2 to node4 in 4.3 s: node2 stands at 97 % cpu",
    );
    assert.equal(
      finishedLine(aFinished("m1", { outcome: "gave_way", detail: "its owner wrote" }), PLAIN),
      "gave way  shop_web from node2 to node4 in 4.3 s (its owner wrote): node2 stands at 97 % cpu",
    );
  });

  it("is only what changed", () => {
    const first = aView({ underWay: [MOVING], last: stuck });
    assert.deepEqual(changes(null, first, PLAIN), [
      "moving  shop_web from node2 to node4",
      "Ballast: stuck: node2 is full",
    ]);
    const later = aView({ ...first, last: { ...stuck, reason: "node2 is fuller" } });
    assert.deepEqual(changes(first, later, PLAIN), []);
    const ended = aView({ finished: [aFinished("m1")], last: { ...stuck, cause: "quiet" } });
    assert.deepEqual(changes(later, ended, PLAIN), [
      finishedLine(aFinished("m1"), PLAIN),
      conclusionLine(stuck, PLAIN),
    ]);
  });

  it("is a plan once, and none while moves run", () => {
    const planned = aView({ planned: [{ ...MOVING, reason: "node2 is hot" }] });
    assert.deepEqual(changes(aView(), planned, PLAIN), [
      "plan    shop_web from node2 to node4: node2 is hot",
    ]);
    assert.deepEqual(changes(planned, planned, PLAIN), []);
    assert.deepEqual(changes(aView({ underWay: [MOVING] }), { ...planned, underWay: [MOVING] }, PLAIN), []);
  });

  it("tells a plan that was carried out by its moves alone", () => {
    const carriedOut = { ...stuck, outcome: "plan" as const, results: [aFinished("m1")] };
    assert.deepEqual(changes(aView(), aView({ last: carriedOut }), PLAIN), []);
  });

  it("shows in the picture what is under way, else the last conclusion", () => {
    const lastLine = (view: ReturnType<typeof aView>) => picture(view, MARKS, PLAIN, () => 3.4).at(-1);
    assert.equal(lastLine(aView()), "Ballast has not decided anything yet");
    assert.equal(lastLine(aView({ last: stuck })), "Ballast: stuck: node2 is full");
    assert.equal(
      lastLine(aView({ last: stuck, underWay: [MOVING] })),
      "moving  shop_web from node2 to node4 (3 s)",
    );
  });
});
