import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { STEER_LABEL, type SteerRecord } from "../domain/steer.ts";
import { isMapping, mappingAt, type Mapping } from "./mapping.ts";
import type { RawSpec } from "./raw.ts";

/** How Swarm's updater is to carry a move out. */
export interface SteerPace {
  /** How long Swarm itself watches the new task before it calls the step done. */
  readonly stabilitySeconds: number;
}

const NANO = 1e9;
// After each task the updater waits this long. It never gets that far: we let go first. This is what makes one of
// several copies on a node moveable, since the others stop being out of place when the constraint goes.
const STEP_DELAY_SECONDS = 24 * 3600;
/** The update config of a steered service, but for the time that Swarm watches the new task. */
const STEERING = {
  Parallelism: 1,
  Delay: STEP_DELAY_SECONDS * NANO,
  FailureAction: "pause",
  MaxFailureRatio: 0,
};

/** The owner's spec with the steering constraints, the record and the pace added. Pure. */
export function steeredSpec(spec: RawSpec, record: SteerRecord, pace: SteerPace): RawSpec {
  const template = mappingAt(spec, "TaskTemplate");
  const placement = mappingAt(template, "Placement");
  return {
    ...spec,
    Labels: { ...mappingAt(spec, "Labels"), [STEER_LABEL]: JSON.stringify(record) },
    TaskTemplate: {
      ...template,
      Placement: { ...placement, Constraints: [...constraintsOf(placement), ...record.added] },
    },
    UpdateConfig: { ...STEERING, Order: record.order, Monitor: Math.round(pace.stabilitySeconds * NANO) },
  };
}

/**
 * The spec with all that steering added taken out again, and nothing else changed: what the owner wrote meanwhile
 * stays. `TaskTemplate.Placement` is never dropped, since leaders of older engines cannot live without it. Pure.
 */
export function releasedSpec(spec: RawSpec, record: SteerRecord): RawSpec {
  const template = mappingAt(spec, "TaskTemplate");
  const placement = mappingAt(template, "Placement");
  const labels = without(mappingAt(spec, "Labels"), STEER_LABEL);
  const constraints = withoutLast(constraintsOf(placement), record.added);
  const released: RawSpec = {
    ...spec,
    Labels: labels,
    TaskTemplate: {
      ...template,
      Placement:
        constraints.length > 0
          ? { ...placement, Constraints: constraints }
          : without(placement, "Constraints"),
    },
  };
  const updateConfig = releasedUpdateConfig(spec["UpdateConfig"], record);
  return updateConfig === null
    ? without(released, "UpdateConfig")
    : { ...released, UpdateConfig: updateConfig };
}

/** A digest of a spec that does not depend on the order of keys, nor on whether an empty thing is written out. */
export function digestOf(spec: RawSpec): string {
  return createHash("sha256")
    .update(JSON.stringify(canonical(spec)))
    .digest("hex")
    .slice(0, 32);
}

/**
 * The owner's config, with what he changed of ours meanwhile, field by field as the command line does it. Ours is known
 * by its delay: nobody waits a day between two tasks. A config with another delay is all his own and stays.
 */
function releasedUpdateConfig(config: unknown, { updateConfig, order }: SteerRecord): unknown {
  if (!isMapping(config) || config["Delay"] !== STEERING.Delay) return config ?? null;
  const changed = Object.entries({ ...STEERING, Order: order }).filter(
    ([key, ours]) => (config[key] ?? ours) !== ours,
  );
  if (changed.length === 0) return updateConfig;
  const owners = isMapping(updateConfig) ? updateConfig : {};
  return { ...owners, ...Object.fromEntries(changed.map(([key]) => [key, config[key]])) };
}

/** Removes one occurrence of each constraint, from the end: steering appended, and the owner may have the same one. */
function withoutLast(constraints: readonly string[], added: readonly string[]): readonly string[] {
  return added.reduceRight<readonly string[]>((left, constraint) => {
    const at = left.lastIndexOf(constraint);
    return at === -1 ? left : left.toSpliced(at, 1);
  }, constraints);
}

function constraintsOf(placement: Mapping): readonly string[] {
  const constraints = placement["Constraints"];
  return Array.isArray(constraints) ? constraints.map(String) : [];
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (!isMapping(value)) return value;
  const entries = Object.entries(value)
    .map(([key, inner]): [string, unknown] => [key, canonical(inner)])
    .filter(([, inner]) => !isEmpty(inner));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isEmpty(value: unknown): boolean {
  return (
    value === null || value === undefined || isDeepStrictEqual(value, {}) || isDeepStrictEqual(value, [])
  );
}

function without(mapping: Mapping, key: string): Mapping {
  return Object.fromEntries(Object.entries(mapping).filter(([name]) => name !== key));
}
