import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { RawSpec } from "../../../../scheduler/act/raw.ts";
import { digestOf } from "../../../../scheduler/act/steer-spec.ts";
import { deepFreeze } from "../../../support/deep-freeze.ts";
import { randomSpec } from "../../../support/random-spec.ts";
import { RUNS } from "../../../support/random-world.ts";
import { aRawSpec } from "../../../support/raw-builder.ts";

type Mapping = Readonly<Record<string, unknown>>;

function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The same value as another JSON writer might have it: keys the other way round, and empty things written out. */
function rewritten(value: unknown, empty: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => rewritten(item, empty));
  if (!isMapping(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, rewritten(inner, empty)] as const);
  return Object.fromEntries([["Zempty", empty], ...entries.reverse(), ["Aempty", empty]]);
}

/** Every value that is no container, by its path. */
function leaves(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

function changedAt(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return `changed ${JSON.stringify(value)}`;
  const copy = Array.isArray(value) ? [...(value as readonly unknown[])] : { ...(value as object) };
  return Object.assign(copy, { [key]: changedAt((value as Mapping)[key], rest) });
}

describe("digestOf", () => {
  it("does not depend on the order of keys nor on whether empty things are written out", () => {
    const empties = fc.constantFrom<unknown>(null, {}, [], { inner: {} }, { inner: [], other: null });
    fc.assert(
      fc.property(randomSpec, empties, (spec, empty) => {
        assert.equal(digestOf(rewritten(spec, empty) as RawSpec), digestOf(deepFreeze(spec)));
      }),
      RUNS,
    );
  });

  it("depends on everything else", () => {
    fc.assert(
      fc.property(randomSpec, fc.nat(), (spec, pick) => {
        const paths = leaves(spec);
        const path = paths[pick % Math.max(1, paths.length)];
        fc.pre(path !== undefined);
        assert.notEqual(digestOf(changedAt(spec, path) as RawSpec), digestOf(spec), path.join("."));
      }),
      RUNS,
    );
  });

  it("tells nothing written from zero, false and the empty text, and one order of a list from another", () => {
    const specs = [{}, { A: 0 }, { A: false }, { A: "" }, { A: [1, 2] }, { A: [2, 1] }, { A: [{}] }];
    assert.equal(new Set(specs.map((over) => digestOf(aRawSpec(over)))).size, specs.length);
  });
});
