/** What a decision weighs. CPU in cores, memory in bytes. */
export interface Resources {
  readonly cpuCores: number;
  readonly memoryBytes: number;
  /** By name, what the policy has measured besides, in its own unit; of one that is not here there is none. */
  readonly others?: Readonly<Record<string, number>>;
}

/** The resources that Swarm reckons with and that are always measured, as metrics, marks and answers call them. */
export const RESOURCE_NAMES = ["cpu", "memory"] as const;

/** One of these, or of those that the policy adds. */
export type ResourceName = string;

/** Something for each resource: of those always measured it is there. */
export type PerResource<Value> = Readonly<Record<(typeof RESOURCE_NAMES)[number], Value>> &
  Readonly<Record<ResourceName, Value>>;

export const NOTHING: Resources = { cpuCores: 0, memoryBytes: 0 };

/** Something for each of the names; CPU and memory are among them. */
export function perResource<Value>(
  names: readonly ResourceName[],
  valueOf: (name: ResourceName, resource: number) => Value,
): PerResource<Value> {
  const entries = names.map((name, resource) => [name, valueOf(name, resource)] as const);
  return Object.fromEntries(entries) as PerResource<Value>;
}

/** The amount of one resource, in its own unit. */
export function amountOf({ cpuCores, memoryBytes, others }: Resources, name: ResourceName): number {
  switch (name) {
    case "cpu":
      return cpuCores;
    case "memory":
      return memoryBytes;
    default:
      return others !== undefined && Object.hasOwn(others, name) ? (others[name] ?? 0) : 0;
  }
}

/** a + b, resource by resource. */
export function plus(a: Resources, b: Resources): Resources {
  return combined(a, b, (one, other) => one + other);
}

/** a − b, never below nothing: two samples of one node are never taken at quite the same moment. */
export function minus(a: Resources, b: Resources): Resources {
  return combined(a, b, (one, other) => Math.max(0, one - other));
}

/** The larger of the two, resource by resource. */
export function larger(a: Resources, b: Resources): Resources {
  return combined(a, b, Math.max);
}

function combined(a: Resources, b: Resources, combine: (one: number, other: number) => number): Resources {
  const both = {
    cpuCores: combine(a.cpuCores, b.cpuCores),
    memoryBytes: combine(a.memoryBytes, b.memoryBytes),
  };
  if (a.others === undefined && b.others === undefined) return both;
  const names = Object.keys({ ...a.others, ...b.others });
  return {
    ...both,
    others: Object.fromEntries(names.map((name) => [name, combine(amountOf(a, name), amountOf(b, name))])),
  };
}
