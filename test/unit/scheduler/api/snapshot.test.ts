import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Series } from "../../../../scheduler/domain/history.ts";
import { startApi, SWARM } from "./server.ts";

function series(...numbers: readonly number[]): Series {
  return {
    cpuCores: Float32Array.from(numbers),
    memoryBytes: Float32Array.from(numbers, (each) => each * 2 ** 30),
  };
}

describe("GET /v1/snapshot", () => {
  it("shows the past as lists of numbers of four digits, null where nothing is known", async () => {
    const history = {
      stepSeconds: 300,
      points: 3,
      tasks: { "a.1": series(0.123456, Number.NaN, 0) },
      services: { a: series(1, 2.00004, 12_345) },
      remainders: { n1: series(Number.NaN, Number.NaN, 1e-9) },
    };
    const snapshot = { ...SWARM, history };
    const api = await startApi({ observe: () => Promise.resolve({ snapshot, leads: true }) });
    const response = await fetch(`${api.url}/v1/snapshot`);
    const shown = (await response.json()) as typeof snapshot;
    assert.deepEqual(shown.history, {
      stepSeconds: 300,
      points: 3,
      tasks: { "a.1": { cpuCores: [0.1235, null, 0], memoryBytes: [132_600_000, null, 0] } },
      services: {
        a: { cpuCores: [1, 2, 12_350], memoryBytes: [1_074_000_000, 2_148_000_000, 13_260_000_000_000] },
      },
      remainders: { n1: { cpuCores: [null, null, 1e-9], memoryBytes: [null, null, 1.074] } },
    });
    assert.deepEqual(shown.nodes, SWARM.nodes);
  });
});
