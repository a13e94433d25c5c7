/**
 * The machine reassignment problem of the Google ROADEF/EURO challenge of 2012, in typed arrays. Resources stand in an
 * order of this reader's own: the transient ones last. Behind the resources follow the balance costs, as dimensions of
 * the same kind: what a machine is over its mark costs the weight of the dimension, a unit.
 */
export interface Model {
  readonly machines: number;
  readonly processes: number;
  readonly services: number;
  readonly resources: number;
  /** From this resource on, a process that left its first machine is counted there still. */
  readonly firstTransient: number;
  /** Resources and balance costs. */
  readonly dimensions: number;
  /** By dimension: what a unit above the mark costs. */
  readonly weights: Float64Array;
  /** Machines × resources. */
  readonly capacities: Float64Array;
  /** Machines × dimensions: below this a machine costs nothing. */
  readonly marks: Float64Array;
  /** Processes × dimensions. */
  readonly loads: Float64Array;
  /** By machine. */
  readonly hoodOf: Int32Array;
  readonly locationOf: Int32Array;
  readonly hoods: number;
  readonly locations: number;
  /** By process. */
  readonly serviceOf: Int32Array;
  /** By process: what moving it costs, weighted. */
  readonly movePrice: Float64Array;
  /** Machines × machines: what moving anything from the one to the other costs, weighted. */
  readonly wayPrice: Uint16Array | Float64Array;
  /** What each process costs by which the service with the most moved ones goes up. */
  readonly servicePrice: number;
  /** By service: in how many locations it must run. */
  readonly spread: Int32Array;
  /** By service: the services that must run in every neighbourhood in which it does. */
  readonly needs: readonly (readonly number[])[];
}

/** The processes of each service. */
export function membersOf({ services, serviceOf }: Model): readonly (readonly number[])[] {
  const members = Array.from({ length: services }, (): number[] => []);
  serviceOf.forEach((service, process) => members[service]?.push(process));
  return members;
}
