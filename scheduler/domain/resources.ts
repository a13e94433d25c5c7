/** What a decision weighs. CPU in cores, memory in bytes. */
export interface Resources {
  readonly cpuCores: number;
  readonly memoryBytes: number;
}

/** The names by which metrics, marks and answers call the resources. */
export const RESOURCE_NAMES = ["cpu", "memory"] as const;
export type ResourceName = (typeof RESOURCE_NAMES)[number];

export const NOTHING: Resources = { cpuCores: 0, memoryBytes: 0 };

/** The amount of one resource, in its own unit. */
export function amountOf(resources: Resources, name: ResourceName): number {
  switch (name) {
    case "cpu":
      return resources.cpuCores;
    case "memory":
      return resources.memoryBytes;
  }
}

/** a + b, resource by resource. */
export function plus(a: Resources, b: Resources): Resources {
  return { cpuCores: a.cpuCores + b.cpuCores, memoryBytes: a.memoryBytes + b.memoryBytes };
}

/** a − b, never below nothing: two samples of one node are never taken at quite the same moment. */
export function minus(a: Resources, b: Resources): Resources {
  return {
    cpuCores: Math.max(0, a.cpuCores - b.cpuCores),
    memoryBytes: Math.max(0, a.memoryBytes - b.memoryBytes),
  };
}

/** The larger of the two, resource by resource. */
export function larger(a: Resources, b: Resources): Resources {
  return {
    cpuCores: Math.max(a.cpuCores, b.cpuCores),
    memoryBytes: Math.max(a.memoryBytes, b.memoryBytes),
  };
}
