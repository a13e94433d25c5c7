import type { Family } from "../metric.ts";
import type { Sources } from "../sources/sources.ts";

/**
 * What collects one family of metrics. `read` is thin: it fetches text and other raw matter and decides nothing;
 * `parse` is pure and tested on strings. The framework (`collect.ts`) times both, bounds `read` and keeps a failure
 * from touching the other collectors.
 */
export interface Collector<Raw = unknown> {
  /** Which kind of node it describes: a whole machine, a node that is a cgroup, or either. */
  readonly describes: "machine" | "cgroup" | "either";
  /**
   * Fetches the raw matter. Null means that this host has no such source: no data, which is no failure.
   * Methods, not function properties, on purpose: their parameters are bivariant, so that collectors of different
   * raw matter stand in one list.
   */
  read(sources: Sources): Raw | null | Promise<Raw | null>;
  parse(raw: Raw): readonly Family[];
}

/** A collector under its name in flags and in `node_scrape_collector_*`. */
export interface NamedCollector<Raw = unknown> extends Collector<Raw> {
  readonly name: string;
}
