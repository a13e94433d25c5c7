import type { RawSpec } from "../../scheduler/act/raw.ts";
import { refusingConstraint } from "../../scheduler/domain/constraint.ts";
import type { SimNode, SimService, SimTask } from "./objects.ts";
import { taskTermsOf } from "./terms.ts";

/**
 * Whether the updater has to replace a task (SwarmKit's orchestrator/task.go): where it was made from another spec, unless
 * nothing but the placement differs and its node still suits.
 */
export function isDirty(service: SimService, task: SimTask, node: SimNode | undefined): boolean {
  if (task.specVersion === service.specVersion) return false;
  const template = templateOf(service.spec);
  const wanted = textsOf(template);
  const had = textsOf(task.template);
  const isSamePlacement = wanted.placement === had.placement;
  if (!isSamePlacement && wanted.others === had.others && node !== undefined)
    // What else changed, such as a published port, is then not looked at.
    return refusingConstraint(node.facts, taskTermsOf(template).needs.constraints) !== null;
  return (
    !isSamePlacement ||
    wanted.others !== had.others ||
    canonicalText(service.spec["EndpointSpec"]) !== canonicalText(task.endpoint)
  );
}

/** A spec's task template; empty where there is none. */
export function templateOf(spec: RawSpec): RawSpec {
  const template = spec["TaskTemplate"];
  return isMapping(template) ? template : NO_TEMPLATE;
}

const NO_TEMPLATE: RawSpec = {};

interface Texts {
  readonly placement: string;
  readonly others: string;
}

const TEXTS = new WeakMap<RawSpec, Texts>();

function textsOf(template: RawSpec): Texts {
  const known = TEXTS.get(template);
  if (known !== undefined) return known;
  const { Placement, ...others } = template;
  const texts = { placement: canonicalText(Placement), others: canonicalText(others) };
  TEXTS.set(template, texts);
  return texts;
}

/** Equal for what Swarm takes for equal: whatever the order of keys, and whether an empty thing is written out. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(canonical(value) ?? null);
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value))
    return value.length === 0 ? undefined : value.map((item) => canonical(item) ?? null);
  if (!isMapping(value)) return value ?? undefined;
  const entries = Object.entries(value)
    .map(([key, inner]): [string, unknown] => [key, canonical(inner)])
    .filter(([, inner]) => inner !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function isMapping(value: unknown): value is RawSpec {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
