import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type * as z from "zod";
import {
  count,
  duration,
  exclusion,
  flag,
  httpUrl,
  listenAddress,
  pattern,
  positive,
  ratio,
  text,
  word,
  words,
} from "../../../common/config/types.ts";

interface Case {
  readonly what: string;
  readonly type: z.ZodType;
  readonly good: readonly (readonly [unknown, unknown])[];
  readonly bad: readonly unknown[];
}

const CASES: readonly Case[] = [
  {
    what: "a duration",
    type: duration(),
    good: [
      ["500ms", 0.5],
      ["30s", 30],
      ["10m", 600],
      ["1.5h", 5400],
      [" 2d ", 172_800],
      ["0s", 0],
    ],
    bad: ["30", 30, "s", "-1s", "1 s", "1w", "", "1e3s", "0x1s", true, null],
  },
  {
    what: "a share",
    type: ratio(),
    good: [
      ["80%", 0.8],
      ["0.8", 0.8],
      [0.25, 0.25],
      [1, 1],
      ["100%", 1],
    ],
    bad: ["0", "101%", "1.1", "-10%", "", "%", "half", "1e-1"],
  },
  {
    what: "a flag",
    type: flag(),
    good: [
      ["true", true],
      ["Yes", true],
      ["on", true],
      ["1", true],
      [true, true],
      ["FALSE", false],
      ["no", false],
      ["off", false],
      ["0", false],
    ],
    bad: ["", "maybe", "2", 1, null],
  },
  {
    what: "a count",
    type: count(1, 10),
    good: [
      ["1", 1],
      [10, 10],
    ],
    bad: ["0", 11, "1.5", "", "0x2", "1e1", "two"],
  },
  {
    what: "a positive number",
    type: positive("bytes"),
    good: [
      ["0.5", 0.5],
      [7, 7],
    ],
    bad: ["0", -1, "", "Infinity", "0x10", "1GB"],
  },
  { what: "a word", type: word(["one", "two"]), good: [[" two ", "two"]], bad: ["three", "", "One", 1] },
  {
    what: "a pattern",
    type: pattern(),
    good: [
      ["^a", /^a/],
      ["", new RegExp("")],
    ],
    bad: ["(", "[a", "a{2,1}", "(\n", 5],
  },
  {
    what: "a list of words",
    type: words(),
    good: [
      [" a, b,,", ["a", "b"]],
      ["", []],
    ],
    bad: [5, ["a"]],
  },
  { what: "an exclusion", type: exclusion(), good: [["", /(?!)/]], bad: ["(", 5] },
  { what: "a text", type: text("a name"), good: [[" x ", "x"]], bad: ["", "  ", 5] },
  {
    what: "an address",
    type: httpUrl(),
    good: [
      ["http://prometheus:9090/", "http://prometheus:9090"],
      ["https://x/sub/", "https://x/sub"],
    ],
    bad: ["prometheus:9090", "ftp://x", "", "http://"],
  },
  {
    what: "a listening address",
    type: listenAddress(),
    good: [
      [":9880", { host: "", port: 9880 }],
      ["127.0.0.1:0", { host: "127.0.0.1", port: 0 }],
      ["[::1]:80", { host: "::1", port: 80 }],
    ],
    bad: ["9880", ":65536", "host", ":", "host:-1", ""],
  },
];

for (const { what, type, good, bad } of CASES) {
  describe(what, () => {
    for (const [raw, value] of good) {
      it(`takes ${JSON.stringify(raw)}`, () => {
        assert.deepEqual(type.parse(raw), value);
      });
    }
    for (const raw of bad) {
      it(`refuses ${JSON.stringify(raw)}, rather than guess`, () => {
        assert.equal(type.safeParse(raw).success, false);
      });
    }
  });
}

describe("a refusal", () => {
  it("shows what was written and what to write", () => {
    const [issue] = duration().safeParse("30").error?.issues ?? [];
    assert.equal(issue?.message, '"30" is no duration; write a number and a unit, such as 30s, 10m or 1h');
  });
});
