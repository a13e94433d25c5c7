import fc from "fast-check";
import type { RawSpec } from "../../scheduler/act/raw.ts";

/** Constraints that an owner may have written; some are such as steering writes. */
export const someConstraint = fc.constantFrom(
  "node.id==n2",
  "node.id!=n1",
  "node.id!=n3",
  "node.role!=manager",
  "node.labels.disk==ssd",
);

/** What a spec may hold that we do not know, under names that nobody has thought of yet. */
const unknownKeys = fc.dictionary(
  fc.string({ minLength: 1, maxLength: 6 }).map((name) => `X${name}`),
  fc.jsonValue({ maxDepth: 2 }),
  { maxKeys: 3, noNullPrototype: true },
);

/** The known keys, each there or not, beside unknown ones. */
function mapping(known: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<RawSpec> {
  const some = fc.record(known, { requiredKeys: [], noNullPrototype: true });
  return fc.tuple(unknownKeys, some).map(([unknown, given]) => ({ ...unknown, ...given }));
}

function orNull(some: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.option(some, { nil: null, freq: 6 });
}

const words = fc.string({ maxLength: 4 });

/** An update configuration that an owner may have written. */
export const ownUpdateConfig: fc.Arbitrary<RawSpec> = mapping({
  Parallelism: fc.nat(3),
  Delay: fc.nat(60).map((seconds) => seconds * 1e9),
  FailureAction: fc.constantFrom("pause", "continue", "rollback"),
  Monitor: fc.nat(60).map((seconds) => seconds * 1e9),
  MaxFailureRatio: fc.constantFrom(0, 0.5),
  Order: fc.constantFrom("start-first", "stop-first"),
});

const placement = mapping({
  Constraints: orNull(fc.array(someConstraint, { maxLength: 4 })),
  MaxReplicas: fc.nat(3),
  Preferences: fc.constant([{ Spread: { SpreadDescriptor: "node.labels.zone" } }]),
  Platforms: orNull(fc.constant([])),
});

/** A service's spec as a manager may send it: anything may be missing, null or empty, and anything unknown may be there. */
export const randomSpec: fc.Arbitrary<RawSpec> = mapping({
  Name: words,
  Labels: orNull(fc.dictionary(words, words, { maxKeys: 3, noNullPrototype: true })),
  TaskTemplate: mapping({
    ContainerSpec: mapping({ Image: words, Env: orNull(fc.array(words, { maxLength: 3 })) }),
    Placement: orNull(placement),
    ForceUpdate: fc.nat(2),
  }),
  Mode: fc.constant({ Replicated: { Replicas: 3 } }),
  UpdateConfig: orNull(ownUpdateConfig),
  EndpointSpec: orNull(unknownKeys),
});
