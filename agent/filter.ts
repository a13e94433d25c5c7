/** Whether a thing of this name is shown. */
export type Filter = (name: string) => boolean;

/** What a user wants to see of many things of a kind: those that match `include`, less those that match `exclude`. */
export interface Patterns {
  readonly include: RegExp | undefined;
  readonly exclude: RegExp | undefined;
}

/** A filter of these patterns; one that is not set lets everything pass. */
export function createFilter({ include, exclude }: Patterns): Filter {
  return (name) => include?.test(name) !== false && exclude?.test(name) !== true;
}

/** Which of the many things of a kind are shown. */
export interface CollectorFilters {
  readonly mounts: Filter;
  readonly fsTypes: Filter;
  readonly disks: Filter;
  readonly netDevices: Filter;
  /** By the container's name. */
  readonly containers: Filter;
}
