import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { changedNode, changedService } from "../../../../../scheduler/act/daily/change.ts";
import { differencesOf } from "../../../../../scheduler/act/daily/differences.ts";
import { holdsInexactNumber } from "../../../../../scheduler/act/mapping.ts";
import type { NodeChange, ServiceChange } from "../../../../../scheduler/domain/daily.ts";
import { deepFreeze } from "../../../../support/deep-freeze.ts";
import { randomSpec } from "../../../../support/random-spec.ts";
import { aRawSpec } from "../../../../support/raw-builder.ts";
import { runs } from "../../../../support/runs.ts";

type Json = Readonly<Record<string, unknown>>;

const someChange: fc.Arbitrary<Exclude<ServiceChange, { readonly act: "rollback" }>> = fc.oneof(
  fc.nat(50).map((replicas) => ({ act: "scale" as const, replicas })),
  fc.constant({ act: "restart" as const }),
  fc.constantFrom("shop/web:2", "shop/web@sha256:00").map((image) => ({ act: "image" as const, image })),
);

/** The one place that each act may touch. */
const PLACES = {
  scale: ["Mode", "Replicated", "Replicas"],
  restart: ["TaskTemplate", "ForceUpdate"],
  image: ["TaskTemplate", "ContainerSpec", "Image"],
} as const;

describe("a change of a service's spec", () => {
  it("leaves every other place as it came, whatever nobody knows of stands there", () => {
    fc.assert(
      fc.property(randomSpec, someChange, (spec, change) => {
        const next = changedService(deepFreeze(spec), null, change);
        const path = PLACES[change.act];
        // What has no container to change the image of gets one: the check refuses that before.
        assert.deepEqual(pruned(next, path), pruned(spec, path));
        const differences = differencesOf(spec, next);
        assert.ok(differences.length <= 1);
        for (const { place } of differences) assert.ok(path.join(".").startsWith(place), place);
      }),
      runs(1000),
    );
  });

  it("does what was asked, and no more than that where it was so already", () => {
    const spec = aRawSpec();
    const scaled = changedService(spec, null, { act: "scale", replicas: 3 });
    assert.deepEqual(scaled["Mode"], { Replicated: { Replicas: 3 } });
    assert.deepEqual(differencesOf(spec, scaled), [
      { place: "Mode.Replicated.Replicas", before: 1, after: 3 },
    ]);
    assert.deepEqual(differencesOf(spec, changedService(spec, null, { act: "scale", replicas: 1 })), []);
    const image = changedService(spec, null, { act: "image", image: "shop/web:2" });
    assert.deepEqual(differencesOf(spec, image), [
      { place: "TaskTemplate.ContainerSpec.Image", before: "shop/web:1", after: "shop/web:2" },
    ]);
  });

  it("counts restarts on, from nothing too", () => {
    const once = changedService(aRawSpec(), null, { act: "restart" });
    const twice = changedService(once, null, { act: "restart" });
    assert.equal((twice["TaskTemplate"] as Json)["ForceUpdate"], 2);
    const bare = changedService(aRawSpec({ TaskTemplate: { Placement: {} } }), null, { act: "restart" });
    assert.deepEqual(bare["TaskTemplate"], { Placement: {}, ForceUpdate: 1 });
  });

  it("never drops an empty placement, without which older leaders cannot live", () => {
    const spec = aRawSpec({ TaskTemplate: { Placement: {} } });
    for (const change of [{ act: "scale", replicas: 2 }, { act: "restart" }] as const)
      assert.deepEqual((changedService(spec, null, change)["TaskTemplate"] as Json)["Placement"], {});
  });

  it("goes back to what was before", () => {
    const before = aRawSpec({ Name: "old" });
    assert.deepEqual(changedService(aRawSpec(), before, { act: "rollback" }), before);
    assert.deepEqual(changedService(aRawSpec(), null, { act: "rollback" }), aRawSpec());
  });
});

describe("a change of a node's spec", () => {
  const spec = deepFreeze({
    Role: "worker",
    Availability: "active",
    Labels: { disk: "ssd", zone: "a" },
    NobodyKnows: [{ Deep: null }],
  });
  const cases: readonly (readonly [NodeChange, Json])[] = [
    [
      { act: "labels", set: { disk: "hdd", rack: "3" }, remove: ["zone", "gone"] },
      { Labels: { disk: "hdd", rack: "3" } },
    ],
    [{ act: "labels", set: {}, remove: ["disk"] }, { Labels: { zone: "a" } }],
    [{ act: "availability", availability: "pause" }, { Availability: "pause" }],
    [{ act: "role", role: "manager" }, { Role: "manager" }],
  ];
  for (const [change, changed] of cases)
    it(`of ${JSON.stringify(change)} changes that alone`, () => {
      assert.deepEqual(changedNode(spec, change), { ...spec, ...changed });
    });

  it("gives labels to a node that has none", () => {
    assert.deepEqual(changedNode({ Labels: null }, { act: "labels", set: { a: "1" }, remove: [] }), {
      Labels: { a: "1" },
    });
  });
});

describe("what is told of a difference", () => {
  it("is its place, and its values only where no secret can stand", () => {
    const spec = aRawSpec();
    const template = spec["TaskTemplate"] as Json;
    const next = {
      ...spec,
      TaskTemplate: { ...template, ContainerSpec: { Image: "shop/web:2", Env: ["PASSWORD=x"] } },
    };
    assert.deepEqual(differencesOf(spec, next), [
      { place: "TaskTemplate.ContainerSpec.Image", before: "shop/web:1", after: "shop/web:2" },
      { place: "TaskTemplate.ContainerSpec.Env" },
    ]);
  });

  it("takes what was left out and null for the same", () => {
    assert.deepEqual(differencesOf({ a: null }, {}), []);
    assert.deepEqual(differencesOf({}, { Role: "worker" }), [
      { place: "Role", before: null, after: "worker" },
    ]);
  });
});

describe("a number that JSON cannot carry", () => {
  it("is found wherever it stands", () => {
    assert.ok(holdsInexactNumber({ a: [{ b: 2 ** 63 }] }));
    assert.ok(holdsInexactNumber(JSON.parse('{"a":1e400}')));
    assert.ok(!holdsInexactNumber(aRawSpec({ Delay: 86_400_000_000_000, Ratio: 0.1 })));
  });
});

/** The value without what stands at the path; the holders on the way are there. */
function pruned(value: unknown, [key = "", ...rest]: readonly string[]): unknown {
  const holder = typeof value === "object" && value !== null ? (value as Json) : {};
  const others = Object.fromEntries(Object.entries(holder).filter(([name]) => name !== key));
  return rest.length === 0 ? others : { ...others, [key]: pruned(holder[key], rest) };
}
