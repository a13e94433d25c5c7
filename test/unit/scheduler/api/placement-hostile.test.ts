import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  EXTENDER_FILTER_RESULT,
  HOST_PRIORITY_LIST,
  namesIn,
  type ExtenderArgs,
  type ExtenderFilterResult,
} from "../../../../scheduler/api/extender/protocol.ts";
import { PLACEMENT } from "../../../../scheduler/api/schemas/placement.ts";
import { someMutation, spoil } from "../../../support/hostile-values.ts";
import type { JsonObject } from "../../../support/hostile-world.ts";
import { RUNS } from "../../../support/random-world.ts";
import { GIB } from "../../../support/swarm-builder.ts";
import { startPlacementApi } from "./extender-api.ts";
import { problemOf } from "./server.ts";

const COMPOSE = {
  service: {
    name: "web",
    image: "nginx",
    ports: [{ mode: "host", published: 80, target: 80 }],
    deploy: {
      replicas: 2,
      labels: { "ballast.spread": "node.labels.disk" },
      placement: { constraints: ["node.role==worker"], preferences: [{ spread: "node.labels.disk" }] },
      resources: { reservations: { cpus: "0.5", memory: "64M" } },
    },
  },
  expected: { cpuCores: 0.5, memoryBytes: GIB },
};
const SPEC = {
  spec: {
    Name: "web",
    TaskTemplate: {
      Placement: { Constraints: ["node.role==worker"], Platforms: [{ OS: "linux", Architecture: "amd64" }] },
      Resources: { Reservations: { NanoCPUs: 1e8, MemoryBytes: GIB } },
    },
    Mode: { Replicated: { Replicas: 2 } },
  },
  expected: { cpuCores: 0.5, memoryBytes: GIB },
};

function fixture(name: string): object {
  const path = new URL(`../../../fixtures/extender/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, "utf8")) as object;
}

/** A sound request, spoiled in some places. */
function spoiled(...sound: readonly object[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...sound), fc.array(someMutation, { minLength: 1, maxLength: 4 }))
    .map(([request, mutations]) => {
      const body = structuredClone(request) as JsonObject;
      for (const mutation of mutations) spoil(body, mutation);
      return JSON.stringify(body);
    });
}

const nonsense = fc.oneof(
  fc.json(),
  fc.string({ unit: "binary", maxLength: 64 }),
  fc.nat(20_000).map((depth) => `{"Pod":${'{"spec":'.repeat(depth)}`),
);

const weighted = (...sound: readonly object[]): fc.Arbitrary<string> =>
  fc.oneof({ arbitrary: spoiled(...sound), weight: 9 }, { arbitrary: nonsense, weight: 1 });

describe("whatever is sent", () => {
  it("to be placed is placed or refused, and no fault of ours", async () => {
    const post = await startPlacementApi();
    await fc.assert(
      fc.asyncProperty(weighted(COMPOSE, SPEC), async (body) => {
        const response = await post("/v1/placement", body);
        if (response.status === 200) PLACEMENT.parse(await response.json());
        else await problemOf(response);
        assert.ok(response.status < 500, `${response.status} ${body}`);
      }),
      RUNS,
    );
  });

  it("to the extender is answered in the protocol's terms or refused, and no fault of ours", async () => {
    const post = await startPlacementApi();
    const requests = ["node-names", "whole-nodes", "init-containers", "best-effort"].map(fixture);
    await fc.assert(
      fc.asyncProperty(weighted(...requests), fc.constantFrom("filter", "prioritize"), async (body, verb) => {
        const response = await post(`/extender/${verb}`, body);
        assert.ok(response.status < 500, `${response.status} ${body}`);
        if (response.status !== 200) {
          await problemOf(response);
          return;
        }
        const asked = namesIn(JSON.parse(body) as ExtenderArgs);
        if (verb === "prioritize") {
          const list = HOST_PRIORITY_LIST.parse(await response.json());
          assert.deepEqual(
            list.map(({ Host }) => Host),
            asked,
          );
          return;
        }
        const result = (await response.json()) as ExtenderFilterResult;
        // Its own reading leaves out a node that is called `__proto__`.
        EXTENDER_FILTER_RESULT.parse(result);
        const passing = namesIn(result as unknown as ExtenderArgs);
        const failed = [
          ...Object.keys(result.FailedNodes),
          ...Object.keys(result.FailedAndUnresolvableNodes),
        ];
        // Each name that was asked about is told of once, unless nothing can be said.
        if (result.Error === "")
          assert.deepEqual([...new Set(passing), ...failed].sort(), [...new Set(asked)].sort());
        else assert.deepEqual([passing, failed], [[], []]);
      }),
      RUNS,
    );
  });
});
