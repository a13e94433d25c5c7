import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { queriesFor } from "../../../../../scheduler/observe/prometheus/queries.ts";
import { createUsageReader } from "../../../../../scheduler/observe/prometheus/reader.ts";
import { startFakeServer } from "../../../../support/fake-server.ts";
import { NOW } from "../../../../support/swarm-builder.ts";

const fakePrometheus = await startFakeServer(() => "never");
const url = `http://127.0.0.1:${fakePrometheus.port}`;
const options = { url, timeoutSeconds: 1.5, windowSeconds: 300, maxAgeSeconds: 60 };
const reader = createUsageReader(options);
const QUERIES = queriesFor(300, 60);

function queryIn(body: string): string {
  return new URLSearchParams(body).get("query") ?? "";
}

function vector(value: number, labels: Readonly<Record<string, string>>) {
  const result = [{ metric: { instance: "a:1", ...labels }, value: [0, String(value)] }];
  return { body: { status: "success", data: { resultType: "vector", result } } };
}

/** One node whose every number is the same, but for the moment of its sample and the steps of its window. */
function answers(over: Readonly<Record<string, object | "never">> = {}): void {
  fakePrometheus.answer = ({ body }) => {
    const query = queryIn(body);
    const special = over[query];
    if (special !== undefined) return special === "never" ? special : { body: special };
    if (query === QUERIES.sampledAt) return vector(NOW / 1000 - 9, { node_id: "n1" });
    return vector(20, { container_label_com_docker_swarm_task_id: "t1" });
  };
}

const UNREAD = { nodeUsage: {}, taskUsage: {}, ages: {} };

describe("a reading of usage", () => {
  it("asks everything at one moment", async () => {
    answers();
    const reading = await reader.read(NOW);
    assert.deepEqual(reading, {
      nodeUsage: {
        n1: {
          capacity: { cpuCores: 20, memoryBytes: 20 },
          used: { cpuCores: 20, memoryBytes: 0 },
          remainder: { cpuCores: 20, memoryBytes: 20 },
        },
      },
      taskUsage: { t1: { cpuCores: 20, memoryBytes: 20 } },
      ages: { n1: 9 },
      report: { source: "prometheus", ageSeconds: 9, doubts: [] },
    });
    const asked = fakePrometheus.seen.map(({ body }) => new URLSearchParams(body));
    assert.deepEqual(asked.map((form) => form.get("query")).sort(), Object.values(QUERIES).sort());
    assert.deepEqual([...new Set(asked.map((form) => form.get("time")))], [`${NOW / 1000}.000`]);
  });

  it("is a doubt as a whole when one answer of many has a warning, is none, or does not come", async () => {
    const failing: readonly (readonly [object | "never", RegExp])[] = [
      [{ status: "success", warnings: ["partial"], data: { resultType: "vector", result: [] } }, /partial$/],
      [{ status: "success", data: { resultType: "scalar", result: [0, "1"] } }, /no instant vector/],
      ["never", /it did not answer in time$/],
    ];
    for (const [answer, says] of failing) {
      answers({ [QUERIES.taskMemory]: answer });
      const { report, ...rest } = await reader.read(NOW);
      assert.deepEqual(rest, UNREAD);
      assert.equal(report.ageSeconds, null);
      assert.match(report.doubts[0] ?? "", says);
      assert.ok(report.doubts[0]?.startsWith(`Prometheus at ${url} cannot be counted on: `));
    }
  });

  it("is a doubt when nobody listens", async () => {
    const nobody = createUsageReader({ ...options, url: "http://127.0.0.1:1" });
    assert.match((await nobody.read(NOW)).report.doubts[0] ?? "", /ECONNREFUSED/);
  });
});
