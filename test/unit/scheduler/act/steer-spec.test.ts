import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { RawSpec } from "../../../../scheduler/act/raw.ts";
import { releasedSpec, steeredSpec } from "../../../../scheduler/act/steer-spec.ts";
import { STEER_LABEL, type SteerRecord } from "../../../../scheduler/domain/steer.ts";
import { deepFreeze } from "../../../support/deep-freeze.ts";
import { ownUpdateConfig, randomSpec, someConstraint } from "../../../support/random-spec.ts";
import { RUNS } from "../../../support/random-world.ts";
import { aRawSpec, aRecord } from "../../../support/raw-builder.ts";

const PACE = { stabilitySeconds: 10 };
const DAY = 24 * 3600 * 1e9;

type Mapping = Readonly<Record<string, unknown>>;
type Edit = (spec: RawSpec) => RawSpec;

const someAdded = fc.uniqueArray(someConstraint, { minLength: 1, maxLength: 3 });

function at(mapping: Mapping, key: string): Mapping {
  return (mapping[key] ?? {}) as Mapping;
}

function less(mapping: Mapping, key: string): Mapping {
  return Object.fromEntries(Object.entries(mapping).filter(([name]) => name !== key));
}

function constraintsOf(spec: RawSpec): readonly string[] {
  return (at(at(spec, "TaskTemplate"), "Placement")["Constraints"] ?? []) as readonly string[];
}

function withConstraints(spec: RawSpec, constraints: readonly string[]): RawSpec {
  const template = at(spec, "TaskTemplate");
  const Placement = { ...at(template, "Placement"), Constraints: constraints };
  return { ...spec, TaskTemplate: { ...template, Placement } };
}

/**
 * The spec as Swarm stores it. Missing, null and empty are one to it in these five places and no other: Labels,
 * TaskTemplate, Placement, Placement's Constraints, and UpdateConfig as far as null and missing go.
 */
function asStored(spec: RawSpec): RawSpec {
  const constraints = constraintsOf(spec);
  const template = at(spec, "TaskTemplate");
  const placement = less(at(template, "Placement"), "Constraints");
  const Placement = constraints.length === 0 ? placement : { ...placement, Constraints: constraints };
  const stored = { ...spec, Labels: at(spec, "Labels"), TaskTemplate: { ...template, Placement } };
  return spec["UpdateConfig"] === null ? less(stored, "UpdateConfig") : stored;
}

/** With its constraints in one order: they are ANDed, and of two that are the same either one is the owner's. */
function sorted(spec: RawSpec): RawSpec {
  return withConstraints(spec, constraintsOf(spec).toSorted());
}

function recordOf(spec: RawSpec, added: readonly string[]): SteerRecord {
  return aRecord(spec, { added });
}

/** What an owner may write while a move runs, on whatever the spec then is. */
const ownersEdit: fc.Arbitrary<Edit> = fc.oneof(
  fc
    .string({ maxLength: 3 })
    .map((value): Edit => (spec) => ({ ...spec, Labels: { ...at(spec, "Labels"), owner: value } })),
  fc.string({ maxLength: 3 }).map((value): Edit => (spec) => {
    const template = at(spec, "TaskTemplate");
    const ContainerSpec = { ...at(template, "ContainerSpec"), Env: [`OWNER=${value}`] };
    return { ...spec, TaskTemplate: { ...template, ContainerSpec } };
  }),
  fc.jsonValue().map((value): Edit => (spec) => ({ ...spec, NewKey: value })),
  ownUpdateConfig.map((config): Edit => (spec) => ({
    ...spec,
    // One that says how long to wait is told from ours by that.
    UpdateConfig: { Delay: 0, ...config },
  })),
  fc.constant<Edit>((spec) => less(spec, "UpdateConfig")),
  someConstraint.map(
    (added): Edit =>
      (spec) =>
        withConstraints(spec, [...constraintsOf(spec), added]),
  ),
  someConstraint.map(
    (added): Edit =>
      (spec) =>
        withConstraints(spec, [added, ...constraintsOf(spec)].sort()),
  ),
);

describe("releasedSpec of steeredSpec", () => {
  it("is the owner's spec, whatever that held or lacked", () => {
    fc.assert(
      fc.property(randomSpec, someAdded, (spec, added) => {
        const record = recordOf(spec, added);
        const released = releasedSpec(steeredSpec(spec, record, PACE), record);
        assert.deepEqual(asStored(released), asStored(spec));
      }),
      RUNS,
    );
  });

  it("keeps all that the owner wrote meanwhile", () => {
    fc.assert(
      fc.property(randomSpec, someAdded, fc.array(ownersEdit, { maxLength: 4 }), (spec, added, edits) => {
        const edited = (first: RawSpec) => edits.reduce((sum, edit) => edit(sum), first);
        const record = recordOf(spec, added);
        const released = releasedSpec(edited(steeredSpec(spec, record, PACE)), record);
        assert.deepEqual(sorted(asStored(released)), sorted(asStored(edited(spec))));
      }),
      RUNS,
    );
  });

  it("leaves a constraint that the owner took out meanwhile out", () => {
    fc.assert(
      fc.property(randomSpec, someAdded, someConstraint, (spec, added, gone) => {
        const edit: Edit = (from) =>
          withConstraints(
            from,
            constraintsOf(from).filter((constraint) => constraint !== gone),
          );
        const record = recordOf(spec, added);
        const released = releasedSpec(edit(steeredSpec(spec, record, PACE)), record);
        assert.deepEqual(asStored(released), asStored(edit(spec)));
      }),
      RUNS,
    );
  });

  it("writes to nothing that it is given, and never drops Placement", () => {
    fc.assert(
      fc.property(randomSpec, someAdded, (spec, added) => {
        const record = deepFreeze(recordOf(spec, added));
        const steered = deepFreeze(steeredSpec(deepFreeze(spec), record, PACE));
        for (const written of [steered, releasedSpec(steered, record), releasedSpec(spec, record)]) {
          const { Placement } = at(written, "TaskTemplate") as { readonly Placement?: unknown };
          assert.ok(typeof Placement === "object" && Placement !== null);
        }
      }),
      RUNS,
    );
  });

  it("keeps the owner's own constraint where steering added the same", () => {
    const spec = withConstraints(aRawSpec(), ["node.id==n2", "node.role!=manager"]);
    const record = recordOf(spec, ["node.id==n2"]);
    const steered = steeredSpec(spec, record, PACE);
    assert.deepEqual(constraintsOf(steered), ["node.id==n2", "node.role!=manager", "node.id==n2"]);
    assert.deepEqual(releasedSpec(steered, record), spec);
  });
});

describe("steeredSpec", () => {
  it("adds the record, the constraints and a start-first pace, and nothing else", () => {
    const spec = aRawSpec();
    const record = recordOf(spec, ["node.id!=n1", "node.id!=n3"]);
    const steered = steeredSpec(spec, record, PACE);
    assert.deepEqual(JSON.parse(String(at(steered, "Labels")[STEER_LABEL])), record);
    assert.deepEqual(constraintsOf(steered), ["node.labels.disk==ssd", "node.id!=n1", "node.id!=n3"]);
    assert.deepEqual(steered["UpdateConfig"], {
      Parallelism: 1,
      Delay: DAY,
      FailureAction: "pause",
      Monitor: 10e9,
      MaxFailureRatio: 0,
      Order: "start-first",
    });
    assert.deepEqual(asStored({ ...steered, ...spec }), asStored(spec));
    assert.deepEqual(at(steered, "TaskTemplate")["ContainerSpec"], at(spec, "TaskTemplate")["ContainerSpec"]);
    assert.equal(at(at(steered, "TaskTemplate"), "Placement")["MaxReplicas"], 2);
  });
});

describe("the update configuration of a released spec", () => {
  const spec = aRawSpec();
  const record = recordOf(spec, ["node.id==n2"]);
  const steered = steeredSpec(spec, record, PACE);
  const releasedConfig = (change: Mapping, from: SteerRecord = record) =>
    releasedSpec({ ...steered, UpdateConfig: { ...at(steered, "UpdateConfig"), ...change } }, from)[
      "UpdateConfig"
    ];

  it("is the owner's, with what he changed of it meanwhile one by one, as the command line does", () => {
    assert.deepEqual(releasedConfig({}), { Parallelism: 2, Order: "stop-first" });
    assert.deepEqual(releasedConfig({ Parallelism: 4 }), { Parallelism: 4, Order: "stop-first" });
    assert.deepEqual(releasedConfig({ Order: "stop-first", FailureAction: "rollback" }), {
      Parallelism: 2,
      Order: "stop-first",
      FailureAction: "rollback",
    });
    const none = { ...record, updateConfig: null };
    assert.equal(releasedConfig({}, none), undefined);
    assert.deepEqual(releasedConfig({ Parallelism: 4 }, none), { Parallelism: 4 });
  });

  it("never has our delay, which would make his next deploy wait a day for each task", () => {
    for (const change of [{ Order: "stop-first" }, { Parallelism: 3 }, { Monitor: 1 }, {}]) {
      assert.equal((releasedConfig(change) as Mapping)["Delay"], undefined);
    }
  });

  it("is as he wrote it when he wrote another delay", () => {
    const own = { Delay: 5e9, Parallelism: 1, Order: "start-first" };
    assert.deepEqual(releasedSpec({ ...steered, UpdateConfig: own }, record)["UpdateConfig"], own);
  });
});
