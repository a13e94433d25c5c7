import type { Series } from "../../../domain/history.ts";
import type { Resources } from "../../../domain/resources.ts";
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

/** Rings, in which a step has its place by its number. */
type Rings = Readonly<Record<keyof Series, Float32Array>>;

const RESOURCES = ["cpuCores", "memoryBytes"] as const satisfies readonly (keyof Series)[];

export function createSeriesStore(reach: Reach): SeriesStore {
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
      for (const resource of RESOURCES)
        for (const id of measured[resource].keys())
          if (ids.has(id) && !kept.has(id)) kept.set(id, newRings(reach.steps));
      for (const [id, rings] of kept)
        for (const resource of RESOURCES) write(rings[resource], measured[resource].get(id), span);
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

function newRings(steps: number): Rings {
  const unknown = () => new Float32Array(steps).fill(Number.NaN);
  return { cpuCores: unknown(), memoryBytes: unknown() };
}

/** What was not measured in the span is unknown, whatever an older step left in its place. */
function write(ring: Float32Array, values: Float32Array | undefined, { first, last }: Span): void {
  for (let step = first; step <= last; step += 1)
    ring[step % ring.length] = values?.[step - first] ?? Number.NaN;
}

function seriesFrom(rings: Rings, { sinceMs, most }: Wanted, newest: number, reach: Reach): Series {
  // The step n reaches from n - 1 to n.
  const firstWhole = Math.ceil(sinceMs / 1000 / reach.stepSeconds) + 1;
  const one = (resource: keyof Series) =>
    foldDays(believable(rings[resource], newest, firstWhole, most[resource]), reach.points);
  return { cpuCores: one("cpuCores"), memoryBytes: one("memoryBytes") };
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
