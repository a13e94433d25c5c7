import type { Family } from "../metric.ts";
import type { Sample, Sampler } from "../sampler.ts";
import { reportFamilies } from "../self.ts";
import { writeFamilies } from "./text.ts";

/** What a page holds besides the sample. */
export interface PageParts {
  readonly sampler: Sampler;
  /** What is true of this very moment, for this scraper. */
  readonly momentary: (sample: Sample, scraper: string) => readonly Family[];
  /** What is counted elsewhere, as text. */
  readonly counted: () => Promise<string>;
}

/** A scrape's answer, in chunks. */
export type MetricsPage = (scraper: string) => Promise<Iterable<string>>;

/** The recent sample, which any number of scrapes may share, and what is true of this very moment. */
export function createMetricsPage({ sampler, momentary, counted }: PageParts): MetricsPage {
  return async (scraper) => {
    const [sample, text] = await Promise.all([sampler.recent(), counted()]);
    return chunksOf(sample, momentary(sample, scraper), text);
  };
}

function* chunksOf({ reports }: Sample, now: readonly Family[], counted: string): Generator<string> {
  const data = reports.flatMap(({ outcome }) => (outcome.kind === "data" ? outcome.families : []));
  yield* writeFamilies([...data, ...reportFamilies(reports), ...now]);
  if (counted !== "") yield counted.endsWith("\n") ? counted : `${counted}\n`;
}
