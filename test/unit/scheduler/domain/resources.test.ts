import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  amountOf,
  larger,
  minus,
  NOTHING,
  plus,
  RESOURCE_NAMES,
  type Resources,
} from "../../../../scheduler/domain/resources.ts";

const SMALL: Resources = { cpuCores: 0.5, memoryBytes: 100 };
const LARGE: Resources = { cpuCores: 2, memoryBytes: 300 };

describe("resources", () => {
  it("are named one by one", () => {
    assert.deepEqual(
      RESOURCE_NAMES.map((name) => amountOf(SMALL, name)),
      [0.5, 100],
    );
  });
  it("add up", () => {
    assert.deepEqual(plus(SMALL, LARGE), { cpuCores: 2.5, memoryBytes: 400 });
    assert.deepEqual(plus(SMALL, NOTHING), SMALL);
  });
  it("subtract, never below nothing, each by itself", () => {
    assert.deepEqual(minus(LARGE, SMALL), { cpuCores: 1.5, memoryBytes: 200 });
    assert.deepEqual(minus(SMALL, LARGE), NOTHING);
    assert.deepEqual(minus(SMALL, { cpuCores: 1, memoryBytes: 40 }), { cpuCores: 0, memoryBytes: 60 });
  });
  it("compare, each by itself", () => {
    assert.deepEqual(larger(LARGE, { cpuCores: 1, memoryBytes: 400 }), { cpuCores: 2, memoryBytes: 400 });
  });
});
