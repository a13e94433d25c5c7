/** What the goals about load know of resources and time. */
export interface Terrain {
  readonly resources: number;
  /** Points in time of each resource. The dimension of resource r at point t is r × points + t. */
  readonly points: number;
  /** By point, its share of the time that counts: together 1. */
  readonly weights: Float64Array;
  /** Bins × resources. */
  readonly capacities: Float64Array;
}

/** By dimension, the load of all bins over the capacity of all bins, of those that have one; moves do not change it. */
export function meanRatios(terrain: Terrain, carried: Float64Array, bins: number): Float64Array {
  const { resources, points, capacities } = terrain;
  const means = new Float64Array(resources * points);
  for (let resource = 0; resource < resources; resource += 1) {
    let whole = 0;
    for (let bin = 0; bin < bins; bin += 1) {
      const capacity = capacities[bin * resources + resource] ?? 0;
      if (capacity <= 0) continue;
      whole += capacity;
      const first = bin * resources * points + resource * points;
      for (let point = 0; point < points; point += 1) {
        const at = resource * points + point;
        means[at] = (means[at] ?? 0) + (carried[first + point] ?? 0);
      }
    }
    for (let point = 0; point < points; point += 1) {
      const at = resource * points + point;
      means[at] = whole > 0 ? (means[at] ?? 0) / whole : 0;
    }
  }
  return means;
}

/** Bins × resources: capacity over the mean capacity of all bins. */
export function shareOfMean({ resources, capacities }: Terrain, bins: number): Float64Array {
  const shares = new Float64Array(bins * resources);
  for (let resource = 0; resource < resources; resource += 1) {
    let whole = 0;
    for (let bin = 0; bin < bins; bin += 1) whole += capacities[bin * resources + resource] ?? 0;
    for (let bin = 0; bin < bins; bin += 1) {
      const place = bin * resources + resource;
      shares[place] = whole > 0 ? ((capacities[place] ?? 0) * bins) / whole : 0;
    }
  }
  return shares;
}
