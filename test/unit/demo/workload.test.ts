import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseStat } from "../../../demo/signals.ts";
import { deviations, type ServiceState } from "../../../demo/workload.ts";

const WEB: ServiceState = {
  name: "shop_web",
  replicas: 3,
  running: 3,
  placement: '{"Constraints":["node.role == worker"]}',
  constraints: ["node.role == worker"],
  ours: [],
};

describe("the workload's owner", () => {
  it("finds nothing changed when nothing is", () => {
    assert.deepEqual(deviations([WEB], [WEB]), []);
  });

  it("is told of everything that is not as written", () => {
    const after = { ...WEB, running: 2, placement: "{}", ours: ["ballast.steer"] };
    assert.deepEqual(deviations([WEB, { ...WEB, name: "shop_mail" }], [after]), [
      "shop_web: 2 of 3 replicas run",
      `shop_web: its placement is {}, its owner wrote ${WEB.placement}`,
      "shop_web: its spec still carries ballast.steer",
      "shop_mail is gone",
    ]);
  });
});

describe("a process's line in /proc", () => {
  it("is read past a command with blanks and brackets", () => {
    assert.deepEqual(parseStat("12 ((a) b c) S 7 9 9 0"), { pid: 12, parent: 7, group: 9 });
    assert.equal(parseStat(""), undefined);
  });
});
