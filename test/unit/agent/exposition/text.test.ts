import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { writeFamilies } from "../../../../agent/exposition/text.ts";
import { counter, family, gauge, single, type Family } from "../../../../agent/metric.ts";

const TOTAL = counter("probe_things_total", 'Things of "a\\b"\nand more.');

function written(families: readonly Family[]): string {
  return [...writeFamilies(families)].join("");
}

describe("the exposition's text", () => {
  it("joins what has one name, escapes as Prometheus reads it and leaves out what has no points", () => {
    const shared = { id: 'a"b\\c\nd' };
    const text = written([
      family(TOTAL, [{ labels: { cpu: "total" }, shared, value: 1.5 }]),
      single(gauge("probe_level", "Level."), null),
      single(TOTAL, 2),
    ]);
    const lines = [
      '# HELP probe_things_total Things of "a\\\\b"\\nand more.',
      "# TYPE probe_things_total counter",
      'probe_things_total{cpu="total",id="a\\"b\\\\c\\nd"} 1.5',
      "probe_things_total 2",
      "",
    ];
    assert.equal(text, lines.join("\n"));
  });

  it("writes what is no finite number in Prometheus' words", () => {
    const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e21, -0.5];
    const points = values.map((value) => ({ labels: {}, value }));
    const lines = written([family(gauge("probe_level", "Level."), points)])
      .split("\n")
      .slice(2, -1);
    assert.deepEqual(
      lines.map((line) => line.split(" ")[1]),
      ["NaN", "+Inf", "-Inf", "1e+21", "-0.5"],
    );
  });

  it("does not touch the families that it joins", () => {
    const once = single(TOTAL, 1);
    const twice = [once, single(TOTAL, 2)];
    assert.equal(written(twice), written(twice));
    assert.equal(once.points.length, 1);
  });
});
