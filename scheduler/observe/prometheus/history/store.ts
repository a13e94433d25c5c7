import type { Series } from "../../../domain/history.ts";
import { amountOf, RESOURCE_NAMES, type ResourceName, type Resources } from "../../../domain/resources.ts";
import type { Span } from "../range.ts";
import { foldDays } from "./fold.ts";
import type { Measured } from "./join.ts";
import type { Reach } from "./moments.ts";

/** Of what a series is wanted: what of it cannot be is left out of it. */
export interface Wanted {
  readonly id: string;
  /** Steps that begin before are left out: an average over them is too low. */
  readonly sinceMs: number;
  /** What is above it cannot be. */
  readonly most: Resources;
}

/** Keeps what was read of things of one kind, step by step; new steps take the place of those out of reach. */
export interface SeriesStore {
  /** Forgets all that is not among these ids. */
  keepOnly(ids: ReadonlySet<string>): void;
  /** Takes a span up for those of these ids that were measured in it. */
  take(measured: Measured, span: Span, ids: ReadonlySet<string>): void;
  /** What is known of each up to the step `newest`, folded to a day; one of which nothing was read has no entry. */
  seriesOf(wanted: readonly Wanted[], newest: number): Readonly<Record<string, Series>>;
}

/** By resource; in a ring a step has its place by its number. */
type Rings = ReadonlyMap<ResourceName, Float32Array>;

/** `resources`: of which there may be series; CPU and memory are among them. */
export function createSeriesStore(reach: Reach, resources: readonly ResourceName[]): SeriesStore {
  const kept = new Map<string, Rings>();
  // Made anew only when there is a new step: of 20,000 tasks they are 46 MB.
  let made = new Map<string, Series>();
  let madeFor: number | null = null;
  return {
    keepOnly(ids) {
      for (const id of kept.keys()) {
        if (ids.has(id)) continue;
        kept.delete(id);
        made.delete(id);
      }
    },
    take(measured, span, ids) {
      madeFor = null;
      for (const resource of resources)
        for (const id of measured[resource]?.keys() ?? [])
          if (ids.has(id) && !kept.has(id)) kept.set(id, newRings(reach.steps, resources));
      for (const [id, rings] of kept)
        for (const [resource, ring] of rings) write(ring, measured[resource]?.get(id), span);
    },
    seriesOf(wanted, newest) {
      if (madeFor !== newest) made = new Map();
      madeFor = newest;
      const entries = wanted.flatMap((each): readonly (readonly [string, Series])[] => {
        const rings = kept.get(each.id);
        if (rings === undefined) return [];
        const series = made.get(each.id) ?? seriesFrom(rings, each, newest, reach);
        made.set(each.id, series);
        return [[each.id, series]];
      });
      return Object.fromEntries(entries);
    },
  };
}

function newRings(steps: number, resources: readonly ResourceName[]): Rings {
  return new Map(resources.map((name) => [name, new Float32Array(steps).fill(Number.NaN)]));
}

/** What was not measured in the span is unknown, whatever an older step left in its place. */
function write(ring: Float32Array, values: Float32Array | undefined, { first, last }: Span): void {
  for (let step = first; step <= last; step += 1)
    ring[step % ring.length] = values?.[step - first] ?? Number.NaN;
}

function seriesFrom(rings: Rings, { sinceMs, most }: Wanted, newest: number, reach: Reach): Series {
  // The step n reaches from n - 1 to n.
  const firstWhole = Math.ceil(sinceMs / 1000 / reach.stepSeconds) + 1;
  const one = (ring: Float32Array, bound: number): Float32Array =>
    foldDays(believable(ring, newest, firstWhole, bound), reach.points);
  const ofResource = (name: string): Float32Array =>
    one(rings.get(name) ?? new Float32Array(reach.steps).fill(Number.NaN), amountOf(most, name));
  const both = { cpuCores: ofResource("cpu"), memoryBytes: ofResource("memory") };
  const others = [...rings].filter(([name]) => !isBuiltIn(name));
  if (others.length === 0) return both;
  // What the policy adds is in a unit of its own, of which no bound is known.
  return { ...both, others: Object.fromEntries(others.map(([name, ring]) => [name, one(ring, Infinity)])) };
}

function isBuiltIn(name: ResourceName): boolean {
  return RESOURCE_NAMES.some((own) => own === name);
}

/** What a ring holds, oldest first, without what cannot be. */
function believable(ring: Float32Array, newest: number, firstWhole: number, most: number): Float32Array {
  const oldest = newest - ring.length + 1;
  return ring.map((_, at) => {
    const step = oldest + at;
    const value = step < Math.max(0, firstWhole) ? Number.NaN : (ring[step % ring.length] ?? Number.NaN);
    return value >= 0 && value <= most ? value : Number.NaN;
  });
}
